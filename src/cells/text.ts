// What can be told from the text of an answer: habits from Python, and what looks like one thing and is another.

import { list, type Remark } from "./sentences.ts";

/** The same text with blanks for comments and for what is in quotes, so that everything stays where it is. */
export function codeOnly(source: string): string {
  return source.replace(
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g,
    (found) => found.replace(/[^\n]/g, " "),
  );
}

/** Whether two texts are the same code. */
export function sameCode(a: string, b: string): boolean {
  return bareCode(a) === bareCode(b);
}

/** A text without what makes no difference: comments, blanks, semicolons. */
export function bareCode(text: string): string {
  return codeOnly(text).replace(/[\s;,]+/g, "");
}

/** The part of a text from a line on that the reader wrote: imports and types are no concern. */
function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** Sentences about an answer with wrong numbers; none where the text shows nothing odd. */
export function readText(source: string, names: readonly string[]): Remark[] {
  const code = codeOnly(source);
  const hints: Remark[] = [];
  const remark = (index: number, says: string) => {
    const line = lineOf(code, index);
    hints.push({ line, says: `Line ${line}: ${says}` });
  };
  const arrays = names.map((name) => name.replace(/\W/g, "")).join("|");

  // An index may hold another, as in dtable[inputs[n], v].
  const piece = "(?:[^\\[\\],()]|\\[[^\\[\\],()]*\\])*";
  const comma = new RegExp(`(?<![\\w.])(${arrays})\\[((?:${piece},)+(${piece}))\\]`).exec(code);
  if (comma) {
    const [, name, inside, end] = comma;
    const last = end.trim();
    remark(
      comma.index,
      `${name}[${inside.trim()}] is ${name}[${last}], since of what commas part only the last counts. The arrays are flat: the place has to be computed, row by row.`,
    );
  }
  const index = "(?:[^\\[\\]]|\\[[^\\[\\]]*\\])*";
  const twice = new RegExp(`(?<![\\w.])(${arrays})\\[(${index})\\]\\[(${index})\\]`).exec(code);
  if (twice) {
    const [whole, name] = twice;
    remark(
      twice.index,
      `${whole} takes ${name}[${twice[2]}], which is a number, and looks for an element in it. The arrays are flat, with one index: compute the place, row by row.`,
    );
  }
  const whole = /\b(\w+\.(?:grad|data))\s*=\s*[\d.]+/.exec(code);
  if (whole) {
    remark(
      whole.index,
      `${whole[0]} puts a number in the place of a whole array. What is meant is a number in it: ${whole[1]}[0], or all of them by ${whole[1]}.fill(...).`,
    );
  }
  const keys = /\bfor\s*\(\s*(?:const|let|var)\s+(\w+)\s+in\s+([\w.]+)\s*\)/.exec(code);
  if (keys) {
    const [whole, name, list] = keys;
    remark(
      keys.index,
      `${whole} goes through keys, which are text: of a list "0", "1" and so on. To go through the values of a list, write for (const ${name} of ${list}).`,
    );
  }
  const power = /[\w)\]]\s*\^\s*[\w(]/.exec(code);
  if (power) {
    remark(
      power.index,
      `^ is no power in TypeScript, it combines the bits of two whole numbers. A power is written x ** 2, or x * x.`,
    );
  }
  const set = /\b(?:if|while)\s*\(\s*([\w.[\]]+)\s*=\s*(?![=>])/.exec(code);
  if (set) {
    remark(set.index, `= in a condition sets ${set[1]}. To compare, write ===.`);
  }
  const choice = /[=(,]\s*([\w.[\]]+)\s*=(?![=>])\s*[\w.[\]]+\s*\)?\s*\?/.exec(code);
  if (choice) {
    remark(choice.index, `= before the question mark sets ${choice[1]}. To compare, write ===.`);
  }
  // `C // NH` in Python is a division rounded down; here the rest of the line is a comment.
  const division = /^[^\n]*[\w)\]] \/\/ ?\w+\)?(?:;.*|[ \t]*)$/m.exec(withoutBlocks(source));
  if (division && !/^[^/]*[;{},(]\s*\/\//.test(division[0]) && /=/.test(division[0])) {
    remark(
      division.index,
      `what follows // is a comment. A division rounded down is Math.floor(a / b).`,
    );
  }
  return hints;
}

function withoutBlocks(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, (found) => found.replace(/[^\n]/g, " "));
}

/** Whether a text hands something back with return. */
export function returnsSomething(source: string): boolean {
  return /\breturn\s+[^;\s}]/.test(codeOnly(source));
}

/**
 * Why a tensor may not have been filled: what the text does with its name.
 *
 * @param isWritten whether it holds no numbers before the call
 */
