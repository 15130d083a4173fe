// A matmul on the GPU: a thread for each number of the output, and a tile of them that share what they have fetched. The
// larger the tile, the fewer numbers come from memory for the same products.

import {
  label,
  mark,
  named,
  type Role,
  type Sketch,
  sketchWidth,
} from "../../src/figures/sketch.ts";

interface State {
  k: number; // the tile has 2^k by 2^k threads
}

const N = 8; // rows and columns of A, B and out
const products = N ** 3;
const sideOf = ({ k }: State) => 2 ** k;

/** Numbers that all workgroups together fetch: each the rows of A and the columns of B that its tile needs, once. */
const readsOf = (side: number) => (N / side) ** 2 * (2 * side * N);

const cell = 17;
const size = N * cell;
const [left, right, above, below] = [2, 158, 24, 184];
const [barX, barWidth, barHeight] = [330, 44, 240];
const bottom = below + size;

export const sketch: Sketch<State> = {
  title:
    "A at the left, B above, and their product where rows and columns meet: a tile of it, with what its threads share",
  height: bottom + 26,
  start: { k: 2 },

  marks(state) {
    const side = sideOf(state);
    const reads = readsOf(side);
    const fetched = 2 * side * N;
    const top = bottom - (barHeight * reads) / readsOf(1);
    const groups = Array.from({ length: (N / side) ** 2 }, (_, g) => {
      const [i, j] = [Math.floor(g / (N / side)), g % (N / side)];
      return frame(right + j * side * cell, below + i * side * cell, side, side, "soft");
    });
    return [
      label(left, above - 8, `a tile of side s = ${side}`, {
        role: "output",
        symbol: "s",
      }),
      label(left, below - 8, "A", { code: true, role: "input", symbol: "A" }),
      label(right, above - 8, "B", { code: true, role: "parameter", symbol: "B" }),
      label(right, below - 8, "a thread", { role: "output" }),
      label(right + size, below - 8, "out", {
        code: true,
        role: "output",
        anchor: "end",
        symbol: "out",
      }),
      named("A", ...grid(left, below, "input", (i) => shade(i, side))),
      named("B", ...grid(right, above, "parameter", (_, j) => shade(j, side))),
      named("out", ...grid(right, below, "output", (i, j) => shade(Math.max(i, j), side))),
      ...groups,
      frame(left, below, N, side, "input"),
      frame(right, above, side, N, "parameter"),
      named("s", frame(right, below, side, side, "output")),
      // What a workgroup keeps near.
      label(left, above + 10, side === 1 ? "each thread reads" : "a workgroup reads"),
      label(left, above + 34, count(side, "row", "A"), { role: "input", symbol: "A" }),
      label(left, above + 54, count(side, "column", "B"), {
        ...{ role: "parameter", symbol: "B" },
      }),
      label(left, above + 78, `${fetched} numbers for`),
      label(left, above + 96, `${side ** 2 * N} products`),
      // How much that is in all.
      mark("rect", {
        ...{ x: barX, y: bottom - barHeight, width: barWidth, height: barHeight },
        "data-line": "soft",
      }),
      mark("rect", {
        ...{ x: barX, y: top, width: barWidth, height: bottom - top, "data-fill": "input" },
      }),
      label(barX, bottom - barHeight - 9, "read in all"),
      label(barX + barWidth + 6, top + 11, reads.toLocaleString("en")),
      label(left, bottom + 22, `${products} products from ${reads.toLocaleString("en")} reads:`),
      label(sketchWidth, bottom + 22, `${products / reads} for each number read`, {
        ...{ anchor: "end" },
      }),
    ].join("");
  },

  handles: (state) => {
    const corner = cell * sideOf(state);
    const axis = {
      ...{ min: 0, max: Math.log2(N), step: 1, value: state.k },
      at: ({ x, y }: { x: number; y: number }) =>
        Math.log2(Math.max(1, (x - right + y - below) / 2 / cell)),
      set: (k: number) => ({ k }),
    };
    return [
      {
        name: "side of the tile",
        symbol: "s",
        says: `${sideOf(state)} by ${sideOf(state)} threads`,
        cx: right + corner,
        cy: below + corner,
        role: "output",
        x: axis,
        y: { ...axis, down: true },
      },
    ];
  },

  says(state) {
    const side = sideOf(state);
    const reads = readsOf(side);
    const ratio = products / reads;
    if (side === 1) {
      return `Each thread fetches its row of A and its column of B for itself: ${2 * N} numbers for ${N} products. With all ${N * N} threads that is ${reads.toLocaleString("en")} reads, half a product for each.`;
    }
    const once =
      side === N ? " Every number of A and B is read once: there is no way to read fewer." : "";
    return `${side * side} threads share ${side} rows and ${side} columns. Each number is fetched once, and used by ${side} of them: ${reads} reads in all, ${ratio} ${ratio === 1 ? "product" : "products"} for each.${once}`;
  },
};

const count = (n: number, what: string, of: string) => `${n} ${what}${n === 1 ? "" : "s"} of ${of}`;

/** How strongly a number is shown: the lit thread's, those of its tile, the others. */
const shade = (at: number, side: number) => (at === 0 ? 1 : at < side ? 0.4 : 0);

function grid(
  x: number,
  y: number,
  role: Role,
  shaded: (i: number, j: number) => number,
): string[] {
  return Array.from({ length: N * N }, (_, at) => {
    const [i, j] = [Math.floor(at / N), at % N];
    const opacity = shaded(i, j);
    return mark("rect", {
      ...{ x: x + j * cell + 2, y: y + i * cell + 2, width: cell - 4, height: cell - 4, rx: 2 },
      "data-fill": opacity > 0 ? role : "soft",
      "fill-opacity": opacity || 1,
    });
  });
}

const frame = (x: number, y: number, across: number, down: number, role: Role): string =>
  mark("rect", { x, y, width: across * cell, height: down * cell, rx: 3, "data-line": role });
