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

  add({ step, prompt, text, ends = [] }: Sample): void {
    const item = document.createElement("li");
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
    item.append(label, writing);
    this.#list.prepend(item);
    while (this.#list.children.length > most) this.#list.lastElementChild?.remove();
  }
}

/** What the model did not write, or what marks a border and is no text. */
function soft(text: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "soft";
  element.textContent = text;
  return element;
}
