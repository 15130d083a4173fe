// The encoder as a picture: forward, each place of the batch takes a row of wte and a row of wpe; backward, what comes back
// to the places pours into the rows that they took. A place or a row is chosen with a button, or by pointing at it.

import type * as PlotModule from "@observablehq/plot";
import { plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, integer, numbers, type Space } from "../../../src/figures/exports.ts";

type Way = "forward" | "backward";

/** A row of one of the three tables: a token of wte, a place (b, t) of out, a position of wpe. */
interface Row {
  table: "wte" | "out" | "wpe";
  k: number;
}

interface Batch {
  words: string[];
  B: number;
  T: number;
  C: number;
  inp: number[];
  values: Record<Way, Record<Row["table"], number[]>>;
}

const height = 30; // of a row
const most = { places: 8, rows: 8, channels: 3 };

/**
 * @param values the run's exports: words, B, T, C, inp, and the tensors of both passes
 * @throws TypeError if one of them is missing, does not fit the others, or is too large to be drawn
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const batch = readBatch(values);
  const { B, T } = batch;
  let way: Way = "forward";
  let chosen: Row = { table: "out", k: Math.min(4, B * T - 1) };

  const formula = document.createElement("p");
  formula.setAttribute("aria-live", "polite");
  Object.assign(formula.style, {
    fontFamily: "var(--mono)",
    fontSize: "var(--size-small)",
    marginBlockStart: "0.6rem",
    minBlockSize: "4.9em", // three lines, so that the picture below does not jump
  });
  const buttons = document.createElement("div");
  Object.assign(buttons.style, { display: "flex", flexWrap: "wrap", gap: "0.4rem" });
  const picture = document.createElement("div");

  const choose = (row: Row) => {
    if (row.table === chosen.table && row.k === chosen.k) return;
    chosen = row;
    update();
  };
  const update = () => {
    formula.textContent = explain(batch, way, chosen);
    for (const button of buttons.querySelectorAll("button")) {
      const pressed = button.dataset.row === `${chosen.table} ${chosen.k}`;
      button.setAttribute("aria-pressed", String(pressed));
      button.style.background = pressed ? `var(--${way}-tint)` : "";
      button.style.borderColor = pressed ? `var(--${way})` : "";
    }
    const { svg, find } = drawTables(Plot, batch, way, chosen, width);
    svg.addEventListener("pointermove", (event) => {
      const { left, top } = svg.getBoundingClientRect();
      const row = find(
        (event as PointerEvent).clientX - left,
        (event as PointerEvent).clientY - top,
      );
      if (row && (row.table === "out") === (way === "forward")) choose(row);
    });
    picture.replaceChildren(svg);
  };
  const offer = () => {
    const button = (row: Row, text: string, name: string) => {
      const made = document.createElement("button");
      Object.assign(made, { type: "button", className: "button", textContent: text });
      made.dataset.row = `${row.table} ${row.k}`;
      made.setAttribute("aria-label", name);
      for (const kind of ["focus", "click", "pointerenter"]) {
        made.addEventListener(kind, () => choose(row));
      }
      return made;
    };
    const rowsOf = (table: Row["table"]) => listRows(batch, table).map((k): Row => ({ table, k }));
    if (way === "forward") {
      buttons.replaceChildren(
        ...rowsOf("out").map((row) =>
          button(row, wordAt(batch, row.k), `${wordAt(batch, row.k)} at ${place(batch, row.k)}`),
        ),
      );
    } else {
      buttons.replaceChildren(
        ...rowsOf("wte").map((row) =>
          button(row, batch.words[row.k], `dwte, ${batch.words[row.k]}`),
        ),
        ...rowsOf("wpe").map((row) => button(row, `t = ${row.k}`, `dwpe, position ${row.k}`)),
      );
    }
  };

  const switches = document.createElement("fieldset");
  Object.assign(switches.style, {
    border: "0",
    padding: "0",
    margin: "0 0 0.6rem",
    display: "flex",
    flexWrap: "wrap",
    gap: "0.3rem 1.4rem",
  });
  switches.setAttribute("aria-label", "Direction");
  const group = `encoder-way-${Math.random().toString(36).slice(2)}`;
  for (const one of ["forward", "backward"] as const) {
    const label = document.createElement("label");
    Object.assign(label.style, { display: "flex", gap: "0.5rem", alignItems: "center" });
    const radio = document.createElement("input");
    Object.assign(radio, { type: "radio", name: group, value: one, checked: one === way });
    radio.style.accentColor = `var(--${one})`;
    radio.addEventListener("change", () => {
      way = one;
      chosen =
        one === "forward" ? { table: "out", k: Math.min(4, B * T - 1) } : { table: "wte", k: 0 };
      offer();
      update();
    });
    label.append(radio, one === "forward" ? "forward: rows are picked" : "backward: rows collect");
    switches.append(label);
  }

  offer();
  update();
  const figure = document.createElement("div");
  figure.append(switches, buttons, formula, picture);
  return figure;
}

/** The three tables beside each other, with a line from each place to the rows that it took. */
function drawTables(
  Plot: typeof PlotModule,
  batch: Batch,
  way: Way,
  chosen: Row,
  width: number,
): { svg: Element; find: (x: number, y: number) => Row | undefined } {
  const { B, T, C, inp, words } = batch;
  const narrow = width < 300;
  const label = narrow ? 25 : 30;
  const tag = narrow ? 28 : 36; // the word of a place
  const least = narrow ? 12 : width / 11; // between two tables
  const cell = Math.min(44, (width - 2 * label - tag - 2 * least) / (3 * C));
  const table = C * cell;
  const gap = Math.min(110, (width - 3 * table - 2 * label - tag) / 2);
  const left = (width - (3 * table + 2 * label + tag + 2 * gap)) / 2;
  const starts = {
    wte: left + label,
    out: left + label + table + gap + tag,
    wpe: left + label + 2 * table + 2 * gap + tag,
  };
  const between = 14; // between two sequences
  const total = B * T * height + (B - 1) * between;
  const top = (name: Row["table"], k: number) => {
    if (name === "out") return 26 + k * height + Math.floor(k / T) * between;
    return 26 + (total - listRows(batch, name).length * height) / 2 + k * height;
  };

  const lit = (row: Row) => touches(batch, chosen, row);
  const rows = (["wte", "out", "wpe"] as const).flatMap((name) =>
    listRows(batch, name).map((k): Row => ({ table: name, k })),
  );
  const cells = rows.flatMap((row) =>
    Array.from({ length: C }, (_, i) => ({
      x: starts[row.table] + i * cell,
      y: top(row.table, row.k),
      text: short(batch.values[way][row.table][row.k * C + i]),
      on: lit(row),
    })),
  );
  const links = listRows(batch, "out").flatMap((bt) => {
    const y = top("out", bt) + height / 2;
    return [
      {
        row: { table: "wte" as const, k: inp[bt] },
        from: { x: starts.wte + table, y: top("wte", inp[bt]) + height / 2 },
        to: { x: starts.out - tag, y },
      },
      {
        row: { table: "wpe" as const, k: bt % T },
        from: { x: starts.wpe, y: top("wpe", bt % T) + height / 2 },
        to: { x: starts.out + table, y },
      },
    ].map((link) => ({
      ...link,
      on: lit({ table: "out", k: bt }) && lit(link.row),
      x1: way === "forward" ? link.from.x : link.to.x,
      y1: way === "forward" ? link.from.y : link.to.y,
      x2: way === "forward" ? link.to.x : link.from.x,
      y2: way === "forward" ? link.to.y : link.from.y,
    }));
  });
  const d = way === "forward" ? "" : "d";
  const texts = [
    { x: starts.wte + table / 2, y: top("wte", 0) - 11, text: `${d}wte`, strong: true },
    { x: starts.out + table / 2, y: top("out", 0) - 11, text: `${d}out`, strong: true },
    { x: starts.wpe + table / 2, y: top("wpe", 0) - 11, text: `${d}wpe`, strong: true },
    ...words.map((word, v) => ({ x: starts.wte - label / 2 - 2, y: centre("wte", v), text: word })),
    ...listRows(batch, "out").map((bt) => ({
      x: starts.out - tag / 2,
      y: centre("out", bt),
      text: wordAt(batch, bt),
    })),
    ...listRows(batch, "wpe").map((t) => ({
      x: starts.wpe + table + 12,
      y: centre("wpe", t),
      text: String(t),
    })),
  ];
  function centre(name: Row["table"], k: number): number {
    return top(name, k) + height / 2;
  }

  const ink = `var(--${way})`;
  const svg = Plot.plot({
    ariaLabel:
      way === "forward"
        ? `The tables wte and wpe, and between them ${B * T} places, each the sum of a row of both`
        : `The tables dwte and dwpe, and between them the gradients of ${B * T} places, which pour into their rows`,
    width,
    height: 26 + total + 4,
    margin: 0,
    style: { ...plotStyle, fontFamily: "var(--mono)" },
    x: { type: "identity", axis: null },
    y: { type: "identity", axis: null },
    marks: [
      Plot.link(
        links.toSorted((a, b) => Number(a.on) - Number(b.on)),
        {
          x1: "x1",
          y1: "y1",
          x2: "x2",
          y2: "y2",
          curve: "bump-x",
          markerEnd: "arrow",
          stroke: ({ on }) => (on ? ink : "var(--line-strong)"),
          strokeWidth: 1.6,
          strokeOpacity: ({ on }) => (on ? 1 : 0.28),
        },
      ),
      Plot.rect(cells, {
        x1: "x",
        x2: ({ x }) => x + cell,
        y1: "y",
        y2: ({ y }) => y + height - 4,
        fill: ({ on }) => (on ? `var(--${way}-tint)` : "var(--panel)"),
        stroke: ({ on }) => (on ? ink : "var(--line-strong)"),
        strokeWidth: 0.7,
      }),
      Plot.text(cells, {
        x: ({ x }) => x + cell / 2,
        y: ({ y }) => y + height / 2 - 2,
        text: "text",
        fill: "var(--ink)",
        fontSize: 12,
      }),
      Plot.text(texts, {
        x: "x",
        y: ({ y, strong }) => (strong ? y : y - 2),
        text: "text",
        fill: "var(--ink)",
      }),
    ],
  });
  const find = (x: number, y: number) =>
    rows.find(
      (row) =>
        x > starts[row.table] - tag &&
        x < starts[row.table] + table + label &&
        y > top(row.table, row.k) &&
        y < top(row.table, row.k) + height,
    );
  return { svg, find };
}

