// A part of the steps, seen more closely: dragged over on the chart, or found by its buttons and by + and - on the keyboard.

import type { Range } from "./curve.ts";

const fewest = 10; // steps of a part
const least = 8; // pixels that a pointer has to be dragged: less is a click

/** Half of the steps that are shown, around one of them. */
export function closer([from, to]: Range, at: number): Range {
  return partOf([from, to], at, Math.max(fewest, Math.round((to - from) / 2)));
}

/** Twice the steps that are shown, around one of them. @returns null where that is all of them */
export function further([from, to]: Range, at: number, all: Range): Range | null {
  const size = 2 * (to - from);
  return size < all[1] - all[0] ? partOf(all, at, size) : null;
}

/** The part of a size that has a step in its middle, or as near to it as the ends allow. */
function partOf([from, to]: Range, at: number, size: number): Range {
  const start = Math.max(from, Math.min(to - size, Math.round(at - size / 2)));
  return [start, Math.min(to, start + size)];
}

export interface ZoomHost {
  /** The step under a pointer; undefined where there is no chart yet. */
  stepAt(clientX: number): number | undefined;
  /** All the steps that the chart has. */
  all(): Range;
  /** The step that is read off; null without one. */
  readonly at: number | null;
  changed(): void;
}

export class Zoom {
  readonly #host: ZoomHost;
  readonly #plot: HTMLElement;
  readonly #selection: HTMLElement;
  readonly #buttons: HTMLButtonElement[];
  #range: Range | null = null;
  #start: number | null = null; // where the pointer went down, in pixels of the window
  #dragged = false; // whether what ends is no click

  /** @param place has the plot, the place of a selection in it, and the buttons */
  constructor(place: HTMLElement, host: ZoomHost) {
    this.#host = host;
    this.#plot = place.querySelector('[data-part="plot"]') as HTMLElement;
    this.#selection = place.querySelector('[data-part="selection"]') as HTMLElement;
    this.#buttons = [...place.querySelectorAll<HTMLButtonElement>("button[data-zoom]")];
    for (const button of this.#buttons) {
      button.addEventListener("click", () => this.do(button.dataset.zoom ?? ""));
    }
    this.#plot.addEventListener("pointerdown", (event) => {
      this.#dragged = false;
      // A finger moves the page, or reads off.
      if (event.pointerType !== "touch" && event.button === 0) this.#start = event.clientX;
    });
    this.#plot.addEventListener("pointermove", (event) => this.#drag(event));
    this.#plot.addEventListener("pointerup", ({ clientX }) => this.#drop(clientX));
    this.#plot.addEventListener("pointercancel", () => this.#forget());
  }

  /** The steps that are shown; null: all. */
  get range(): Range | null {
    return this.#range;
  }

  /** Whether the click that is told now ends a selection. */
  get dragged(): boolean {
    return this.#dragged;
  }

  /** @param how in, out or all. @returns whether it is one of these */
  do(how: string): boolean {
    if (!["in", "out", "all"].includes(how)) return false;
    const all = this.#host.all();
    const shown = this.#range ?? all;
    const at = this.#host.at ?? (how === "in" ? shown[1] : (shown[0] + shown[1]) / 2);
    if (how === "in") this.#show(closer(shown, at));
    else this.#show(how === "out" ? further(shown, at, all) : null);
    return true;
  }

  /** Moves the part so that a step is in it. */
  follow(step: number): void {
    if (!this.#range || (step >= this.#range[0] && step <= this.#range[1])) return;
    this.#show(partOf(this.#host.all(), step, this.#range[1] - this.#range[0]));
  }

  #show(range: Range | null): void {
    const [first, last] = this.#host.all();
    this.#range = range && range[0] <= first && range[1] >= last ? null : range;
    for (const button of this.#buttons) {
      if (button.dataset.zoom !== "in") button.disabled = this.#range === null;
    }
    this.#host.changed();
  }

  #drag({ clientX, pointerId }: PointerEvent): void {
    if (this.#start === null) return;
    if (!this.#dragged && Math.abs(clientX - this.#start) < least) return;
    this.#dragged = true;
    this.#plot.setPointerCapture(pointerId);
    const { left } = this.#plot.getBoundingClientRect();
    this.#selection.hidden = false;
    this.#selection.style.insetInlineStart = `${Math.min(clientX, this.#start) - left}px`;
    this.#selection.style.inlineSize = `${Math.abs(clientX - this.#start)}px`;
  }

  #drop(clientX: number): void {
    const ends = [this.#start ?? clientX, clientX].map((x) => this.#host.stepAt(x));
    this.#forget();
    if (!this.#dragged) return;
    const [a, b] = ends;
    if (a === undefined || b === undefined) return;
    const [first, last] = this.#range ?? this.#host.all();
    const [from, to] = [Math.min(a, b), Math.max(a, b)].map((step) =>
      Math.max(first, Math.min(last, Math.round(step))),
    );
    this.#show(partOf([first, last], (from + to) / 2, Math.max(fewest, to - from)));
  }

  #forget(): void {
    this.#start = null;
    this.#selection.hidden = true;
  }
}
