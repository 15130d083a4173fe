// A sketch: a figure that is drawn when the site is built, so that it is there without JavaScript and in print, and that comes
// to life under the reader's hand. A lesson's first figure is one: lessons/NN-name/sketch.ts.
//
// It is told as functions of a state: what is drawn, which marks can be moved, what the line beside it says.

import { escapeHtml } from "../markdown/escape.ts";

export const sketchWidth = 420; // units of the drawing; its letters have 14 of them, all of them; on a phone 16

/** A direction in which a handle can be moved. */
export interface SketchAxis<State> {
  min: number;
  max: number;
  step: number;
  down?: boolean; // whether it grows downwards
  value: number;
  /** The value at a place of the drawing. It need not be in range, or a whole step. */
  at: (place: { x: number; y: number }) => number;
  /** The state with another value. */
  set: (value: number) => State;
}

/** A mark that the reader takes hold of. */
export interface SketchHandle<State> {
  /** What is moved, for a screen reader: "score of dog". */
  name: string;
  /** Its value in words. Default: the number. */
  says?: string;
  cx: number;
  cy: number;
  /** Which role it has, for its colour. */
  role: Role;
  /** What it moves, by its name in the lesson's table of symbols: that is lit when the handle is pointed at or has the focus. */
  symbol?: string;
  x?: SketchAxis<State>;
  y?: SketchAxis<State>;
}

/** One out of several, chosen with radio buttons below the drawing. */
export interface SketchChoice<State> {
  name: string;
  options: readonly string[];
  value: number;
  set: (value: number) => State;
}

/** A line that the reader writes. */
export interface SketchText<State> {
  name: string;
  value: string;
  most: number; // characters
  set: (value: string) => State | Promise<State>;
}

export interface Sketch<State> {
  /** What is drawn, for a screen reader. */
  title: string;
  /** In units of the drawing. */
  height: number;
  start: State;
  marks: (state: State) => string;
  /** Always as many, in the same order. */
  handles: (state: State) => SketchHandle<State>[];
  choices?: (state: State) => SketchChoice<State>[];
  text?: (state: State) => SketchText<State>;
  /** What is to be seen now, in a sentence or two. */
  says: (state: State) => string;
}

/** What a mark stands for. Each role has one hue in all figures. */
export type Role = "input" | "parameter" | "output" | "gradient" | "other" | "soft";

const short = (value: number): string => String(Number(value.toFixed(2)));

type Attributes = Record<string, string | number | undefined>;

/** An element of the drawing; numbers are rounded to hundredths. */
export function mark(name: string, attributes: Attributes, content = ""): string {
  const all = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        ` ${key}="${typeof value === "number" ? short(value) : escapeHtml(value as string)}"`,
    );
  return `<${name}${all.join("")}>${content}</${name}>`;
}

const letters = ({ code }: { code?: boolean }): Attributes => ({
  "data-code": code ? "" : undefined,
});

/** A label, at the left end of its text if nothing else is said. */
export const label = (
  x: number,
  y: number,
  text: string,
  {
    role,
    anchor,
    symbol,
    ...options
  }: {
    role?: Role;
    anchor?: "middle" | "end";
    /** Its name in the lesson's table of symbols: it tells what it means, and is lit with it. */
    symbol?: string;
    code?: boolean;
  } = {},
): string =>
  mark(
    "text",
    {
      ...{ x, y, "text-anchor": anchor, "data-role": role, "data-symbol": symbol },
      ...letters(options),
    },
    escapeHtml(text),
  );

/** Words of several roles on one line, with a space after each. */
export const words = (
  x: number,
  y: number,
  all: readonly { text: string; role?: Role; symbol?: string }[],
  options: { code?: boolean } = {},
): string =>
  mark(
    "text",
    { x, y, ...letters(options) },
    all
      .map(({ text, role, symbol }) =>
        mark("tspan", { "data-role": role, "data-symbol": symbol }, escapeHtml(text)),
      )
      .join(" "),
  );

/** Marks that are a symbol of the lesson's table, by its name there: they tell what it means, and are lit with it. */
export const named = (symbol: string, ...marks: string[]): string =>
  mark("g", { "data-symbol": symbol }, marks.join(""));

/** A number to so many places after the point, with a minus sign and not a hyphen, and never as −0. */
export const digits = (value: number, count = 2): string =>
  (Math.round(10 ** count * value) / 10 ** count || 0).toFixed(count).replace("-", "−");

/** A bar from one height to another, whichever is higher. */
export const bar = (x: number, width: number, from: number, to: number, role: Role): string =>
  mark("rect", { x, y: Math.min(from, to), width, height: Math.abs(to - from), "data-fill": role });

export const line = (x1: number, y1: number, x2: number, y2: number, role: Role = "soft"): string =>
  mark("line", { x1, y1, x2, y2, "data-line": role });

/** A curve through points. */
export const curve = (points: readonly (readonly [number, number])[], role: Role): string =>
  mark("path", {
    d: points.map(([x, y], i) => `${i ? "L" : "M"}${short(x)},${short(y)}`).join(""),
    "data-line": role,
  });
