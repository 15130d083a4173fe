// Values of WGSL and what is computed with them, in the precision of their types.

import { Unreadable } from "./parse.ts";

export type Scalar = "f32" | "u32" | "i32" | "bool" | "int" | "float";

/** A number and its type, or a vector of three u32, as builtins are. */
export type Value = { type: Scalar; value: number } | { type: "vec3u"; value: readonly number[] };

export const isScalar = (value: Value): value is Extract<Value, { value: number }> =>
  value.type !== "vec3u";

/** The number as one of the type. */
export function convert(type: Scalar, value: number): number {
  switch (type) {
    case "f32":
      return Math.fround(value);
    case "u32":
      return value >>> 0;
    case "i32":
      return value | 0;
    case "bool":
      return Number(value !== 0);
    default:
      return value;
  }
}

/** The value as one of the type, where WGSL does so by itself; undefined where it does not. */
export function become(value: Value, type: string): Value | undefined {
  if (value.type === type) return value;
  if (!isScalar(value)) return undefined;
  const whole = value.type === "int" && ["f32", "u32", "i32", "float"].includes(type);
  const float = value.type === "float" && type === "f32";
  if (type === "u32" && value.value < 0) return undefined;
  return whole || float
    ? { type: type as Scalar, value: convert(type as Scalar, value.value) }
    : undefined;
}

/** A literal that met no type becomes the usual one. */
export function concrete(value: Value): Value {
  if (value.type === "int") return { type: "i32", value: convert("i32", value.value) };
  if (value.type === "float") return { type: "f32", value: convert("f32", value.value) };
  return value;
}

const comparisons = ["==", "!=", "<", ">", "<=", ">="];

/** @throws Unreadable where WGSL has no such operation */
export function combine(op: string, left: Value, right: Value, line: number): Value {
  if (op === "<<" || op === ">>") return shift(op, left, right, line);
  const a = become(left, right.type) ?? left;
  const b = become(right, left.type) ?? right;
  if (a.type !== b.type || !isScalar(a) || !isScalar(b)) {
    throw new Unreadable(
      `${named(left)} ${op} ${named(right)}: nothing is converted by itself in WGSL. Both sides need one type: f32(...) makes a float, u32(...) a whole number`,
      line,
    );
  }
  const { type } = a;
  const [x, y] = [a.value, b.value];
  if (comparisons.includes(op)) return { type: "bool", value: Number(compare(op, x, y)) };
  if ((op === "&&" || op === "||") !== (type === "bool") && !["&", "|"].includes(op)) {
    throw new Unreadable(`${op} is not there for ${named(a)}`, line);
  }
  const whole = type === "u32" || type === "i32" || type === "int";
  if (whole && y === 0 && (op === "/" || op === "%")) {
    throw new Unreadable(`a whole number is divided by 0`, line);
  }
  return { type, value: convert(type, arithmetic(op, x, y, whole)) };
}

function compare(op: string, x: number, y: number): boolean {
  if (op === "==") return x === y;
  if (op === "!=") return x !== y;
  if (op === "<") return x < y;
  if (op === ">") return x > y;
  return op === "<=" ? x <= y : x >= y;
}

function arithmetic(op: string, x: number, y: number, whole: boolean): number {
  switch (op) {
    case "+":
      return x + y;
    case "-":
      return x - y;
    case "*":
      return whole ? Math.imul(x, y) : x * y;
    case "/":
      return whole ? Math.trunc(x / y) : x / y;
    case "%":
      return x % y;
    case "&":
    case "&&":
      return x & y;
    case "|":
    case "||":
      return x | y;
    default:
      return x ^ y;
  }
}

function shift(op: string, left: Value, right: Value, line: number): Value {
  const by = become(right, "u32");
  if (!by || !isScalar(by) || !isScalar(left) || left.type === "f32") {
    throw new Unreadable(
      `${named(left)} ${op} ${named(right)}: the right side has to be a u32`,
      line,
    );
  }
  const shifted =
    op === "<<"
      ? left.value << by.value
      : left.type === "u32"
        ? left.value >>> by.value
        : left.value >> by.value;
  return { type: left.type, value: convert(left.type, shifted) };
}

/** What a type is called. */
export function named({ type }: Value): string {
  return type === "int" ? "a whole number" : type === "float" ? "a float" : type;
}

const ofFloats: Record<string, (...args: number[]) => number> = {
  abs: Math.abs,
  ceil: Math.ceil,
  cos: Math.cos,
  exp: Math.exp,
  exp2: (x) => 2 ** x,
  floor: Math.floor,
  fma: (x, y, z) => x * y + z,
  inverseSqrt: (x) => 1 / Math.sqrt(x),
  log: Math.log,
  log2: Math.log2,
  max: Math.max,
  min: Math.min,
  pow: (x, y) => x ** y,
  round: Math.round,
  sin: Math.sin,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
  clamp: (x, low, high) => Math.min(Math.max(x, low), high),
};
const ofAll = ["abs", "max", "min", "clamp"];

/** A function that WGSL brings along; undefined where the name is not one of those known here. */
export function builtin(name: string, args: readonly Value[], line: number): Value | undefined {
  const [first] = args;
  if (["f32", "u32", "i32", "bool"].includes(name)) {
    if (args.length !== 1 || !isScalar(first)) {
      throw new Unreadable(`${name}(...) takes one number`, line);
    }
    const bounded = name === "u32" ? Math.max(0, Math.trunc(first.value)) : first.value;
    const value = first.type === "f32" || first.type === "float" ? bounded : first.value;
    return { type: name as Scalar, value: convert(name as Scalar, value) };
  }
  if (name === "select") {
    const [otherwise, then, test] = args;
    if (test?.type !== "bool")
      throw new Unreadable("select(x, y, condition) takes a condition last", line);
    const chosen = test.value ? then : otherwise;
    return become(chosen, (test.value ? otherwise : then).type) ?? chosen;
  }
  const compute = ofFloats[name];
  if (!compute) return undefined;
  let type = args.find(({ type }) => type !== "int" && type !== "float")?.type ?? "float";
  if (!ofAll.includes(name) && type !== "float") type = "f32";
  const fitted = args.map((arg) => become(arg, type));
  if (fitted.length < compute.length && !ofAll.includes(name)) {
    throw new Unreadable(`${name} takes ${compute.length} numbers`, line);
  }
  const numbers = fitted.map((arg) => {
    if (!arg || !isScalar(arg)) {
      throw new Unreadable(`${name} is not there for ${args.map(named).join(", ")}`, line);
    }
    return arg.value;
  });
  return { type: type as Scalar, value: convert(type as Scalar, compute(...numbers)) };
}
