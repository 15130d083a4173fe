// Reads what a reader types as the right side of a line: "a * (g - m)". A parser of its own, since nothing more than this
// is needed, and nothing that is typed may run.

/** The value of an expression where its names have these values. */
export type Compute = (values: Readonly<Record<string, number>>) => number;

/** An expression that can be computed, and the names in it. */
export interface Expression {
  compute: Compute;
  names: ReadonlySet<string>;
}

const functions: ReadonlyMap<string, (x: number) => number> = new Map([
  ["exp", Math.exp],
  ["ln", Math.log],
  ["log", Math.log],
  ["sqrt", Math.sqrt],
  ["tanh", Math.tanh],
]);
const constants: ReadonlyMap<string, number> = new Map([["pi", Math.PI]]);

const token = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)|([A-Za-z_]\w*)|(\*\*|[-+*/^(),]))/y;

/** An index as it is written in TeX: c_{a,v}. */
const texIndex = /_\{([\w, ]+)\}/g;

/** What people type, or paste, for signs that are on no keyboard. */
const alike: Readonly<Record<string, string>> = {
  "−": "-",
  "–": "-",
  "·": "*",
  "×": "*",
  "÷": "/",
  "²": "^2",
  "³": "^3",
  π: "pi",
};

/**
 * Reads an expression of numbers, names, + - * / ^, brackets, and exp, ln, sqrt, tanh. A number directly before a name or a
 * bracket is a product.
 *
 * @param known the names that it may have
 * @throws Error with a sentence for the reader
 */
