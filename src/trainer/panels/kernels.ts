// What share of a step each kernel takes: a table, with a bar for each.

import { integer } from "../../page/numbers.ts";
import type { KernelTime } from "../../training/clock.ts";

const withoutClock =
  "The browser does not show this GPU's clock (WebGPU's optional feature timestamp-query), so what each kernel takes is not known here. The run itself is not concerned.";

export class KernelTable {
  readonly #place: HTMLDetailsElement;
  #steps = 0; // that were timed
  #sums = new Map<string, number>(); // seconds of each kernel in these steps
  #next = "The next step is timed.";
  #silent = false; // whether the device does not tell

  /** @param onToggle told when the reader opens or closes the table: only while it is open must anything be timed */
  constructor(place: HTMLDetailsElement, onToggle: (open: boolean) => void) {
    this.#place = place;
    place.addEventListener("toggle", () => {
      if (!place.open) this.clear();
      onToggle(place.open);
    });
  }

  get open(): boolean {
    return this.#place.open;
  }

  clear(): void {
    this.#steps = 0;
    this.#silent = false;
    this.#sums.clear();
    this.#place.querySelector("tbody")?.replaceChildren();
    this.#say(this.#next, false);
  }

  /** @param state of the run: it tells whether there is a next step to be timed */
  expect(state: "running" | "paused" | "finished"): void {
    this.#next = {
      running: "The next step is timed.",
      paused: "The next step is timed, when training goes on.",
      finished: "All steps are done, so there is none left that could be timed.",
    }[state];
    if (this.#steps === 0 && !this.#silent) this.#say(this.#next, false);
  }

  /**
   * Adds what a step's kernels took. Shown is the mean of all steps that were added: browsers round a GPU's clock, and the
   * mean evens that out.
   *
   * @param times null where the device does not tell
   */
  add(times: readonly KernelTime[] | null): void {
    this.#silent = times === null;
    if (times === null) {
      this.#say(withoutClock, false);
      return;
    }
    this.#steps++;
    for (const { kernel, seconds } of times) {
      this.#sums.set(kernel, (this.#sums.get(kernel) ?? 0) + seconds);
    }
    const rows = [...this.#sums].sort(([, a], [, b]) => b - a);
    const total = rows.reduce((sum, [, seconds]) => sum + seconds, 0);
    const most = rows[0]?.[1] ?? 0;
    this.#place
      .querySelector("tbody")
      ?.replaceChildren(
        ...rows.map(([kernel, seconds]) =>
          row(kernel, seconds / this.#steps, seconds / total, seconds / most),
        ),
      );
    const steps = this.#steps === 1 ? "one step" : `the mean of ${integer(this.#steps)} steps`;
    this.#say(`In ${steps} all kernels together take ${milliseconds(total / this.#steps)}.`, true);
  }

  #say(text: string, table: boolean): void {
    const note = this.#place.querySelector("[data-note]");
    if (note) note.textContent = text;
    const shown = this.#place.querySelector<HTMLElement>(".scroll");
    if (shown) shown.hidden = !table;
  }
}

function row(kernel: string, seconds: number, share: number, bar: number): HTMLTableRowElement {
  const line = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  const drawn = document.createElement("span");
  drawn.className = "share";
  drawn.style.inlineSize = `${100 * bar}%`;
  head.append(kernel, drawn);
  line.append(head);
  line.insertCell().textContent = milliseconds(seconds);
  line.insertCell().textContent = `${(100 * share).toFixed(1)}%`;
  return line;
}

function milliseconds(seconds: number): string {
  const value = 1000 * seconds;
  return `${value < 1000 ? value.toPrecision(3) : integer(value)} ms`;
}
