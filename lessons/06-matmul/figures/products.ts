// Matmul's three products on one set of axes. inp is where rows bt meet columns i, weight (transposed) where i meets o,
// out where bt meets o: every index runs along the sides of two of the matrices, and each product sums over the index that
// its result does not have. The reader points at an element, or chooses it by sliders, and sees what it is made from.

import type * as PlotModule from "@observablehq/plot";
import {
  code,
  labelled,
  makeReadout,
  makeSlider,
  plotStyle,
  row,
} from "../../../src/figures/controls.ts";
import { type Exports, integer, numbers, type Space } from "../../../src/figures/exports.ts";

const most = 8; // along each side; more would be too small to read
const gap = 1; // between the matrices, in cells: room for their names

type Index = "bt" | "i" | "o";
type Product = "out" | "dinp" | "dweight";
type Place = "inp" | "weight" | "out";
type Sizes = Record<Index, number>;
type State = Record<Index, number> & { product: Product };

/** Of each product: where its result is drawn, what it is summed over, and its formula. */
const products = {
  out: { place: "out", over: "i", formula: "sum over i of inp[bt,i] * weight[o,i]" },
  dinp: { place: "inp", over: "o", formula: "sum over o of dout[bt,o] * weight[o,i]" },
  dweight: { place: "weight", over: "bt", formula: "sum over bt of dout[bt,o] * inp[bt,i]" },
} as const;

/** The indices that run down and across each place, as it is drawn, and in memory. */
const places = {
  inp: { down: "bt", across: "i", memory: ["bt", "i"] },
  weight: { down: "i", across: "o", memory: ["o", "i"] },
  out: { down: "bt", across: "o", memory: ["bt", "o"] },
} as const;

interface Cell {
  place: Place;
  tensor: string; // what the place holds at the moment
  indices: Partial<Record<Index, number>>;
  x: number;
  y: number;
  value: number;
}

/**
 * @param values the run's exports: BT, C, OC, and inp, weight, dout, out, dinp, dweight
 * @throws TypeError if one of them is missing or has the wrong size
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const size = (name: string) => integer(values, name, 1, most);
  const sizes: Sizes = { bt: size("BT"), i: size("C"), o: size("OC") };
  const tensors = readTensors(values, sizes);
  const state: State = { product: "out", bt: 0, i: 0, o: 0 };

  const figure = document.createElement("div");
  const plot = document.createElement("div");
  const text = makeReadout(4);
  const controls = makeControls(state, sizes, () => update());
  let locate: (event: PointerEvent) => Cell | undefined = () => undefined;
  const update = () => {
    const cells = listCells(state, sizes, tensors);
    const drawn = drawCells(Plot, cells, state, sizes, width);
    locate = (event) => cellAt(cells, drawn, event);
    plot.replaceChildren(drawn);
    text.textContent = describe(state, sizes, tensors);
    controls.update();
  };
  const point = (event: PointerEvent) => {
    const cell = locate(event);
    const product = cell && productOf(cell.place);
    if (!cell || !product) return;
    const next = { ...state, ...cell.indices, product };
    if ((Object.keys(next) as (keyof State)[]).every((key) => next[key] === state[key])) return;
    Object.assign(state, next);
    update();
  };
  plot.addEventListener("pointermove", point);
  plot.addEventListener("pointerdown", point);
  update();
  figure.append(controls.element, text, plot);
  return figure;
}

/** @throws TypeError if a tensor has not the size that belongs to its place */
function readTensors(values: Exports, sizes: Sizes): Map<string, number[]> {
  const tensors = new Map<string, number[]>();
  for (const [name, place] of Object.entries({ inp: "inp", weight: "weight", out: "out" })) {
    const [down, across] = places[place as Place].memory;
    for (const tensor of [name, `d${name}`]) {
      const array = numbers(values, tensor);
      if (array.length !== sizes[down] * sizes[across]) {
        throw new TypeError(
          `the figure needs ${tensor} with ${sizes[down]} * ${sizes[across]} numbers, got ${array.length}`,
        );
      }
      tensors.set(tensor, array);
    }
  }
  return tensors;
}

/** What a place holds while a product is shown: gradients where the product reads or makes them. */
function tensorIn(place: Place, product: Product): string {
  if (product === "out") return place;
  return place === "out" || place === products[product].place ? `d${place}` : place;
}