export function readWrites(source: string, name: string, isWritten: boolean): string | undefined {
  const code = codeOnly(source);
  const body = code.slice(Math.max(0, code.indexOf("{", code.indexOf(")"))));
  const filled = new RegExp(`(?<![\\w.])${name}\\s*\\.(fill|set)\\s*\\(`).test(code);
  if (
    isWritten &&
    !filled &&
    new RegExp(`(?<![\\w.])${name}\\s*\\[[^\\]]*\\]\\s*(\\+|-|\\*)=`).test(code)
  ) {
    return `Before the call ${name} holds no numbers, so that ${name}[...] += adds to nothing: set it first, with =.`;
  }
  if (new RegExp(`(?<![\\w.])${name}\\s*=(?![=>])`).test(body)) {
    const how = isWritten ? `${name}[i] = ..., or ${name}.set(...)` : `to ${name}[i], with +=`;
    return `${name} = ... gives the name to another array, and the one that was handed in stays as it is: write ${how}.`;
  }
  return undefined;
}

/** A sentence for an error of the compiler, from the line that it stands in. */
export function explainSyntax(message: string, line: string): string {
  const code = line.trim();
  const loop = /^for\s+(\w+)\s+in\s+range\s*\((.*)\)\s*:?\s*\{?$/.exec(code);
  if (loop) {
    const [, name, range] = loop;
    const bounds = range.split(",").map((bound) => bound.trim());
    const [from, to] = bounds.length > 1 ? bounds : ["0", bounds[0]];
    return `this is Python's loop. In TypeScript it is written for (let ${name} = ${from}; ${name} < ${to}; ${name}++) { ... }`;
  }
  if (/^for\s+\w+\s+(in|of)\s+/.test(code)) {
    return "this is Python's loop. In TypeScript it is written for (const x of list) { ... }, or for (let i = 0; i < N; i++) { ... }";
  }
  if (/^(if|while|else|elif|for|def)\b.*:$/.test(code)) {
    const elif = code.startsWith("elif") ? " elif is else if." : "";
    const def = code.startsWith("def") ? " def is function." : "";
    return `in TypeScript a condition is in round brackets and a block in curly ones, with no colon: if (a < b) { ... }.${elif}${def}`;
  }
  const word = /\b(and|or|not|is)\b/.exec(code)?.[1];
  if (word) {
    const sign = { and: "&&", or: "||", not: "!", is: "===" }[word];
    return `${message}. ${word} is written ${sign} in TypeScript`;
  }
  if (/^#/.test(code)) return "a comment begins with // in TypeScript";
  if (/^(import|from)\s+\w+/.test(code) && !/["']/.test(code)) {
    return "this is Python's import. Nothing has to be imported for mathematics: it is in Math, as Math.sqrt";
  }
  if (/\blambda\b/.test(code)) return "lambda x: ... is written (x) => ... in TypeScript";
  return message;
}

const python: Readonly<Record<string, string>> = {
  range: "Python's range is a loop here: for (let i = 0; i < N; i++)",
  len: "the length of an array is array.length",
  print: "print is console.log here",
  True: "True is written true",
  False: "False is written false",
  None: "None is written null",
  self: "there is no self here: the arrays are arguments",
  np: "there is no NumPy here: mathematics is in Math, as Math.sqrt, and arrays are gone through with loops",
  numpy:
    "there is no NumPy here: mathematics is in Math, as Math.sqrt, and arrays are gone through with loops",
  torch:
    "there is no PyTorch here: mathematics is in Math, as Math.sqrt, and arrays are gone through with loops",
  math: "mathematics is in Math, with a capital M: Math.sqrt",
  int: "int(x) is Math.trunc(x)",
  float: "a number in TypeScript is a float64 already",
};
const functions = [
  ...[
    "exp",
    "sqrt",
    "log",
    "tanh",
    "abs",
    "max",
    "min",
    "pow",
    "floor",
    "ceil",
    "round",
    "pi",
    "PI",
    "sum",
  ],
];

/**
 * A sentence for an error that a run threw.
 *
 * @param line the line of the text in which it was thrown; "" where that is not known
 * @param nulls names of the arguments that are null in the call
 */
export function explainError(
  name: string,
  message: string,
  line: string,
  nulls: readonly string[],
  source: string,
): string {
  const plain = name ? `${name}: ${message}` : message;
  const code = codeOnly(line);
  const missing = /^(?:Can't find variable: )?([A-Za-z_$][\w$]*)(?: is not defined)?$/.exec(
    message,
  )?.[1];
  if (name === "ReferenceError" && missing) {
    const why = explainName(missing, code, source);
    return why ? `${plain}: ${why}` : plain;
  }
  if (name === "ReferenceError" && /before initialization|uninitialized/.test(message)) {
    return `${plain}. It is used before the line that declares it, or its name is declared once more in the same block`;
  }
  if (name === "TypeError" && /constant|read-only|readonly/i.test(message)) {
    return `${plain} What is declared with const keeps its first value: write let where it has to change`.replace(
      "variable. What",
      "variable. What",
    );
  }
  if (name === "TypeError" && nulls.length > 0 && /null/.test(message)) {
    return `${plain}. ${list(nulls)} ${nulls.length > 1 ? "are" : "is"} null in this call: look whether there is one before it is used`;
  }
  const several = /(\w+)\s*\[(?:[^[\]]|\[[^[\]]*\])*\]\s*\[/.exec(code);
  if (name === "TypeError" && several && /undefined|on number/.test(message)) {
    return `${plain}. The arrays are flat, with one index, and ${several[1]}[...] is a number: write ${several[1]}[...] with the place computed, row by row`;
  }
  const past =
    name === "TypeError" && /undefined/.test(message) && explainPast(message, code, source);
  if (past) return `${plain}. ${past}`;
  if (name === "RangeError" && /^4 lanes at \d+ are not within/.test(message)) {
    return `${plain}. A loop over whole vectors goes in steps of 4, and ends before the numbers that fill none: look at its step, and at its end`;
  }
  if (name === "RangeError" && /call stack/i.test(message)) {
    return `${plain}: a function goes on calling itself. It has to end somewhere`;
  }
  return plain;
}

/**
 * Why an element of a list, of which something is asked, is undefined: an index that begins or ends one too far, or in
 * general. Nothing is said where the line has several that it may be.
 */
function explainPast(message: string, line: string, source: string): string | undefined {
  const index = "(?:[^\\[\\]]|\\[[^\\[\\]]*\\])*";
  const asked = /reading '(\w+)'|\.(\w+)(?:\(\.\.\.\))?'\)?$/.exec(message);
  const after = asked ? `\\s*\\.\\s*${asked[1] ?? asked[2]}\\b` : "\\s*\\.";
  const all = [...line.matchAll(new RegExp(`(\\w+)\\[(${index})\\](?=${after})`, "g"))].filter(
    ([element]) => asked || message.endsWith(`${element} is undefined`), // Firefox names it
  );
  if (new Set(all.map(([element]) => element)).size !== 1) return undefined;
  const [element, list, at] = all[0];
  const place = at.trim();
  const last = `The last one is ${list}[${list}.length - 1]: they are counted from 0`;
  if (place === `${list}.length`) return `${element} is past the end. ${last}`;
  const code = codeOnly(source);
  if (/^\w+$/.test(place)) {
    const down = `\\bfor\\s*\\(\\s*(?:let|var)\\s+${place}\\s*=\\s*${list}\\.length\\s*;`;
    if (new RegExp(`${down}(?![^;]*(?:${place}--|--${place}))`).test(code)) {
      return `${place} begins at ${list}.length, where there is nothing. ${last}`;
    }
    if (new RegExp(`\\b${place}\\s*<=\\s*${list}\\.length\\b(?!\\s*-)`).test(code)) {
      return `${place} goes up to ${list}.length, where there is nothing. ${last}`;
    }
  }
  return `${element} is undefined: look whether ${place} is below 0, past the end, or no whole number`;
}

function explainName(missing: string, code: string, source: string): string | undefined {
  if (new RegExp(`\\bfor\\s*\\(\\s*${missing}\\s*=`).test(code)) {
    return `it has to be declared: for (let ${missing} = ...`;
  }
  if (new RegExp(`\\bfor\\s*\\(\\s*${missing}\\s+of\\b`).test(code)) {
    return `it has to be declared: for (const ${missing} of ...`;
  }
  if (new RegExp(`\\bfor\\s*\\(\\s*${missing}\\s+in\\b`).test(code)) {
    return `it has to be declared: for (const ${missing} of ...) goes through the values of a list, and for (const ${missing} in ...) through its keys, "0", "1" and so on`;
  }
  if (new RegExp(`(^|[;{])\\s*${missing}\\s*[-+*/]?=(?!=)`).test(code)) {
    return `a new name is declared where it first appears, const ${missing} = ..., or let ${missing} = ... where it changes later`;
  }
  if (python[missing]) return python[missing];
  if (functions.includes(missing)) {
    if (missing === "sum") return "a sum is made in a loop: let sum = 0, then sum += ...";
    return `it is Math.${missing.toLowerCase() === "pi" ? "PI" : missing}`;
  }
  const words = new Set(codeOnly(source).match(/[A-Za-z_$][\w$]*/g));
  const close = [...words].filter(
    (word) =>
      word !== missing && (word.toLowerCase() === missing.toLowerCase() || near(word, missing)),
  );
  const declared = close.filter((word) =>
    new RegExp(`(?:const|let|function)\\s+${word}\\b|\\b${word}\\s*:`).test(codeOnly(source)),
  );
  if (declared.length > 0) return `do you mean ${declared[0]}?`;
  if (new RegExp(`(?:const|let)\\s+${missing}\\b`).test(codeOnly(source))) {
    return "it is declared in another block: what a block in curly brackets declares is not known outside it";
  }
  return undefined;
}

/** Whether two words differ by one letter that is left out, added or exchanged. */
function near(a: string, b: string): boolean {
  if (a.length < 3 || Math.abs(a.length - b.length) > 1) return false;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  let i = 0;
  while (i < short.length && short[i] === long[i]) i++;
  return short.slice(short.length === long.length ? i + 1 : i) === long.slice(i + 1);
}
