// What a kernel is called with, written down once, in its layer. The checks of arguments, the devices, the costs of a call,
// the exercises and the tests all follow from it.

/**
 * A kernel's arguments: its arrays in order, then its settings, then its sizes.
 *
 *   matmulForward: {
 *     arrays: { out: "B*T*OC, written", inp: "B*T*C", weight: "OC*C", bias: "OC, or null" },
 *     sizes: ["B", "T", "C", "OC"],
 *     flops: "2*B*T*C*OC",
 *   }
 *
 * Of an array it says the length, as a formula of sizes, whole numbers, `*`, `+`, brackets, and `/`, which rounds up:
 * "B*T*(C+2*KV*hs)", "N/2". Then, each after a comma: "written" where the kernel overwrites it, "added to", or "updated" where it
 * reads it and changes it; without one of these it is only read. "ids" where it holds token ids and no floats. "or null" where
 * it may be left out.
 */
export interface Signature {
  readonly arrays: Readonly<Record<string, string>>;
  /** Numbers that are no sizes, for example a learning rate. */
  readonly settings?: readonly string[];
  /** Positive integers. */
  readonly sizes: readonly string[];
  /** Sizes that are not passed, as the table that has so many rows tells them by its length. They begin its formula: "V*C". */
  readonly counted?: readonly string[];
  /**
   * Floating-point operations of a call, as a formula of its sizes: an addition, a comparison, a multiplication, a division, a
   * root, an exponential are one each.
   */
  readonly flops: string;
  /** Values that a call reads and writes, where they are not the whole of each array. */
  readonly moved?: string;
  /** Throws if the arguments are of the right types and lengths and still cannot be; the kernel itself makes the same checks. */
  readonly further?: (given: Given, kernel: string) => void;
}

/** A call's arguments by name. Where they are on a device arrays are its handles, but ids are always numbers. */
// biome-ignore lint/suspicious/noExplicitAny: each check picks its arguments, and says of what types they are
export type Given = any;

/** The signatures of a layer's kernels, by their names. */
export type Signatures = Readonly<Record<string, Signature>>;

const uses = ["written", "added to", "updated"] as const;

export type Use = "read" | (typeof uses)[number];

/** What a signature says of one array. */
export interface ArrayArgument {
  readonly name: string;
  /** Its number of values, as a formula. */
  readonly length: string;
  readonly use: Use;
  readonly ids: boolean;
  readonly orNull: boolean;
}

const read = new WeakMap<Signature, readonly ArrayArgument[]>();

/** The arrays that a kernel takes, in order. @throws Error if the signature says what it cannot */
export function arraysOf(signature: Signature): readonly ArrayArgument[] {
  let arrays = read.get(signature);
  if (arrays === undefined) {
    arrays = Object.entries(signature.arrays).map(([name, text]) => readArray(name, text));
    read.set(signature, arrays);
  }
  return arrays;
}

/** The names of all arguments, in order. */
export function argumentsOf({ arrays, settings = [], sizes }: Signature): string[] {
  return [...Object.keys(arrays), ...settings, ...sizes];
}

function readArray(name: string, text: string): ArrayArgument {
  const [length, ...words] = text.split(", ");
  const use = uses.find((use) => words.includes(use)) ?? "read";
  const [ids, orNull] = [words.includes("ids"), words.includes("or null")];
  const known = Number(use !== "read") + Number(ids) + Number(orNull);
  if (known !== words.length) {
    throw new Error(
      `the signature says of ${name} "${text}": after the length, expected "written", "added to" or "updated", "ids", "or null"`,
    );
  }
  return { name, length, use, ids, orNull };
}

/**
 * The value of a formula of sizes: 24 for "B*T*(C+2*KV*hs)" where B = 1, T = 3, C = 4, KV = 1, hs = 2.
 *
 * @throws Error if it is not one, or has a name that is no size
 */
export function evaluate(formula: string, sizes: Readonly<Record<string, number>>): number {
  const tokens = formula.match(/\w+|\S/g) ?? [];
  let at = 0;
  const wrong = () => new Error(`"${formula}" is no formula of ${Object.keys(sizes).join(", ")}`);

  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+") {
      at++;
      value += product();
    }
    return value;
  };
  const product = (): number => {
    let value = factor();
    while (tokens[at] === "*" || tokens[at] === "/") {
      value = tokens[at++] === "*" ? value * factor() : Math.ceil(value / factor());
    }
    return value;
  };
  const factor = (): number => {
    const token = tokens[at++];
    if (token !== "(") {
      const value = sizes[token] ?? Number(token);
      if (Number.isNaN(value)) throw wrong();
      return value;
    }
    const value = sum();
    if (tokens[at++] !== ")") throw wrong();
    return value;
  };

  const value = sum();
  if (at !== tokens.length) throw wrong();
  return value;
}
