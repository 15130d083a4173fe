// One number as float32 keeps it: its 32 bits, and where it is among its neighbours. A number is typed, moved with a
// slider, or made bit by bit.

import type * as PlotModule from "@observablehq/plot";
import {
  labelled,
  makeButton,
  makeReadout,
  makeSlider,
  plotStyle,
  row,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, number, type Space } from "../../../src/figures/exports.ts";

const fractionBits = 23;
const bias = 127;

/**
 * @param values the run's exports: x, the number to begin with
 * @throws TypeError if it is missing or no number
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  let x = number(values, "x"); // what the reader asks for
  let centre = Math.fround(x); // the float32 in the middle of the drawing

  const typed = document.createElement("input");
  Object.assign(typed, { type: "text", inputMode: "decimal", spellcheck: false, size: 14 });
  typed.autocomplete = "off";
  typed.style.fontFamily = "var(--mono)";
  typed.addEventListener("input", () => {
    const value = parse(typed.value);
    typed.setAttribute("aria-invalid", String(value === undefined));
    if (value !== undefined) place(value);
  });

  const slider = makeSlider({ min: -2, max: 2, step: 0.05 }, (value) => {
    x = centre + value * spacing(centre);
    typed.value = String(x);
    update();
  });

  const bits = Array.from({ length: 32 }, (_, k) => makeBit(31 - k, flip));
  const formula = makeReadout();
  const plot = document.createElement("div");

  function place(value: number): void {
    x = value;
    centre = Math.fround(value);
    slider.valueAsNumber = Number.isFinite(centre) ? (x - centre) / spacing(centre) : 0;
    update();
  }

  function flip(bit: number): void {
    place(fromBits(toBits(Math.fround(x)) ^ (1 << bit)));
    typed.value = String(x);
    typed.setAttribute("aria-invalid", "false");
  }

  function step(by: 1 | -1): void {
    place(neighbour(Math.fround(x), by));
    typed.value = String(x);
  }

  function update(): void {
    const kept = Math.fround(x);
    const word = toBits(kept);
    for (const [k, button] of bits.entries()) {
      const one = (word >>> (31 - k)) & 1;
      button.textContent = String(one);
      button.setAttribute("aria-label", `${one}: bit ${31 - k}, ${button.title}`);
      button.setAttribute("aria-pressed", String(one === 1));
      button.style.fontWeight = one ? "700" : "400";
    }
    formula.replaceChildren(...describe(x, kept).map(line));
    slider.disabled = !Number.isFinite(centre);
    for (const [button, by] of steps) button.disabled = !Number.isFinite(neighbour(kept, by));
    plot.replaceChildren(
      Number.isFinite(centre) ? drawNeighbours(Plot, x, centre, width) : drawNothing(Plot, width),
    );
  }

  const steps: [HTMLButtonElement, 1 | -1][] = [
    [makeButton("One float32 down", () => step(-1)), -1],
    [makeButton("One float32 up", () => step(1)), 1],
  ];
  const controls = row(labelled("number", typed), labelled("move it", slider));
  const buttons = row(...steps.map(([button]) => button));
  const groups = row(
    group("sign", bits.slice(0, 1), "var(--ink-soft)"),
    group("exponent", bits.slice(1, 9), "var(--mark-3)"),
    group("fraction", bits.slice(9), "var(--mark-1)"),
  );
  groups.style.gap = "0.75rem 1rem";
  typed.value = String(x);
  place(x);

  return stack(controls, groups, formula, plot, buttons);
}

// What a float32 is made of.

const word = new DataView(new ArrayBuffer(4));

function toBits(x: number): number {
  word.setFloat32(0, x);
  return word.getUint32(0);
}

function fromBits(bits: number): number {
  word.setUint32(0, bits >>> 0);
  return word.getFloat32(0);
}

/** From a float32 to the next larger one: their distance. */
function spacing(x: number): number {
  const exponent = (toBits(x) >>> fractionBits) & 255;
  return 2 ** (Math.max(exponent, 1) - bias - fractionBits);
}

/** The next float32 above (by = 1) or below (by = -1). */
function neighbour(x: number, by: 1 | -1): number {
  if (!Number.isFinite(x)) return Number.NaN;
  if (x === 0) return by * 2 ** -149;
  // Among numbers of one sign, the next larger size has the next larger word.
  return fromBits(toBits(x) + (x > 0 ? by : -by));
}

function parse(text: string): number | undefined {
  const trimmed = text.trim();
  const value = Number(trimmed);
  if (trimmed === "" || (Number.isNaN(value) && trimmed !== "NaN")) return undefined;
  return value;
}

/** The lines below the bits. */
function describe(x: number, kept: number): string[] {
  const bits = toBits(kept);
  const sign = bits >>> 31 ? "-" : "";
  const exponent = (bits >>> fractionBits) & 255;
  const fraction = bits & 0x7f_ffff;
  const asked = Object.is(x, kept) ? "exactly" : "not exactly";
  if (exponent === 255) {
    const why =
      fraction === 0
        ? `${sign}Infinity: the exponent is 255 and the fraction 0`
        : "NaN, not a number: the exponent is 255 and the fraction is not 0";
    return [why, Number.isFinite(x) ? `${x} is beyond the largest float32, 3.4028235e+38` : ""];
  }
  const rest =
    exponent === 0
      ? `${sign}2^-126 * ${fraction}/2^23`
      : `${sign}2^(${exponent} - ${bias}) * (1 + ${fraction}/2^23)`;
  const away = x === kept ? "" : `off by ${digits(kept - x)}`;
  return [
    `= ${rest}`,
    `= ${kept}${x === kept ? "" : `, which is ${asked} what was asked for: ${away}`}`,
    `to the next float32: 2^${Math.log2(spacing(kept))} = ${digits(spacing(kept))}`,
  ];
}