function valueAt(
  tensors: Map<string, number[]>,
  place: Place,
  tensor: string,
  sizes: Sizes,
  at: Record<Index, number>,
): number {
  const [row, column] = places[place].memory;
  return tensors.get(tensor)?.[at[row] * sizes[column] + at[column]] ?? Number.NaN;
}

function listCells(state: State, sizes: Sizes, tensors: Map<string, number[]>): Cell[] {
  return (Object.keys(places) as Place[]).flatMap((place) => {
    const { down, across } = places[place];
    const tensor = tensorIn(place, state.product);
    const left = across === "o" ? sizes.i + gap : 0;
    const top = down === "bt" ? sizes.i + gap : 0;
    return Array.from({ length: sizes[down] * sizes[across] }, (_, k): Cell => {
      const row = Math.floor(k / sizes[across]);
      const column = k % sizes[across];
      const indices = { [down]: row, [across]: column };
      const value = valueAt(tensors, place, tensor, sizes, { ...state, ...indices });
      return { place, tensor, indices, x: left + column, y: top + row, value };
    });
  });
}

function productOf(place: Place): Product | undefined {
  return (Object.keys(products) as Product[]).find((name) => products[name].place === place);
}

/** What an element of a place is to the chosen one: the same, a part of it, or neither. */
function roleOf({ place, indices }: Cell, state: State): "result" | "source" | "other" {
  const { over, place: result } = products[state.product];
  const fits = (Object.keys(indices) as Index[]).every(
    (index) => (place !== result && index === over) || indices[index] === state[index],
  );
  if (!fits) return "other";
  return place === result ? "result" : "source";
}

function drawCells(
  Plot: typeof PlotModule,
  cells: Cell[],
  state: State,
  { bt, i, o }: Sizes,
  width: number,
) {
  const margin = { left: 46, right: 8, top: 8, bottom: 34 };
  const columns = i + gap + o;
  const rows = gap + i + gap + bt;
  const across = Math.min(64, (width - margin.left - margin.right) / columns);
  const isGradient = ({ tensor }: { tensor: string }) => tensor.startsWith("d");
  const ink = (cell: { tensor: string }) =>
    isGradient(cell) ? "var(--backward)" : "var(--forward)";
  const names = (Object.keys(places) as Place[]).map((place) => {
    const tensor = tensorIn(place, state.product);
    const first = cells.find((cell) => cell.place === place) as Cell;
    // The longest name ends where its matrix ends: there is no room to its right.
    return place === "weight"
      ? { tensor, text: `${tensor}, transposed`, x: columns, y: first.y - 0.3 }
      : { tensor, text: tensor, x: first.x, y: first.y - 0.3 };
  });
  // Numbers of rows and columns, beside the matrices.
  const ticks = [
    ...sides("i", i, (k) => [-0.15, k + 0.5, "end"]),
    ...sides("bt", bt, (k) => [-0.15, i + gap + k + 0.5, "end"]),
    ...sides("i", i, (k) => [k + 0.5, rows - gap + 0.3, "middle"]),
    ...sides("o", o, (k) => [i + gap + k + 0.5, rows - gap + 0.3, "middle"]),
  ];
  const besideWeight = (tick: (typeof ticks)[number]) => tick.anchor === "end" && tick.y < i;

  return Plot.plot({
    ariaLabel:
      "Three matrices on common axes: inp at the lower left, weight above, out at the right",
    width: margin.left + margin.right + across * columns,
    height: margin.top + margin.bottom + 32 * rows,
    marginLeft: margin.left,
    marginRight: margin.right,
    marginTop: margin.top,
    marginBottom: margin.bottom,
    style: plotStyle,
    x: { axis: null, domain: [0, columns] },
    y: { axis: null, domain: [-gap, rows - gap], reverse: true },
    marks: [
      Plot.rect(cells, {
        x1: "x",
        x2: ({ x }: Cell) => x + 1,
        y1: "y",
        y2: ({ y }: Cell) => y + 1,
        fill: {
          value: (cell: Cell) => {
            const role = roleOf(cell, state);
            if (role === "result") return ink(cell);
            if (role === "other") return "var(--panel)";
            return isGradient(cell) ? "var(--backward-tint)" : "var(--forward-tint)";
          },
          scale: null,
        },
        stroke: "var(--line-strong)",
        strokeWidth: 0.5,
      }),
      ...(["other", "source", "result"] as const).map((role) =>
        Plot.text(
          cells.filter((cell) => roleOf(cell, state) === role),
          {
            x: ({ x }: Cell) => x + 0.5,
            y: ({ y }: Cell) => y + 0.5,
            text: ({ value }: Cell) => String(value).replace("-", "−"),
            fill: { other: "var(--ink-soft)", source: "var(--ink)", result: "var(--on-ink)" }[role],
            fontWeight: role === "other" ? 400 : 600,
          },
        ),
      ),
      ...(["start", "end"] as const).map((textAnchor) =>
        Plot.text(
          names.filter(({ x }) => (x === columns) === (textAnchor === "end")),
          {
            x: "x",
            y: "y",
            text: "text",
            textAnchor,
            fontWeight: 600,
            fill: { value: ink, scale: null },
          },
        ),
      ),
      ...(["middle", "end"] as const).map((textAnchor) =>
        Plot.text(
          ticks.filter(({ anchor }) => anchor === textAnchor),
          {
            x: (tick: (typeof ticks)[number]) => tick.x + (besideWeight(tick) ? i + gap : 0),
            y: "y",
            text: "text",
            textAnchor,
            fill: "var(--ink-soft)",
          },
        ),
      ),
    ],
  });
}

