// Judges a line that a reader has typed: computes it and the right one at drawn points, and says where they differ. What is
// said of a mistake has been tried on this very answer.

import { type Compute, parseExpression, withBrackets } from "./expression.ts";
import type { Line, Point } from "./line.ts";

export interface Judgement {
  right: boolean;
  says: string;
}

const points = 12;

/** Judges an answer. */
export function judge(line: Line, text: string, seed = 1): Judgement {
  const names = Object.keys(line.symbols);
  let answer: Compute;
  try {
    answer = parseExpression(text, names).compute;
  } catch (error) {
    return { right: false, says: (error as Error).message };
  }
  const right = parseExpression(line.right, names).compute;
  const at = drawPoints(line, seed);
  if (agree(answer, right, at)) {
    const measured = at.every(({ values, measured }) => Math.abs(answer(values) - measured) < 1e-5);
    const too = measured ? `, and ${line.measuredBy} has them too` : "";
    return {
      right: true,
      says: `Right. At ${points} drawn points it has the values of the line${too}.`,
    };
  }
  const mistake = mistakeIn(line, answer, right, at, names) || bracketsIn(text, right, at, names);
  const says = [where(answer, right, at, names), mistake];
  return { right: false, says: says.filter(Boolean).join(" ") };
}

/** The points of a line: the same seed, the same points. */
export function drawPoints(line: Line, seed: number): Point[] {
  let state = seed >>> 0;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const tenths = 1 + Math.floor((state / 2 ** 32) * 20); // never 0, where much is equal that is not
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state & 0x80000000 ? -1 : 1) * tenths) / 10;
  };
  return Array.from({ length: points }, () => line.point(draw));
}

const close = (a: number, b: number): boolean =>
  Number.isFinite(a) && Math.abs(a - b) <= 1e-9 * (1 + Math.abs(a) + Math.abs(b));

const agree = (a: Compute, b: Compute, at: readonly Point[]): boolean =>
  at.every(({ values }) => close(a(values), b(values)));

/** "With a = 0.5, g = 2, m = 1 yours gives 1, the line 0.5." */
function where(
  answer: Compute,
  right: Compute,
  at: readonly Point[],
  names: readonly string[],
): string {
  const apart = ({ values }: Point) => {
    const [a, b] = [answer(values), right(values)];
    return Number.isFinite(a) ? Math.abs(a - b) / (Math.abs(a) + Math.abs(b)) : 2;
  };
  const [{ values }] = at.toSorted((a, b) => apart(b) - apart(a));
  const given = names.map((name) => `${name} = ${short(values[name])}`).join(", ");
  const got = answer(values);
  const gives = Number.isFinite(got) ? `gives ${short(got)}` : "gives no number";
  return `Not yet. With ${given} yours ${gives}, the line ${short(right(values))}.`;
}

/** What was done wrong, where it can be told from the numbers. */
function mistakeIn(
  { mistakes }: Line,
  answer: Compute,
  right: Compute,
  at: readonly Point[],
  names: readonly string[],
): string {
  const same = (other: Compute) => agree(answer, other, at);
  const known = mistakes.find(({ wrong }) => same(parseExpression(wrong, names).compute));
  if (known) return known.says;
  if (same((values) => -right(values))) return "It has the right size, and the wrong sign.";
  for (const name of names) {
    if (same((values) => right(values) / values[name])) return `The factor ${name} is missing.`;
    if (same((values) => right(values) / values[name] ** 2)) {
      return `The factor ${name}^2 is missing.`;
    }
    if (same((values) => right(values) * values[name]))
      return `There is a factor ${name} too many.`;
  }
  const [first] = at;
  const ratio = answer(first.values) / right(first.values);
  if (Number.isFinite(ratio) && ratio !== 0 && same((values) => ratio * right(values))) {
    return `It is ${short(ratio)} times the line everywhere: look at the constant factors.`;
  }
  for (const [i, a] of names.entries()) {
    for (const b of names.slice(i + 1)) {
      const exchanged = (values: Readonly<Record<string, number>>) =>
        right({ ...values, [a]: values[b], [b]: values[a] });
      if (same(exchanged)) return `${a} and ${b} have changed places.`;
    }
  }
  return "";
}

/** Whether one pair of brackets more makes an answer right: "p * 1 - p". Or one that is elsewhere: "(1 - y)^2". */
function bracketsIn(
  text: string,
  right: Compute,
  at: readonly Point[],
  names: readonly string[],
): string {
  let elsewhere = "";
  for (const { text: bracketed, around } of withBrackets(text)) {
    try {
      if (!agree(parseExpression(bracketed, names).compute, right, at)) continue;
    } catch {
      continue; // Between these two places, a pair of brackets is no expression.
    }
    if (around) return `One more pair of brackets would make it right: ${orderOf(text)}.`;
    elsewhere = "With a bracket at another place it would be right: what belongs inside it?";
  }
  return elsewhere;
}

/** What goes before what, of the signs of an answer. */
const orderOf = (text: string): string =>
  /\^|\*\*|[²³]/.test(text)
    ? "^ goes before * and /, and these before + and -"
    : "* and / go before + and -";

/** A number as one writes it by hand. */
export function short(value: number): string {
  if (value === 0) return "0";
  const text = String(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}