/** Whether the rows are one, or joined by a line. */
function touches({ inp, T }: Batch, a: Row, b: Row): boolean {
  if (a.table === b.table) return a.k === b.k;
  if (a.table !== "out" && b.table !== "out") return false;
  const [at, row] = a.table === "out" ? [a, b] : [b, a];
  return row.table === "wte" ? inp[at.k] === row.k : at.k % T === row.k;
}

/** The sum that the chosen place or row is, in words of the code. */
function explain(batch: Batch, way: Way, { table, k }: Row): string {
  const { inp, T, words } = batch;
  const tuple = (name: Row["table"], row: number) => {
    const all = batch.values[way][name].slice(row * batch.C, (row + 1) * batch.C);
    return `(${all.map(short).join(",\u00a0")})`;
  };
  if (way === "forward") {
    const t = k % T;
    const sum = `${tuple("wte", inp[k])} + ${tuple("wpe", t)} = ${tuple("out", k)}`;
    return `out[${place(batch, k)}] = wte[${words[inp[k]]}] + wpe[${t}] = ${sum}`;
  }
  const name = table === "wte" ? `dwte[${words[k]}]` : `dwpe[${k}]`;
  const places = listRows(batch, "out").filter((bt) =>
    touches(batch, { table, k }, { table: "out", k: bt }),
  );
  if (places.length === 0)
    return `${name} = ${tuple(table, k)}: no place of this batch took this row`;
  const sources = places.map((bt) => `dout[${place(batch, bt)}]`).join(" + ");
  const terms = places.map((bt) => tuple("out", bt)).join(" + ");
  return `${name} = ${sources} = ${terms}${places.length > 1 ? ` = ${tuple(table, k)}` : ""}`;
}

