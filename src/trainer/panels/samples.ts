// What the model wrote, newest first.

import { integer } from "../../page/numbers.ts";
import type { Sample } from "../../training/progress.ts";

const most = 20;
const marker = "<|endoftext|>";

export class SampleList {
  readonly #list: HTMLOListElement;

  constructor(list: HTMLOListElement) {
    this.#list = list;
  }

  clear(): void {
    this.#list.replaceChildren();
  }

  /** Shows a sample as far as it is written; null: it was given up. */
  write(sample: Sample | null): void {
    this.#list.querySelector("[data-writing]")?.remove();
    if (sample) this.#list.prepend(itemOf(sample, true));
  }

  add(sample: Sample): void {
    this.write(null);
    this.#list.prepend(itemOf(sample));
    while (this.#list.children.length > most) this.#list.lastElementChild?.remove();
  }
}

function itemOf({ step, prompt, text, ends = [] }: Sample, goesOn = false): HTMLLIElement {
  const item = document.createElement("li");
  item.toggleAttribute("data-writing", goesOn);
  const label = document.createElement("p");
  label.className = "label";
  label.textContent = `step ${integer(step)}`;
  const writing = document.createElement("p");
  writing.className = "writing";
  if (prompt.trim() !== "") writing.append(soft(prompt));
  let from = 0;
  for (const end of ends) {
    writing.append(text.slice(from, end), soft(marker)); // the token; spelled out in letters it is text
    from = end + marker.length;
  }
  writing.append(text.slice(from));
  if (goesOn) writing.append("…");
  item.append(label, writing);
  return item;
}

/** What the model did not write, or what marks a border and is no text. */
function soft(text: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "soft";
  element.textContent = text;
  return element;
}
