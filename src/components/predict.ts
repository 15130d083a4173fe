// A guess before the answer: it opens the answer, stays beside it with what is said of it, and is there after a reload. A
// wrong one gets its reason.

import { type Asked, type Held, type Judged, judgeNumbers } from "../predict/numbers.ts";
import type { Plot } from "../predict/plot.ts";
import { guessedEvent, keepGuess, readGuess } from "../reader/guesses.ts";

/** What a right guess asks of the reader: a number can be right for a reason that is not. */
const asking: Readonly<Record<Held, string>> = {
  right: " Was it for the reason given here?",
  near: "",
  far: "",
  "": "",
};

class Predict extends HTMLElement {
  #draw: ((event: PointerEvent) => void) | null = null;

  connectedCallback(): void {
    const form = this.#part<HTMLFormElement>("form");
    const key = this.dataset.key ?? "";
    const before = readGuess(key);
    if (before) {
      // It may be from before the question asked for a number, a choice or a curve: then it is shown as it is.
      this.#judge(before).then(
        (judged) => this.#commit(judged),
        () => this.#commit({ says: `You guessed: ${before}`, held: "", because: [] }),
      );
    } else {
      this.#part("skip").textContent = "Skip, and show the answer";
    }
    for (const near of ["pointerover", "focusin", "pointerdown"]) {
      this.#drawing?.addEventListener(near, (event) => this.#wake(event), { once: true });
    }
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const guess = this.#guess();
      try {
        const judged = await this.#judge(guess);
        keepGuess(key, guess);
        this.#commit(judged);
        const answer = this.querySelector("details") as HTMLDetailsElement;
        answer.open = true;
        answer.querySelector("summary")?.focus(); // the field is gone, and the answer follows
      } catch (error) {
        this.#say((error as Error).message);
      }
    });
  }

  /** What the reader entered, as one text. */
  #guess(): string {
    if (this.#drawing) return this.#drawing.dataset.drawn ?? "";
    const values = [...new FormData(this.#part("form")).values()].map((value) => `${value}`.trim());
    return this.#choices ? this.#choices[Number(values[0])] : values.join("; ");
  }

  /**
   * What is said of a guess.
   *
   * @throws Error with a sentence for the reader, if it is none
   */
  async #judge(guess: string): Promise<Judged> {
    if (this.#drawing) return this.#lay(this.#drawing, guess);
    if (this.#choices) return this.#mark(this.#choices.indexOf(guess));
    const { numbers } = this.dataset;
    if (numbers) return judgeNumbers(JSON.parse(numbers) as Asked[], guess.split("; "));
    if (guess === "") throw new Error("Write your guess first.");
    return { says: `You guessed: ${guess}`, held: "", because: [0] };
  }

  /** Marks the chosen option and the right one, where there is one. */
  #mark(chosen: number): Judged {
    if (chosen < 0) throw new Error("Choose one first.");
    const right = Number(this.dataset.answer ?? chosen);
    for (const [i, option] of this.querySelectorAll("[data-option]").entries()) {
      const radio = option.querySelector("input") as HTMLInputElement;
      radio.checked = i === chosen;
      radio.disabled = true;
      const marks = [i === chosen && "your guess", i === right && right !== chosen && "the answer"];
      const mark = document.createElement("span");
      mark.className = i === right && right !== chosen ? "label right" : "label";
      mark.textContent = marks.filter(Boolean).join(", ");
      if (mark.textContent) option.append(mark);
    }
    if (this.dataset.answer === undefined) {
      return { says: "You have committed.", held: "", because: [0] };
    }
    return chosen === right
      ? { says: "So it is.", held: "right", because: [] }
      : { says: "Not this one: the answer is marked.", held: "far", because: [chosen] };
  }

  async #lay(drawing: SVGSVGElement, guess: string): Promise<Judged> {
    if (guess === "") {
      throw new Error(
        "Draw the curve first: drag across the picture, or move its points with the arrow keys.",
      );
    }
    return (await this.#load()).lay(drawing, this.#plot, guess);
  }

  async #wake(event: Event): Promise<void> {
    if (!this.#drawing) return;
    const { wake } = await this.#load();
    this.#draw ??= wake(this.#drawing, this.#plot);
    if (event.type === "pointerdown") this.#draw(event as PointerEvent); // a finger comes without warning
  }

  async #load() {
    try {
      return await import("../predict/drawing.ts");
    } catch {
      throw new Error("The page could not load what draws. Look at the connection, then reload.");
    }
  }

  #commit({ says, held, because }: Judged): void {
    this.dataset.committed = held;
    this.#say(says + asking[held]);
    const all = [...this.querySelectorAll("[data-because]")];
    const told = because.map((i) => {
      const copy = all[i].cloneNode(true) as HTMLElement;
      copy.hidden = false;
      copy.removeAttribute("data-because");
      return copy;
    });
    this.#part("why").replaceChildren(...told);
    dispatchEvent(new CustomEvent(guessedEvent));
    this.#part("skip").textContent = "The answer";
  }

  #say(text: string): void {
    this.#part("guess").textContent = text;
  }

  get #drawing(): SVGSVGElement | null {
    return this.querySelector("svg[data-plot]");
  }

  get #plot(): Plot {
    return JSON.parse(this.#drawing?.dataset.plot ?? "") as Plot;
  }

  get #choices(): string[] | null {
    return JSON.parse(this.dataset.choices ?? "null");
  }

  #part<E extends HTMLElement = HTMLElement>(name: string): E {
    return this.querySelector(`[data-${name}]`) as E;
  }
}

customElements.define("llm-predict", Predict);
