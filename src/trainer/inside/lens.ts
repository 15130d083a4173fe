// The next token as the model guesses it, and what it would guess if it ended after each of its layers.

import type { Inside } from "../../training/inside/inside.ts";
import type { Guess } from "../../training/inside/lens.ts";
import { chance, element, quoted, tokenElement } from "./token.ts";

const columns = 5; // of the table
const ordinals = ["1st", "2nd", "3rd", "4th", "5th"];
const strongest = 60; // percent of the colour, at a probability of 1

export class LensView {
  readonly #tokens = element("fieldset", "tokens");
  readonly #title = element("h4", "");
  readonly #next = element("ol", "next");
  readonly #rows = element("tbody", "");
  #shown = ""; // the tokens that can be chosen

  /** @param choose told after which token is to be guessed; null: the last, whatever it is */
  constructor(body: HTMLElement, choose: (position: number | null) => void) {
    this.#tokens.addEventListener("change", ({ target }) => {
      const all = [...this.#tokens.querySelectorAll("input")];
      const position = all.indexOf(target as HTMLInputElement);
      choose(position === all.length - 1 ? null : position);
    });
    const head = element("tr", "", headOf("col", "After"));
    for (const ordinal of ordinals) head.append(headOf("col", ordinal));
    const table = element("table", "guesses", element("thead", "", head), this.#rows);
    const scroll = element("div", "scroll", table);
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "group");
    scroll.setAttribute("aria-label", "Guesses after each layer");
    const layers = element(
      "div",
      "",
      element("h4", "", "What each layer would say"),
      scroll,
      element(
        "p",
        "soft",
        "The residual stream after each block, as if it were the last: through the last layernorm and the classifier. Where the sentence goes on, the token that comes is underlined.",
      ),
    );
    const guessed = element("div", "", this.#title, this.#next);
    body.replaceChildren(this.#tokens, element("div", "parts", guessed, layers));
  }

  show({ tokens, lens }: Inside): void {
    if (!lens) return;
    const { position, layers } = lens;
    this.#offer(tokens, position);
    this.#title.textContent = `Likeliest after ${quoted(tokens[position])}`;
    const own = layers[layers.length - 1];
    const most = own[0].probability;
    this.#next.replaceChildren(...own.map((guess) => item(guess, most)));
    const right = tokens[position + 1];
    this.#rows.replaceChildren(
      ...layers.map((guesses, l) => {
        const name = l === 0 ? "embeddings" : `block ${l}`;
        const row = element("tr", "", headOf("row", name));
        for (const guess of guesses.slice(0, columns)) row.append(cell(guess, right));
        return row;
      }),
    );
  }

  /** The tokens as radio buttons; they stay where they are, and so does the focus, unless the sentence is another. */
  #offer(tokens: readonly string[], position: number): void {
    const shown = JSON.stringify(tokens);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#tokens.replaceChildren(
        element("legend", "soft", "Guess what comes after"),
        ...tokens.map((token) => {
          const input = element("input", "");
          input.type = "radio";
          input.name = "trainer-position";
          return element("label", "", input, tokenElement(token));
        }),
      );
    }
    const input = this.#tokens.querySelectorAll("input")[position];
    if (!this.#tokens.contains(document.activeElement)) input.checked = true;
  }
}

function headOf(scope: "row" | "col", text: string): HTMLTableCellElement {
  const head = element("th", "", text);
  head.scope = scope;
  return head;
}

function item({ token, probability }: Guess, most: number): HTMLLIElement {
  const line = element("li", "", tokenElement(token), element("span", "", chance(probability)));
  line.dataset.probability = probability.toFixed(6);
  line.style.setProperty("--share", `${(100 * probability) / most}%`);
  return line;
}

function cell({ token, probability }: Guess, right: string | undefined): HTMLTableCellElement {
  const made = element("td", "", tokenElement(token), ` ${chance(probability)}`);
  made.dataset.probability = probability.toFixed(6);
  made.toggleAttribute("data-right", token === right);
  made.style.setProperty("--tint", `${(strongest * Math.sqrt(probability)).toFixed(1)}%`);
  return made;
}