export function parseExpression(text: string, known: readonly string[]): Expression {
  const tokens = tokensOf(text);
  const names = new Set<string>();
  let next = 0;
  const is = (sign: string): boolean => tokens[next] === sign;
  const take = (sign: string): boolean => {
    if (!is(sign)) return false;
    next++;
    return true;
  };

  function sum(): Compute {
    let left = product();
    while (is("+") || is("-")) {
      const [a, minus] = [left, tokens[next++] === "-"];
      const b = product();
      left = minus ? (at) => a(at) - b(at) : (at) => a(at) + b(at);
    }
    return left;
  }

  function product(): Compute {
    let left = signed();
    while (is("*") || is("/")) {
      const [a, over] = [left, tokens[next++] === "/"];
      const b = signed();
      left = over ? (at) => a(at) / b(at) : (at) => a(at) * b(at);
    }
    return left;
  }

  /** The minus in -x^2 is that of the whole power. */
  function signed(): Compute {
    if (take("+")) return signed();
    if (!take("-")) return power();
    const of = signed();
    return (at) => -of(at);
  }

  function power(): Compute {
    const base = atom();
    if (!take("^") && !take("**")) return base;
    const exponent = signed();
    return (at) => base(at) ** exponent(at);
  }

  function atom(): Compute {
    const found = tokens[next];
    if (found === undefined) throw new Error("Something is missing at the end.");
    next++;
    if (found === "(") {
      return bracketed();
    }
    if (/^[\d.]/.test(found)) {
      const value = Number(found);
      if (!/^[A-Za-z_(]/.test(tokens[next] ?? "")) return () => value;
      readOnce(next - 1);
      const of = power(); // 2p^2 is 2 * p^2
      return (at) => value * of(at);
    }
    if (!/^[A-Za-z_]/.test(found))
      throw new Error(`A number or a name is missing before "${found}".`);
    const name = nameOf(found, known);
    if (name !== undefined) {
      names.add(name);
      return (at) => at[name];
    }
    const apply = functions.get(found);
    if (apply) {
      if (!take("(")) throw new Error(`${found} needs brackets: ${found}(...).`);
      const inner = bracketed();
      return (at) => apply(inner(at));
    }
    const value = constants.get(found);
    if (value === undefined) throw new Error(unknownName(found, known));
    return () => value;
  }

  /** That a product without a sign, whose number is that token, can be read in one way only: a / 2b has two. */
  function readOnce(at: number): void {
    let sign = at - 1;
    while (sign > 0 && /^[-+]$/.test(tokens[sign]) && /^([-+*/^]|\*\*)$/.test(tokens[sign - 1]))
      sign--;
    if (!/^(\/|\^|\*\*)$/.test(tokens[sign] ?? "")) return;
    const product = tokens[at] + tokens[at + 1];
    throw new Error(
      `After "${tokens[sign]}", "${product}" can be read in two ways: write the sign of the product, and brackets where they are meant.`,
    );
  }

  /** What is in a bracket that has been opened. */
  function bracketed(): Compute {
    const inner = sum();
    if (tokens[next] === undefined) throw new Error("A bracket is opened and not closed.");
    if (!take(")")) throw new Error(noSign(tokens[next - 1], tokens[next]));
    return inner;
  }

  if (tokens.length === 0) throw new Error("Type the right side of the line first.");
  const compute = sum();
  const rest = tokens[next];
  if (rest === ")") throw new Error("A bracket is closed that was never opened.");
  if (rest !== undefined) throw new Error(noSign(tokens[next - 1], rest));
  return { compute, names };
}

/** What is said where one thing follows another without a sign. */
const noSign = (before: string, after: string): string =>
  after === ","
    ? '"," cannot be read here.'
    : `There is nothing between "${before}" and "${after}". Products need a sign: a * b.`;

/** The name that is meant: itself, or the only one that differs in its capitals and the sign before its index, as n0 for n_0. */
function nameOf(typed: string, known: readonly string[]): string | undefined {
  if (known.includes(typed)) return typed;
  if (functions.has(typed) || constants.has(typed)) return undefined;
  const plain = (name: string) => name.replaceAll("_", "").toLowerCase();
  const meant = known.filter((name) => plain(name) === plain(typed));
  return meant.length === 1 ? meant[0] : undefined;
}

/** A text with a pair of brackets more. */
export interface Bracketed {
  text: string;
  /** Whether it is around what is whole. Else it has taken another bracket's partner, and that bracket is elsewhere now. */
  around: boolean;
}

/** A text with one pair of brackets more, at any two places: some of these are no expressions. */
export function withBrackets(typed: string): Bracketed[] {
  const tokens = tokensOf(typed);
  return tokens.flatMap((_, from) =>
    tokens.slice(from + 1).map((_, more) => {
      const to = from + more + 2;
      const [before, within, after] = [
        tokens.slice(0, from),
        tokens.slice(from, to),
        tokens.slice(to),
      ];
      const text = [...before, "(", ...within, ")", ...after].join(" ");
      return { text, around: isWhole(within) };
    }),
  );
}

/** Whether every bracket has its partner. */
function isWhole(tokens: readonly string[]): boolean {
  let open = 0;
  for (const sign of tokens) {
    if (sign === "(") open++;
    if (sign === ")" && --open < 0) return false;
  }
  return open === 0;
}

function tokensOf(typed: string): string[] {
  const text = typed
    .replace(/[−–·×÷²³π]/g, (sign) => alike[sign])
    .replace(/[₀-₉]/g, (digit) => String(digit.charCodeAt(0) - 0x2080))
    .replace(texIndex, (_, index: string) => `_${index.replace(/[, ]/g, "")}`);
  const tokens: string[] = [];
  let at = 0;
  while (text.slice(at).trim() !== "") {
    token.lastIndex = at;
    const found = token.exec(text);
    if (!found) {
      const sign = text.slice(at).trim()[0];
      const says =
        sign === "="
          ? "Only the right side is wanted, without the =."
          : `"${sign}" cannot be read here.`;
      throw new Error(says);
    }
    tokens.push(found[0].trim());
    at = token.lastIndex;
  }
  return tokens;
}

function unknownName(name: string, known: readonly string[]): string {
  // "ab" where there are a and b, "2ab" too.
  const split = [...name].every((letter) => known.includes(letter)) && name.length > 1;
  if (split) return `There is no "${name}" here. For a product, write ${[...name].join(" * ")}.`;
  return `There is no "${name}" here. The names are ${known.join(", ")}.`;
}
