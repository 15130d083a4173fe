// The vectors of the most frequent tokens, drawn in the plane in which they differ most.

import { integer } from "../../page/numbers.ts";
import type { Word } from "../../training/inside/embeddings.ts";
import type { Inside } from "../../training/inside/inside.ts";
import { apart } from "./apart.ts";
import { createPointed } from "./pointer.ts";
import { chance, element, quoted, visible } from "./token.ts";

const named = 40; // tokens at most that are written into the picture: the most frequent that have room
const margin = 16;
const letters = 12; // pixels
const above = 8; // a dot

interface Scale {
  apply(value: number): number;
}

export class EmbeddingsView {
  readonly #sentence = element("p", "soft");
  readonly #plane = createPointed("plane", "Token that is read off", {
    point: (x, y) => this.#point(x, y),
    key: (key) => this.#key(key),
  });
  #words: Word[] = [];
  #at: number | null = null;
  #scale: { x: Scale; y: Scale } | undefined;

  constructor(body: HTMLElement) {
    const { pointed, readout } = this.#plane;
    body.replaceChildren(pointed, readout, this.#sentence);
    new ResizeObserver(() => void this.#draw()).observe(pointed);
  }

  show({ embeddings }: Inside): void {
    if (!embeddings) return;
    const { words, shares, C } = embeddings;
    this.#words = words;
    const [x, y] = shares.map(chance);
    this.#sentence.textContent = `The ${integer(words.length)} most frequent tokens of the training text, by their rows of wte: ${C} numbers each, seen along the two directions in which they differ most (principal components). These hold ${chance(shares[0] + shares[1])} of the variance: ${x} across, ${y} up.`;
    void this.#draw();
  }

  async #draw(): Promise<void> {
    const { picture, pointed } = this.#plane;
    const Plot = await import("@observablehq/plot");
    const { clientWidth: width, clientHeight: height } = pointed;
    const words = this.#words;
    if (words.length === 0 || width === 0) return;
    // One scale for both axes: distances are true.
    const reach = (of: (word: Word) => number) =>
      Math.max(...words.map((word) => Math.abs(of(word))));
    const [across, up] = [width / 2 - 3 * margin, height / 2 - margin];
    const unit = Math.max(reach(({ x }) => x) / across, reach(({ y }) => y) / up) || 1;
    const boxes = words.map(({ token, x, y }) => {
      const long = 0.6 * letters * visible(token).length; // the letters are equally wide
      const [left, top] = [x / unit - long / 2, -y / unit - above - letters / 2];
      return { x: left, y: top, width: long, height: letters };
    });
    const figure = Plot.plot({
      ariaLabel: `Embeddings of ${words.length} tokens in two dimensions`,
      width,
      height,
      margin: 0,
      style: {
        background: "none",
        fontSize: `${letters}px`,
        fontFamily: "var(--mono)",
        fontVariantLigatures: "none",
      },
      x: { domain: [(-unit * width) / 2, (unit * width) / 2], axis: null },
      y: { domain: [(-unit * height) / 2, (unit * height) / 2], axis: null },
      marks: [
        Plot.ruleX([0], { stroke: "var(--line)" }),
        Plot.ruleY([0], { stroke: "var(--line)" }),
        Plot.dot(words, { x: "x", y: "y", r: 2.5, fill: "var(--mark-1)", fillOpacity: 0.6 }),
        Plot.text(
          apart(boxes, named).map((i) => words[i]),
          {
            ...{ x: "x", y: "y", text: ({ token }: Word) => visible(token) },
            ...{ dy: -above, fill: "var(--ink)", stroke: "var(--paper)", strokeWidth: 3 },
          },
        ),
      ],
    });
    figure.setAttribute("role", "img");
    for (const part of figure.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label");
    const [x, y] = [figure.scale("x"), figure.scale("y")];
    this.#scale = x && y && { x, y };
    picture.replaceChildren(figure);
    this.#read(this.#at);
  }

  // Reading off.

  #point(px: number, py: number): void {
    if (!this.#scale) return;
    const { x, y } = this.#scale;
    const far = this.#words.map((word) => Math.hypot(x.apply(word.x) - px, y.apply(word.y) - py));
    this.#read(far.indexOf(Math.min(...far)));
  }

  #key(key: string): boolean {
    const last = this.#words.length - 1;
    const at = this.#at ?? -1;
    if (key === "Escape") this.#read(null);
    const next = {
      ...{ ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1 },
      ...{ PageDown: at + 20, PageUp: at - 20, Home: 0, End: last },
    }[key];
    if (next === undefined) return false;
    this.#read(Math.max(0, Math.min(last, next)));
    return true;
  }

  /** @param at the place of a token among the most frequent, from 0 */
  #read(at: number | null): void {
    this.#at = at;
    const { cursor, tell } = this.#plane;
    const word = at === null ? undefined : this.#words[at];
    cursor.hidden = !word || !this.#scale;
    if (word && this.#scale) {
      cursor.style.insetInlineStart = `${this.#scale.x.apply(word.x)}px`;
      cursor.style.insetBlockStart = `${this.#scale.y.apply(word.y)}px`;
    }
    const text = word
      ? `${quoted(word.token)}, ${integer(word.count)} times in the text. Nearest in all dimensions: ${word.near.map(quoted).join(", ")}.`
      : "Point at a token, or go from one to the next with the arrow keys, the most frequent first.";
    tell({ text, now: (at ?? 0) + 1, most: this.#words.length });
  }
}
