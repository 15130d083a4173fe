// What the steps do to each tensor: a table with a small curve of the updates in each row.

import { integer } from "../../page/numbers.ts";
import type { TensorRow } from "../../training/tensors.ts";

const most = 200; // points of a curve
const [width, height] = [120, 22]; // of a curve
const [lowest, highest] = [-6, 0]; // powers of ten at its edges
const waiting = "The next step is measured.";

export class TensorTable {
  readonly #place: HTMLDetailsElement;
  readonly #ratios = new Map<string, number[]>();

  /** @param onToggle told when the reader opens or closes the table: only while it is open is anything measured */
  constructor(place: HTMLDetailsElement, onToggle: (open: boolean) => void) {
    this.#place = place;
    place.addEventListener("toggle", () => onToggle(place.open));
  }

  get open(): boolean {
    return this.#place.open;
  }

  clear(): void {
    this.#ratios.clear();
    this.#place.querySelector("tbody")?.replaceChildren();
    this.#say(waiting, false);
  }

  /** @param rows null where the model is too large to be measured while it trains */
  add(step: number, rows: readonly TensorRow[] | null): void {
    if (rows === null) {
      this.#say("This model is too large to be read out while it trains.", false);
      return;
    }
    this.#place.querySelector("tbody")?.replaceChildren(
      ...rows.map((row) => {
        const ratios = [...(this.#ratios.get(row.name) ?? []), row.ratio].slice(-most);
        this.#ratios.set(row.name, ratios);
        return line(row, ratios);
      }),
    );
    this.#say(
      `Step ${integer(step)}. While this is open a step is measured now and then, which takes up to a twentieth of the time.`,
      true,
    );
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

function line(
  { name, gradient, ratio }: TensorRow,
  ratios: readonly number[],
): HTMLTableRowElement {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  row.append(head);
  row.insertCell().textContent = gradient.toPrecision(3);
  row.insertCell().textContent = Number.isFinite(ratio) ? ratio.toExponential(1) : "from 0";
  const namespace = "http://www.w3.org/2000/svg";
  const curve = document.createElementNS(namespace, "svg");
  curve.setAttribute("viewBox", `0 -1 ${width} ${height + 2}`);
  curve.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS(namespace, "polyline");
  drawn.setAttribute("points", pointsOfRatios(ratios));
  curve.append(drawn);
  row.insertCell().append(curve);
  return row;
}
