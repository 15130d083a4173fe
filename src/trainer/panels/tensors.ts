// What the steps do to each tensor: a table with a small curve of the updates in each row. A press on a row opens it, and shows
// how the tensor's values are spread, and those of its gradient.

import { integer } from "../../page/numbers.ts";
import type { Spread, TensorRow } from "../../training/tensors.ts";
import { drawSpread } from "./histogram.ts";

const most = 200; // points of a curve
const [width, height] = [120, 22]; // of a curve
const [lowest, highest] = [-6, 0]; // powers of ten at its edges
const waiting = "The next step is measured.";

interface Line {
  row: HTMLTableRowElement;
  button: HTMLButtonElement;
  gradient: HTMLTableCellElement;
  update: HTMLTableCellElement;
  curve: SVGPolylineElement;
  ratios: number[];
}

export class TensorTable {
  readonly #place: HTMLDetailsElement;
  readonly #measure: (on: boolean, opened: string | null) => void;
  readonly #lines = new Map<string, Line>();
  readonly #below: HTMLTableRowElement; // what is shown of the tensor that is opened, below its row
  #opened: string | null = null;

  /**
   * @param measure told when the reader opens or closes the table, or a tensor in it: only what is open is measured
   */
  constructor(place: HTMLDetailsElement, measure: (on: boolean, opened: string | null) => void) {
    this.#place = place;
    this.#measure = measure;
    this.#below = document.createElement("tr");
    this.#below.id = "trainer-spread";
    this.#below.insertCell().colSpan = 4;
    place.addEventListener("toggle", () => measure(place.open, this.#opened));
    place.querySelector("tbody")?.addEventListener("click", ({ target }) => {
      const row = (target as Element).closest("tr");
      const pressed = [...this.#lines].find(([, line]) => line.row === row);
      if (pressed) this.#toggle(pressed[0]);
    });
  }

  /** Asks the run that is opened for what is open here. */
  ask(): void {
    if (this.#place.open) this.#measure(true, this.#opened);
  }

  clear(): void {
    this.#lines.clear();
    this.#opened = null;
    this.#place.querySelector("tbody")?.replaceChildren();
    this.#say(waiting, false);
  }

  /** @param rows null where the model is too large to be measured while it trains */
  add(step: number, rows: readonly TensorRow[] | null): void {
    if (rows === null) {
      this.#say("This model is too large to be read out while it trains.", false);
      return;
    }
    for (const row of rows) this.#update(row);
    this.#say(
      `Step ${integer(step)}. While this is open a step is measured now and then, which takes up to a twentieth of the time.`,
      true,
    );
  }

  /** How the values of the tensor that is opened are spread. */
  show(step: number, spread: Spread): void {
    if (spread.name !== this.#opened) return; // the reader has closed it meanwhile
    this.#below.cells[0].replaceChildren(drawSpread(step, spread));
  }

  #toggle(name: string): void {
    const before = this.#opened;
    if (before !== null) this.#lines.get(before)?.button.setAttribute("aria-expanded", "false");
    this.#below.remove();
    this.#opened = before === name ? null : name;
    if (this.#opened !== null) {
      const line = this.#lines.get(name);
      line?.button.setAttribute("aria-expanded", "true");
      this.#below.cells[0].textContent = "Counting";
      line?.row.after(this.#below);
    }
    this.#measure(true, this.#opened);
  }

  #update({ name, gradient, ratio }: TensorRow): void {
    const line = this.#lines.get(name) ?? this.#add(name);
    line.ratios = [...line.ratios, ratio].slice(-most);
    line.gradient.textContent = gradient.toPrecision(3);
    line.update.textContent = Number.isFinite(ratio) ? ratio.toExponential(1) : "from 0";
    line.curve.setAttribute("points", pointsOfRatios(line.ratios));
  }

  /** Rows stay where they are, and so does the focus. */
  #add(name: string): Line {
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", this.#below.id);
    head.append(button);
    row.append(head);
    const [gradient, update] = [row.insertCell(), row.insertCell()];
    const namespace = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(namespace, "svg");
    svg.setAttribute("viewBox", `0 -1 ${width} ${height + 2}`);
    svg.setAttribute("aria-hidden", "true");
    const curve = document.createElementNS(namespace, "polyline");
    svg.append(curve);
    row.insertCell().append(svg);
    this.#place.querySelector("tbody")?.append(row);
    const line = { row, button, gradient, update, curve, ratios: [] };
    this.#lines.set(name, line);
    return line;
  }

  #say(text: string, table: boolean): void {
    const note = this.#place.querySelector("[data-note]");
    if (note) note.textContent = text;
    const shown = this.#place.querySelector<HTMLElement>(".scroll");
    if (shown) shown.hidden = !table;
  }
}

/** The points of a curve, "x,y x,y": one above the other's tenth by a sixth of the height. */
export function pointsOfRatios(ratios: readonly number[]): string {
  const x = (i: number) => (ratios.length === 1 ? 0 : (i * width) / (ratios.length - 1));
  const y = (ratio: number) => {
    const power = Math.max(lowest, Math.min(highest, Math.log10(ratio)));
    return (height * (highest - power)) / (highest - lowest);
  };
  return ratios.map((ratio, i) => `${x(i).toFixed(1)},${y(ratio).toFixed(1)}`).join(" ");
}
