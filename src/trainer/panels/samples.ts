// What the model wrote, newest first.

import { integer } from "../../page/numbers.ts";
import type { Sample } from "../../training/progress.ts";
import type { Scrubber } from "./scrubber.ts";

const most = 20;
const marker = "<|endoftext|>";

export class SampleList {
  readonly #list: HTMLOListElement;
  readonly #scrubber: Scrubber;

  constructor(list: HTMLOListElement, scrubber: Scrubber) {
    this.#list = list;
    this.#scrubber = scrubber;
  }

  clear(): void {
    this.#list.replaceChildren();
    this.#scrubber.clear();
  }

  /** Shows a sample as far as it is written; null: it was given up. */
  write(sample: Sample | null): void {
    this.#list.querySelector("[data-writing]")?.remove();
    if (sample) this.#list.prepend(itemOf(sample, true));
  }

  add(sample: Sample): void {
    this.write(null);
    this.#scrubber.add(sample);
    this.#list.prepend(itemOf(sample));
    while (this.#list.children.length > most) this.#list.lastElementChild?.remove();
  }
}

function itemOf(sample: Sample, goesOn = false): HTMLLIElement {
  const item = document.createElement("li");
  item.toggleAttribute("data-writing", goesOn);
  const label = document.createElement("p");
  label.className = "label";
  label.textContent = `step ${integer(sample.step)}`;
  const writing = document.createElement("p");
  writing.className = "writing";
  writing.append(...writingOf(sample));
  if (goesOn) writing.append("…");
  item.append(label, writing);
  return item;
}

/** The prompt, and what the model wrote after it. */
export function writingOf({ prompt, text, ends = [] }: Sample): (Node | string)[] {
  const parts: (Node | string)[] = prompt.trim() === "" ? [] : [soft(prompt)];
  let from = 0;
  for (const end of ends) {
    parts.push(text.slice(from, end), soft(marker)); // the token; spelled out in letters it is text
    from = end + marker.length;
  }
  return [...parts, text.slice(from)];
}

/** What the model did not write, or what marks a border and is no text. */
function soft(text: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "soft";
  element.textContent = text;
  return element;
}
