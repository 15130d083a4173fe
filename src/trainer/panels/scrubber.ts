// What the model wrote after one prompt over time: a slider from its first sample to its last.

import { integer } from "../../page/numbers.ts";
import type { Sample } from "../../training/progress.ts";
import { writingOf } from "./samples.ts";

const least = 3; // samples; fewer need no slider

export class Scrubber {
  readonly #place: HTMLElement;
  #all: Sample[] = [];

  /** @param place with a slider, a name for its place, and room for what was written there */
  constructor(place: HTMLElement) {
    this.#place = place;
    this.#range.addEventListener("input", () => this.#show());
  }

  clear(): void {
    this.#all = [];
    this.#offer();
  }

  /** The slider goes along with the newest, unless the reader has moved it elsewhere. */
  add(sample: Sample): void {
    const last = this.#range.valueAsNumber >= Number(this.#range.max);
    const before = this.#shown[this.#range.valueAsNumber];
    this.#all.push(sample);
    const { length } = this.#shown;
    this.#range.max = String(length - 1);
    const at = last ? -1 : this.#shown.indexOf(before);
    this.#range.valueAsNumber = at < 0 ? length - 1 : at;
    this.#offer();
  }

  /** Those after the prompt that was used last: others cannot be compared. */
  get #shown(): Sample[] {
    const prompt = this.#all.at(-1)?.prompt;
    return this.#all.filter((sample) => sample.prompt === prompt);
  }

  get #range(): HTMLInputElement {
    return this.#place.querySelector("input") as HTMLInputElement;
  }

  #offer(): void {
    this.#place.hidden = this.#shown.length < least;
    if (!this.#place.hidden) this.#show();
  }

  #show(): void {
    const shown = this.#shown;
    const sample = shown[this.#range.valueAsNumber];
    const at = `step ${integer(sample.step)}`;
    this.#range.setAttribute("aria-valuetext", `${at}, of ${shown.length} samples`);
    (this.#place.querySelector("output") as HTMLElement).textContent = at;
    (this.#place.querySelector(".writing") as HTMLElement).replaceChildren(...writingOf(sample));
  }
}
