// Brings a line of a derivation to life. What judges it is loaded with the first answer.

import { guessedEvent, keepGuess, readGuess } from "../reader/guesses.ts";
import type { Line } from "./line.ts";

const files = import.meta.glob<{ line: Line }>("/lessons/*/line.ts");

class LineOfDerivation extends HTMLElement {
  connectedCallback(): void {
    const form = this.#part<HTMLFormElement>("form");
    const input = this.#input;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (text !== "") keepGuess(this.dataset.key ?? "", text);
      this.#judge(text);
    });
    this.#part("show").addEventListener("click", () => {
      this.#show();
      this.#part("answer").focus(); // the button is gone
    });
    const before = readGuess(this.dataset.key ?? "");
    if (before === null) return;
    input.value = before;
    this.#judge(before);
  }

  async #judge(text: string): Promise<void> {
    const status = this.#part("status");
    try {
      const [{ judge }, { line }] = await Promise.all([
        import("./judge.ts"),
        files[this.dataset.file ?? ""](),
      ]);
      const { right, says } = judge(line, text);
      status.textContent = says;
      status.classList.toggle("right", right);
      status.classList.toggle("wrong", !right);
      this.#input.setAttribute("aria-invalid", String(!right));
      if (!right) return;
      this.#show();
      this.dataset.right = "";
      dispatchEvent(new CustomEvent(guessedEvent));
    } catch {
      status.textContent =
        "What judges the line could not be loaded. Look at the connection, then check it again.";
    }
  }

  #show(): void {
    this.dataset.shown = "";
    this.#part("show").hidden = true;
  }

  get #input(): HTMLInputElement {
    return this.querySelector("input") as HTMLInputElement;
  }

  #part<E extends HTMLElement = HTMLElement>(name: string): E {
    return this.querySelector(`[data-${name}]`) as E;
  }
}

customElements.define("llm-line", LineOfDerivation);