const digits = (x: number): string =>
  Math.abs(x) >= 1e-4 && Math.abs(x) < 1e6 ? String(Number(x.toPrecision(6))) : x.toExponential(2);

// The drawing.

/** Five float32 on a line, the number that was asked for, and which of the five it becomes. */
function drawNeighbours(Plot: typeof PlotModule, x: number, centre: number, width: number) {
  const kept = Math.fround(x);
  // The axis counts in steps from the one in the middle: the numbers themselves would be too long to read.
  const unit = spacing(centre);
  const all = [-1, 1].flatMap((by) => {
    const first = neighbour(centre, by as 1 | -1);
    return [first, neighbour(first, by as 1 | -1)];
  });
  const floats = [centre, ...all].filter(Number.isFinite).map((value) => ({
    value,
    at: (value - centre) / unit,
    chosen: value === kept,
  }));
  const asked = { at: (x - centre) / unit };
  const target = { from: asked.at, to: (kept - centre) / unit };
  const label = (value: number) => String(value);
  const long = Math.max(...floats.map(({ value }) => label(value).length));
  const turned = long * 7.8 > width / 5.5;
  return Plot.plot({
    ariaLabel: "The number that was asked for, among the float32 numbers around it",
    width,
    height: turned ? 246 : 136,
    marginLeft: 20,
    marginRight: 20,
    marginTop: 36,
    marginBottom: turned ? 158 : 48,
    style: plotStyle,
    x: { domain: [-2.6, 2.6], axis: null },
    y: { domain: [0, 1], axis: null },
    marks: [
      Plot.ruleY([0], { stroke: "var(--line-strong)" }),
      Plot.ruleX(floats, {
        x: "at",
        y1: 0,
        y2: 0.35,
        stroke: { value: (d) => (d.chosen ? "var(--forward)" : "var(--ink-soft)"), scale: null },
        strokeWidth: 2,
      }),
      Plot.text(floats, {
        x: "at",
        y: 0,
        dy: turned ? 8 : 16,
        rotate: turned ? -90 : 0,
        textAnchor: turned ? "end" : "middle",
        text: (d) => label(d.value),
        fill: { value: (d) => (d.chosen ? "var(--forward)" : "var(--ink-soft)"), scale: null },
        fontFamily: "var(--mono)",
      }),
      Plot.arrow([target], {
        x1: "from",
        x2: "to",
        y1: 0.75,
        y2: 0.4,
        stroke: "var(--ink)",
        bend: false,
        headLength: 7,
      }),
      Plot.dot([asked], { x: "at", y: 0.8, r: 5, fill: "var(--ink)" }),
      Plot.text([asked], {
        x: (d) => Math.min(1.6, Math.max(-1.6, d.at)),
        y: 1,
        dy: -10,
        text: () => (x === kept ? "asked for, and kept" : "asked for"),
        fill: "var(--ink)",
      }),
    ],
  });
}

/** Infinity and NaN have no place on a line. */
function drawNothing(Plot: typeof PlotModule, width: number) {
  return Plot.plot({
    ariaLabel: "Infinity and NaN have no neighbours to draw",
    width,
    height: 60,
    style: plotStyle,
    x: { axis: null, domain: [0, 1] },
    marks: [
      Plot.text(["Infinity and NaN have no place on the line of numbers."], {
        frameAnchor: "middle",
        lineWidth: width / 14,
      }),
    ],
  });
}

// The controls.

function makeBit(bit: number, flip: (bit: number) => void): HTMLButtonElement {
  const button = makeButton("0", () => flip(bit));
  const name =
    bit === 31
      ? "sign"
      : bit >= fractionBits
        ? `exponent, worth ${2 ** (bit - fractionBits)}`
        : `fraction, worth 2^${bit - fractionBits}`;
  button.title = name;
  Object.assign(button.style, {
    minBlockSize: "2rem",
    inlineSize: "1.5rem",
    padding: "0",
    justifyContent: "center",
    fontFamily: "var(--mono)",
    borderRadius: "0",
    marginInlineStart: "-1px",
  });
  return button;
}

function group(name: string, bits: HTMLButtonElement[], colour: string): HTMLElement {
  const box = document.createElement("div");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", `Bits of the ${name}`);
  const cells = document.createElement("div");
  Object.assign(cells.style, { display: "flex", flexWrap: "wrap", paddingInlineStart: "1px" });
  for (const bit of bits) {
    bit.style.borderBlockEnd = `3px solid ${colour}`;
    cells.append(bit);
  }
  const label = document.createElement("p");
  label.className = "label";
  label.textContent = bits.length === 1 ? name : `${name}, ${bits.length} bits`;
  label.style.color = colour;
  box.append(cells, label);
  return box;
}

function line(text: string): HTMLElement {
  const element = document.createElement("span");
  Object.assign(element.style, {
    display: "block",
    fontFamily: "var(--mono)",
    fontSize: "var(--size-small)",
    overflowWrap: "anywhere",
  });
  element.textContent = text;
  return element;
}