function sides(
  index: Index,
  count: number,
  at: (k: number) => [x: number, y: number, anchor: "middle" | "end"],
) {
  return Array.from({ length: count }, (_, k) => {
    const [x, y, anchor] = at(k);
    return { x, y, anchor, text: count > 4 && k > 0 ? String(k) : `${index}=${k}` };
  });
}

/** The element under the pointer. */
function cellAt(cells: Cell[], drawn: Element, event: PointerEvent): Cell | undefined {
  const { left, top, width, height } = drawn.getBoundingClientRect();
  const plot = drawn as unknown as PlotModule.Plot;
  const inside = (channel: "x" | "y", share: number, size: number) =>
    plot.scale(channel)?.invert?.(share * size) as number;
  const x = inside("x", (event.clientX - left) / width, Number(drawn.getAttribute("width")));
  const y = inside("y", (event.clientY - top) / height, Number(drawn.getAttribute("height")));
  return cells.find((cell) => x >= cell.x && x < cell.x + 1 && y >= cell.y && y < cell.y + 1);
}

/** The chosen element, its formula, and the formula with numbers. */
function describe(state: State, sizes: Sizes, tensors: Map<string, number[]>): string {
  const { over, place: result, formula } = products[state.product];
  const sources = (["out", "inp", "weight"] as Place[]).filter((place) => place !== result);
  const terms = Array.from({ length: sizes[over] }, (_, k) =>
    sources
      .map((place) => {
        const tensor = tensorIn(place, state.product);
        const value = valueAt(tensors, place, tensor, sizes, { ...state, [over]: k });
        return value < 0 ? `(−${-value})` : String(value);
      })
      .join("*"),
  );
  const value = valueAt(tensors, result, state.product, sizes, state);
  const [row, column] = places[result].memory;
  const element = `${state.product}[${state[row]},${state[column]}]`;
  return `${state.product}[${row},${column}] = ${formula}\n${element} = ${terms.join(" + ")} = ${String(value).replace("-", "−")}`;
}

/** A choice of the product, and a slider for each index; that of the sum is switched off meanwhile. */
function makeControls(state: State, sizes: Sizes, changed: () => void) {
  const group = document.createElement("fieldset");
  group.className = "figure-row";
  const legend = document.createElement("legend");
  legend.textContent = "Product";
  Object.assign(legend.style, { float: "inline-start", padding: "0", marginInlineEnd: "1rem" });
  const name = `product-${Math.random().toString(36).slice(2)}`;
  const radios = (Object.keys(products) as Product[]).map((product) => {
    const radio = document.createElement("input");
    Object.assign(radio, { type: "radio", name, value: product });
    radio.addEventListener("change", () => {
      state.product = product;
      changed();
    });
    return radio;
  });
  group.append(legend, ...radios.map((radio) => labelled(radio, code(radio.value))));

  const sliders = (["bt", "o", "i"] as Index[]).map((index) => {
    const slider = makeSlider({ max: sizes[index] - 1 }, (value) => {
      state[index] = value;
      changed();
    });
    return { index, slider };
  });
  const element = row(group, ...sliders.map(({ index, slider }) => labelled(code(index), slider)));

  const update = () => {
    for (const radio of radios) radio.checked = radio.value === state.product;
    for (const { index, slider } of sliders) {
      slider.valueAsNumber = state[index];
      slider.disabled = products[state.product].over === index;
    }
  };
  return { element, update };
}
