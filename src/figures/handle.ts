// A mark in a drawing that the reader takes hold of: dragged with the pointer, moved by the arrow keys, and to a screen
// reader a slider. One that has two places only is a switch: a click, a tap or the space bar moves it to the other.

/** A direction in which a mark can be moved. */
export interface Axis {
  min: number;
  max: number;
  step: number; // of an arrow key; Page Up and Page Down go ten of them
  down?: boolean; // whether it grows downwards, as in a list
  /** Where the mark is now. */
  value: () => number;
  /** The value at a place of the drawing, in its own units. It need not be in range, or a whole step. */
  at: (place: DOMPoint) => number;
  move: (value: number) => void;
}

interface Hold {
  /** What is moved: "score of “dog”". */
  name: string;
  /** The value in words. Default: the number. */
  says?: () => string;
  /** Left and right; at least one of the two. */
  x?: Axis;
  /** Up and down. */
  y?: Axis;
}

const keys: Record<string, ["x" | "y", number]> = {
  ArrowLeft: ["x", -1],
  ArrowRight: ["x", 1],
  ArrowDown: ["y", -1],
  ArrowUp: ["y", 1],
  PageDown: ["y", -10],
  PageUp: ["y", 10],
};

/**
 * Makes a mark a handle. With one axis all four arrows move it.
 *
 * @param mark in an SVG: the visible mark, or a larger transparent one over it (24 pixels at least are good for fingers)
 * @returns what tells the screen reader of a value that has changed in another way
 */
export function hold(mark: SVGElement, { name, says, ...axes }: Hold): () => void {
  const main = axes.x ?? axes.y;
  if (!main) throw new TypeError("hold: a handle needs an axis");
  mark.classList.add("figure-handle");
  mark.setAttribute("tabindex", "0");
  mark.setAttribute("role", "slider");
  mark.setAttribute("aria-label", name);
  mark.setAttribute("aria-orientation", axes.x ? "horizontal" : "vertical");
  const tell = () => {
    mark.setAttribute("aria-valuemin", String(main.min));
    mark.setAttribute("aria-valuemax", String(main.max));
    mark.setAttribute("aria-valuenow", String(main.value()));
    if (says) mark.setAttribute("aria-valuetext", says());
  };
  const move = (axis: Axis, wanted: number) => {
    const { min, max, step } = axis;
    const value = Math.min(max, Math.max(min, min + Math.round((wanted - min) / step) * step));
    if (value === axis.value()) return;
    axis.move(value);
    tell();
  };

  const isSwitch = () => main.max - main.min === main.step;
  const flip = () => move(main, main.value() === main.min ? main.max : main.min);
  let pressed: PointerEvent | null = null; // until it is let go, or dragged

  mark.addEventListener("keydown", (event) => {
    const [direction, steps] = keys[event.key] ?? [];
    const axis = direction && (axes[direction] ?? main);
    const end = { Home: main.min, End: main.max }[event.key];
    const sign = axis?.down && direction === "y" ? -1 : 1;
    if (axis && steps) move(axis, axis.value() + sign * steps * axis.step);
    else if (end !== undefined) move(main, end);
    else if (isSwitch() && (event.key === " " || event.key === "Enter")) flip();
    else return;
    event.preventDefault();
  });

  mark.addEventListener("pointerdown", (event) => {
    pressed = event;
    mark.setPointerCapture(event.pointerId);
    event.preventDefault(); // of selecting text
    mark.focus({ preventScroll: true });
  });
  mark.addEventListener("pointerup", () => {
    if (pressed && isSwitch()) flip();
    pressed = null;
  });
  mark.addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
    if (!mark.hasPointerCapture(pointerId)) return;
    // A finger that taps trembles.
    if (pressed && Math.hypot(clientX - pressed.clientX, clientY - pressed.clientY) < 5) return;
    pressed = null;
    const matrix = (mark as SVGGraphicsElement).ownerSVGElement?.getScreenCTM();
    if (!matrix) return;
    const place = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
    for (const axis of [axes.x, axes.y]) if (axis) move(axis, axis.at(place));
  });

  tell();
  return tell;
}
