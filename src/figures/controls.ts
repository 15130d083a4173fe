// What the reader moves in a figure, and the line that says where it is.

import "./figures.css";

interface SliderOptions {
  min?: number; // default 0
  max: number;
  step?: number; // default 1
  value?: number;
  /** Its colour. Default: that of values. */
  ink?: "forward" | "backward";
  /** What it moves, for screen readers, where no label does. */
  name?: string;
}

/** A slider. `onMove` is told its value whenever the reader moves it. */
export function makeSlider(
  { min = 0, max, step = 1, value = min, ink = "forward", name }: SliderOptions,
  onMove: (value: number) => void,
): HTMLInputElement {
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min, max, step, className: "figure-slider" });
  slider.valueAsNumber = value;
  slider.dataset.ink = ink;
  if (name) slider.setAttribute("aria-label", name);
  slider.addEventListener("input", () => onMove(slider.valueAsNumber));
  return slider;
}

/** A control and its name, in the order in which they are to be read. */
export function labelled(...parts: (string | HTMLElement)[]): HTMLLabelElement {
  const label = document.createElement("label");
  label.className = "figure-label";
  label.append(...parts);
  return label;
}

export function makeButton(text: string, onPress: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button", textContent: text });
  button.addEventListener("click", onPress);
  return button;
}

/** A name of the code. */
export function code(text: string): HTMLElement {
  const element = document.createElement("code");
  element.textContent = text;
  return element;
}

/**
 * A line that says what the figure shows, and is read out when it changes.
 *
 * @param lines for which there is always room, so that what is below does not jump
 */
export function makeReadout(lines = 1, letters: "code" | "text" = "code"): HTMLParagraphElement {
  const readout = document.createElement("p");
  readout.className = "figure-readout";
  readout.dataset.letters = letters;
  readout.style.setProperty("--lines", String(lines));
  readout.setAttribute("aria-live", "polite");
  return readout;
}

/** Controls beside each other, as many as fit on a line. */
export function row(...parts: (string | Node)[]): HTMLElement {
  const element = document.createElement("div");
  element.className = "figure-row";
  element.append(...parts);
  return element;
}

/** The parts of a figure, one below the other. */
export function stack(...parts: (string | Node)[]): HTMLElement {
  const element = document.createElement("div");
  element.className = "figure-stack";
  element.append(...parts);
  return element;
}

/** What every plot has in common: the page shows through, and letters can be read. */
export const plotStyle = { background: "none", fontFamily: "var(--serif)", fontSize: "13px" };

/** Of a curve's name beside the curve: what is behind its letters does not cut through them. */
export const nameStyle = { stroke: "var(--raised)", strokeWidth: 4, fontWeight: 600 };

/** For lines that are told apart by colour. Red is not among them: it is the gradients'. */
export const colours = [1, 3, 4, 5, 7, 6].map((hue) => `var(--mark-${hue})`);

/** The index of the value that is nearest to `wanted`. */
export function nearest(values: readonly number[], wanted: number): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) {
    if (Math.abs(values[k] - wanted) < Math.abs(values[best] - wanted)) best = k;
  }
  return best;
}
