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
 * Reads an expression of numbers, names, + - * / ^, brackets, and exp, ln, sqrt, tanh.
 *
 * @param known the names that it may have
 * @throws Error with a sentence for the reader
 */
export function parseExpression(text: string, known: readonly string[]): Expression {
  const plain = text.replace(/[−–·×÷²³π]/g, (sign) => alike[sign]);
  const tokens = tokensOf(plain);
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
      const inner = sum();
      if (!take(")")) throw new Error("A bracket is opened and not closed.");
      return inner;
    }
    if (/^[\d.]/.test(found)) {
      const value = Number(found);
      return () => value;
    }
    if (!/^[A-Za-z_]/.test(found))
      throw new Error(`A number or a name is missing before "${found}".`);
    const apply = known.includes(found) ? undefined : functions.get(found);
    if (apply) {
      if (!take("(")) throw new Error(`${found} needs brackets: ${found}(...).`);
      const inner = sum();
      if (!take(")")) throw new Error("A bracket is opened and not closed.");
      return (at) => apply(inner(at));
    }
    if (known.includes(found)) {
      names.add(found);
      return (at) => at[found];
    }
    const value = constants.get(found);
    if (value === undefined) throw new Error(unknownName(found, known));
    return () => value;
  }

  if (tokens.length === 0) throw new Error("Type the right side of the line first.");
  const compute = sum();
  const rest = tokens[next];
  if (rest === ")") throw new Error("A bracket is closed that was never opened.");
  if (rest !== undefined) {
    throw new Error(
      `There is nothing between "${tokens[next - 1]}" and "${rest}". Products need a sign: 2 * x.`,
    );
  }
  return { compute, names };
}

function tokensOf(text: string): string[] {
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
