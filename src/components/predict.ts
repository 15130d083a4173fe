// A guess before the answer: it opens the answer, stays beside it, and is there after a reload.

import { keepGuess, readGuess } from "../reader/guesses.ts";

class Predict extends HTMLElement {
  connectedCallback(): void {
    const form = this.#part<HTMLFormElement>("form");
    const answer = this.querySelector("details") as HTMLDetailsElement;
    const key = this.dataset.key ?? "";
    const before = readGuess(key);
    if (before) this.#commit(before);
    else this.#part("skip").textContent = "Skip, and show the answer";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const guess = String(new FormData(form).get("guess") ?? "").trim();
      if (guess === "") return;
      keepGuess(key, guess);
      this.#commit(guess);
      answer.open = true;
      answer.querySelector("summary")?.focus(); // the field is gone, and the answer follows
    });
  }

  #commit(guess: string): void {
    const place = this.#part("guess");
    place.textContent = `You guessed: ${guess}`;
    place.hidden = false;
    this.#part("form").hidden = true;
    this.#part("skip").textContent = "The answer";
  }

  #part<E extends HTMLElement = HTMLElement>(name: string): E {
    return this.querySelector(`[data-${name}]`) as E;
  }
}

customElements.define("llm-predict", Predict);