const wordAt = ({ words, inp }: Batch, bt: number): string => words[inp[bt]];
const place = ({ T }: Batch, bt: number): string => `${Math.floor(bt / T)},\u00a0${bt % T}`;
const short = (x: number): string => String(Number(x.toFixed(2))).replace("-", "−");

function listRows({ words, B, T, C, values }: Batch, table: Row["table"]): number[] {
  const counts = { wte: words.length, out: B * T, wpe: values.forward.wpe.length / C };
  return Array.from({ length: counts[table] }, (_, k) => k);
}

function readBatch(values: Exports): Batch {
  const { words } = values;
  if (!Array.isArray(words) || !words.every((word) => typeof word === "string")) {
    throw new TypeError("the figure needs `export const words`, an array of strings");
  }
  if (words.length > most.rows) {
    throw new TypeError(`the figure has room for ${most.rows} words, not for ${words.length}`);
  }
  const [B, T] = ["B", "T"].map((name) => integer(values, name, 1, most.places));
  const C = integer(values, "C", 1, most.channels);
  if (B * T > most.places) {
    throw new TypeError(`the figure has room for B*T = ${most.places} tokens, not for ${B * T}`);
  }
  const table = (name: string, rows: number) => {
    const read = numbers(values, name);
    if (read.length !== rows * C) {
      throw new TypeError(`the figure needs ${rows * C} numbers in ${name}, not ${read.length}`);
    }
    return read;
  };
  const inp = numbers(values, "inp");
  if (inp.length !== B * T || !inp.every((id) => Number.isInteger(id) && words[id] !== undefined)) {
    throw new TypeError(`the figure needs B*T = ${B * T} ids in inp, each that of a word`);
  }
  const maxT = numbers(values, "wpe").length / C;
  if (!Number.isInteger(maxT) || maxT < T || maxT > most.rows) {
    throw new TypeError(
      `the figure needs T = ${T} to ${most.rows} rows of C = ${C} numbers in wpe`,
    );
  }
  const V = words.length;
  return {
    words,
    B,
    T,
    C,
    inp,
    values: {
      forward: { wte: table("wte", V), out: table("out", B * T), wpe: table("wpe", maxT) },
      backward: { wte: table("dwte", V), out: table("dout", B * T), wpe: table("dwpe", maxT) },
    },
  };
}
