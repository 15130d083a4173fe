// The attention of every head as a small map, one of them enlarged: a row for each token that looks, a column for each that is
// looked at. The shade is the square root of the weight, so that small ones are seen too.

import type { Inside } from "../../training/inside/inside.ts";
import { createPointed } from "./pointer.ts";
import { chance, element, quoted, visible } from "./token.ts";

const largest = 13; // pixels of a label's letters

interface Scale {
  apply(value: number): number;
  bandwidth?: number;
}

export class AttentionView {
  readonly #heads = element("div", "heads");
  readonly #title = element("h4", "");
  readonly #map = createPointed("map", "Pair of tokens that is read off", {
    point: (x, y) => this.#point(x, y),
    key: (key) => this.#key(key),
  });
  #inside: Inside | undefined;
  #head = 0; // of all layers' heads, counted from the first layer on
  #at: { row: number; column: number } | null = null;
  #scale: { x: Scale; y: Scale } | undefined;

  constructor(body: HTMLElement) {
    this.#heads.setAttribute("role", "radiogroup");
    this.#heads.setAttribute("aria-label", "Head that is enlarged");
    this.#heads.addEventListener("change", ({ target }) =>
      this.#choose(this.#inputs.indexOf(target as HTMLInputElement)),
    );
    this.#heads.addEventListener("keydown", (event) => {
      const { NH } = this.#inside?.attention ?? { NH: 0 };
      const far = { ArrowUp: -NH, ArrowDown: NH }[event.key];
      const next = far && this.#inputs[this.#head + far];
      if (far) event.preventDefault(); // up and down go from layer to layer
      if (!next) return;
      next.checked = true;
      next.focus();
      this.#choose(this.#head + far);
    });
    const { pointed, readout } = this.#map;
    body.replaceChildren(
      element(
        "div",
        "parts",
        element("div", "", element("h4", "", "Layers down, heads across"), this.#heads),
        element("div", "", this.#title, pointed, readout),
      ),
      element(
        "p",
        "soft",
        "Each row is a token, and shows from which tokens it takes how much, itself and those before it: the weights of a row add up to 1. The stronger the colour, the more: it goes with the square root of the weight.",
      ),
    );
    new ResizeObserver(() => void this.#drawMap()).observe(pointed);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#drawHeads());
    new MutationObserver(() => this.#drawHeads()).observe(document.documentElement, {
      attributeFilter: ["data-theme"],
    });
  }

  show(inside: Inside): void {
    const { attention, tokens } = inside;
    if (!attention) return;
    const last = this.#inside;
    const { L, NH } = attention;
    this.#inside = inside;
    if (last?.attention?.L !== L || last.attention.NH !== NH) this.#offer(L, NH);
    if (last?.tokens.join("\n") !== tokens.join("\n")) this.#at = null;
    this.#drawHeads();
    void this.#drawMap();
  }

  get #inputs(): HTMLInputElement[] {
    return [...this.#heads.querySelectorAll("input")];
  }

  #offer(L: number, NH: number): void {
    this.#head = 0;
    this.#heads.style.setProperty("--heads", String(NH));
    this.#heads.replaceChildren(element("span", ""));
    for (let h = 1; h <= NH; h++) this.#heads.append(element("span", "column", String(h)));
    for (let l = 1; l <= L; l++) {
      this.#heads.append(element("span", "", String(l)));
      for (let h = 1; h <= NH; h++) {
        const input = element("input", "");
        input.type = "radio";
        input.name = "trainer-head";
        input.checked = l === 1 && h === 1;
        input.setAttribute("aria-label", `layer ${l}, head ${h}`);
        this.#heads.append(element("label", "", input, element("canvas", "")));
      }
    }
  }

  #choose(head: number): void {
    this.#head = head;
    void this.#drawMap();
  }

  #weight(row: number, column: number, head = this.#head): number {
    const { attention, tokens } = this.#inside as Inside;
    const n = tokens.length;
    return attention?.weights[(head * n + row) * n + column] ?? 0;
  }

  #drawHeads(): void {
    const n = this.#inside?.tokens.length ?? 0;
    if (n === 0) return;
    for (const [head, canvas] of this.#heads.querySelectorAll("canvas").entries()) {
      canvas.width = n;
      canvas.height = n;
      const context = canvas.getContext("2d");
      if (!context) return;
      const image = context.createImageData(n, n);
      for (let i = 0; i < n * n; i++) {
        image.data[4 * i + 3] = 255 * Math.sqrt(this.#weight(Math.floor(i / n), i % n, head));
      }
      context.putImageData(image, 0, 0);
      context.globalCompositeOperation = "source-in"; // the colour, as opaque as the weights say
      context.fillStyle = getComputedStyle(canvas).color;
      context.fillRect(0, 0, n, n);
    }
  }

  async #drawMap(): Promise<void> {
    const { picture, pointed } = this.#map;
    const Plot = await import("@observablehq/plot");
    const width = pointed.clientWidth;
    const { tokens, attention } = this.#inside ?? {};
    if (!tokens || !attention || width === 0) return;
    const n = tokens.length;
    const pairs = Array.from({ length: n * n }, (_, i) => ({
      row: Math.floor(i / n),
      column: i % n,
    })).filter(({ row, column }) => column <= row);
    const longest = Math.max(...tokens.map((token) => visible(token).length));
    const letters = Math.min(largest, (0.85 * width) / n, (0.35 * width) / (0.62 * longest + 1));
    const margin = 0.62 * letters * longest + letters;
    const domain = tokens.map((_, i) => i);
    const axis = { tickFormat: (i: number) => visible(tokens[i]), tickSize: 0, label: null };
    const figure = Plot.plot({
      ariaLabel: `${this.#name()}: weights between ${n} tokens`,
      width,
      height: width,
      ...{ marginTop: margin, marginLeft: margin, marginRight: 4, marginBottom: 4 },
      style: {
        background: "none",
        fontSize: `${letters}px`,
        fontFamily: "var(--mono)",
        fontVariantLigatures: "none",
      },
      x: { type: "band", domain, axis: null, padding: 0.05 },
      y: { type: "band", domain, axis: null, padding: 0.05 },
      marks: [
        Plot.axisX({ ...axis, anchor: "top", tickRotate: -90 }),
        Plot.axisY({ ...axis, anchor: "left" }),
        Plot.cell(pairs, { x: "column", y: "row", fill: "var(--panel)" }),
        Plot.cell(pairs, {
          x: "column",
          y: "row",
          fill: "var(--mark-1)",
          fillOpacity: ({ row, column }) => Math.sqrt(this.#weight(row, column)),
        }),
      ],
      opacity: { type: "identity" },
    });
    figure.setAttribute("role", "img");
    for (const part of figure.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label");
    const [x, y] = [figure.scale("x"), figure.scale("y")];
    this.#scale = x && y && { x, y };
    picture.replaceChildren(figure);
    this.#title.textContent = this.#name();
    this.#read(this.#at);
  }

  #name(): string {
    const { NH } = this.#inside?.attention ?? { NH: 1 };
    return `Layer ${Math.floor(this.#head / NH) + 1}, head ${(this.#head % NH) + 1}`;
  }

  // Reading off.

  #point(px: number, py: number): void {
    const n = this.#inside?.tokens.length ?? 0;
    if (!this.#scale) return;
    const { x, y } = this.#scale;
    const step = n > 1 ? x.apply(1) - x.apply(0) : (x.bandwidth ?? 1);
    const [column, row] = [(px - x.apply(0)) / step, (py - y.apply(0)) / step].map(Math.floor);
    if (column < 0 || row < 0 || column >= n || row >= n) return;
    this.#read({ row, column });
  }

  #key(key: string): boolean {
    const last = (this.#inside?.tokens.length ?? 1) - 1;
    const { row, column } = this.#at ?? { row: last, column: last };
    if (key === "Escape") this.#read(null);
    const moved = {
      ...{ ArrowUp: [row - 1, column], ArrowDown: [row + 1, column] },
      ...{ ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1] },
      ...{ Home: [row, 0], End: [row, row] },
    }[key];
    if (!moved) return false;
    const [to, from] = moved.map((each) => Math.max(0, Math.min(last, each)));
    this.#read({ row: to, column: from });
    return true;
  }

  #read(at: { row: number; column: number } | null): void {
    this.#at = at;
    const { cursor, tell } = this.#map;
    const n = this.#inside?.tokens.length ?? 1;
    cursor.hidden = at === null || !this.#scale;
    if (at && this.#scale) {
      const { x, y } = this.#scale;
      cursor.style.insetInlineStart = `${x.apply(at.column) - 1}px`;
      cursor.style.insetBlockStart = `${y.apply(at.row) - 1}px`;
      cursor.style.inlineSize = `${(x.bandwidth ?? 0) + 2}px`;
      cursor.style.blockSize = `${(y.bandwidth ?? 0) + 2}px`;
    }
    const now = at ? at.row * n + at.column + 1 : 1;
    tell({ text: this.#sentence(at), now, most: n * n });
  }

  #sentence(at: { row: number; column: number } | null): string {
    const { tokens } = this.#inside ?? {};
    if (!at || !tokens)
      return "Point at the map, or move over it with the arrow keys, to read off a weight.";
    const [to, from] = [quoted(tokens[at.row]), quoted(tokens[at.column])];
    if (at.column > at.row) return `${this.#name()}: ${to} cannot see ${from}, which comes later.`;
    const which = at.column === at.row ? `${to} takes` : `${to} takes from ${from}`;
    const self = at.column === at.row ? " from itself" : "";
    return `${this.#name()}: ${which} ${chance(this.#weight(at.row, at.column))}${self}.`;
  }
}
