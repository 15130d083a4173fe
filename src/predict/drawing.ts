// Lets a reader draw a curve, with the pointer or point by point with the keyboard. Loaded when a hand comes near.

import { hold } from "../figures/handle.ts";
import type { Judged } from "./numbers.ts";
import { across, judgeCurve, type Plot, path, points, spaced, up, valueAt } from "./plot.ts";

const short = (value: number): number => Number(value.toFixed(3));

/**
 * Brings the points of a drawing to life. What is drawn is in its `data-drawn`.
 *
 * @returns what draws at the place of an event, for one that came before all was loaded
 */
export function wake(svg: SVGSVGElement, plot: Plot): (event: PointerEvent) => void {
  const { x, y } = plot;
  const handles = [...svg.querySelectorAll<SVGCircleElement>("[data-handle]")];
  const values = handles.map((handle) => Number(handle.getAttribute("aria-valuenow")));
  const set = (i: number, value: number) => {
    values[i] = short(value);
    show(svg, values, plot);
    svg.dataset.drawn = values.join(" ");
  };
  const tell = handles.map((handle, i) =>
    hold(handle, {
      name: `${y.label} where ${x.label} is ${handle.dataset.at}`,
      says: () => String(values[i]).replace("-", "−"),
      y: {
        min: y.from,
        max: y.to,
        step: y.step ?? (y.to - y.from) / 40,
        value: () => values[i],
        at: (place) => valueAt(place.y, y),
        move: (value) => set(i, value),
      },
    }),
  );

  // A stroke moves every point that it passes, and those between, which a quick hand leaves out.
  let last: { i: number; value: number } | null = null;
  const draw = (event: PointerEvent) => {
    if (svg.closest("[data-committed]")) return;
    if (event.type === "pointerdown") {
      last = null;
    } else if (event.buttons === 0) return;
    event.stopPropagation(); // the stroke is the whole curve's, not one point's
    const matrix = svg.getScreenCTM();
    if (!matrix) return;
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    const [from, to] = [across(x.from, x), across(x.to, x)];
    const share = Math.min(1, Math.max(0, (place.x - from) / (to - from)));
    const i = Math.round(share * (points - 1));
    const value = valueAt(place.y, y);
    const start = last ?? { i, value };
    const step = Math.sign(i - start.i);
    for (let k = start.i; k !== i; k += step) {
      if (k !== start.i)
        set(k, start.value + ((k - start.i) / (i - start.i)) * (value - start.value));
    }
    set(i, value);
    last = { i, value };
    for (const each of tell) each();
    handles[i].focus({ preventScroll: true });
  };
  const begin = (event: PointerEvent) => {
    svg.setPointerCapture(event.pointerId);
    event.preventDefault(); // of selecting text
    draw(event);
  };
  svg.addEventListener("pointerdown", begin, true);
  svg.addEventListener("pointermove", draw, true);
  return draw;
}

function show(svg: SVGSVGElement, values: readonly number[], plot: Plot): void {
  svg.querySelector("[data-own]")?.setAttribute("d", path(values, plot));
  for (const [i, handle] of svg.querySelectorAll("[data-handle]").entries()) {
    handle.setAttribute("cx", String(across(spaced(i, points, plot.x), plot.x)));
    handle.setAttribute("cy", String(up(values[i], plot.y)));
  }
}

/**
 * Draws a guess that is committed, and says how close it came.
 *
 * @throws Error if it is no curve
 */
export function lay(svg: SVGSVGElement, plot: Plot, guess: string): Judged {
  const values = guess.split(" ").map(Number);
  if (values.length !== points || !values.every(Number.isFinite)) {
    throw new Error(`A curve of ${points} heights is expected, not “${guess}”.`);
  }
  show(svg, values, plot);
  return judgeCurve(values, plot);
}
