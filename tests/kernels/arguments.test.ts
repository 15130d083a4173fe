import { encoderForward } from "@llm.ts/kernels/encoder/encoder.ts";
import { type KernelName, kernelNames, kernels, signatures } from "@llm.ts/kernels/layers.ts";
import { checkArguments } from "@llm.ts/kernels/runtime/check.ts";
import {
  argumentsOf,
  arraysOf,
  evaluate,
  type Signature,
} from "@llm.ts/kernels/runtime/signature.ts";
import { describe, expect, test } from "vitest";

// Without the type checker a kernel may be handed anything. Here every array of every kernel is replaced by values that are
// no such array, and every size by values that are no size. The list of arguments is the layer's own signature: a kernel that
// takes other arguments, or does something else with them, fails here.

const sizes: Record<string, number> = {
  B: 2,
  R: 2,
  T: 3,
  C: 32, // a block of weights in 8 bits
  NH: 2,
  NKV: 1,
  hs: 4,
  F: 3,
  OC: 5,
  V: 5,
  Vp: 7,
  N: 12,
  maxT: 4,
};

/** A right value for each setting. */
const settings: Record<string, number> = {
  ...{ t: 1, lr: 0.1, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.1 },
  apart: 2, // half of hs
  windowSize: 2,
  scale: 3,
  cap: 2,
  maxNorm: 0.25, // under the norm, so that there is something to clip
};

test("every kernel is found by its own name", () => {
  expect(kernelNames).toEqual(expect.arrayContaining(["layernormForward", "adamwUpdate"]));
  for (const name of kernelNames) expect(kernels[name].name).toBe(name);
});

test.each(kernelNames)("%s names every argument that is wrong, and writes nothing", (kernel) => {
  const names = argumentsOf(signatures[kernel]);
  call(kernel, rightValues(kernel)); // all of them right
  expect(kernels[kernel]).toHaveLength(names.length);

  names.forEach((name, place) => {
    for (const wrong of wrongValues(kernel, name)) {
      const args: unknown[] = rightValues(kernel);
      const before = structuredClone(args);
      args[place] = wrong;
      const given = `${wrong?.constructor.name} ${wrong}`;
      expect(() => call(kernel, args), given).toThrow(new RegExp(`^${kernel}: ${name} (is|has) `));
      const others = (values: unknown[]) => values.toSpliced(place, 1);
      expect(others(args), given).toEqual(others(before));
    }
  });
});

test.each(kernelNames)("%s does with each array what its signature says", (kernel) => {
  const arrays = arraysOf(signatures[kernel]);
  const before = rightValues(kernel) as Float32Array[];
  const after = structuredClone(before);
  call(kernel, after);
  arrays.forEach(({ name, use }, place) => {
    if (use === "read") expect(after[place], name).toEqual(before[place]);
    else expect(after[place], name).not.toEqual(before[place]);

    // The same again, with other numbers in what is not only read.
    const other = structuredClone(before);
    if (use === "read") return;
    for (let i = 0; i < other[place].length; i++) other[place][i] += 0.25;
    call(kernel, other);
    const difference = Array.from(other[place], (value, i) => value - after[place][i]);
    const largest = Math.max(...difference.map(Math.abs));
    if (use === "written") expect(largest, name).toBe(0);
    else expect(largest, name).toBeGreaterThan(0);
    if (use === "added to") {
      for (const one of difference) expect(one, name).toBeCloseTo(0.25, 5);
    }
  });
});

const optional = kernelNames.flatMap((kernel) =>
  arraysOf(signatures[kernel]).flatMap(({ name, orNull }, place) =>
    orNull ? [[kernel, name, place] as const] : [],
  ),
);
test.each(optional)("%s takes null for %s", (kernel, _name, place) => {
  const args = rightValues(kernel);
  args[place] = null;
  expect(() => call(kernel, args)).not.toThrow();
});

test.each([
  [{}, "inp is of type object, expected an Int32Array of B*T = 2 values"],
  [null, "inp is null, expected an Int32Array of B*T = 2 values"],
  [new Float32Array(2), "inp is of type Float32Array, expected an Int32Array of B*T = 2 values"],
  [[0, 0], "inp is a plain array, expected an Int32Array of B*T = 2 values"],
])("ids that are %o are refused by their type", (inp, message) => {
  const [out, table] = [new Float32Array(6), new Float32Array(6)];
  const call = () => encoderForward(out, inp as Int32Array, table, table, 1, 2, 3);
  expect(call).toThrow(new TypeError(`encoderForward: ${message}`));
});

describe("a signature", () => {
  const sizes = { B: 2, T: 3, C: 8, KV: 1, hs: 4 };

  test.each([
    ["1", 1],
    ["B*T*3*C", 144],
    ["B*T*(C+2*KV*hs)", 96],
    ["C+2*KV", 10],
    ["(B+T)*(C+1)", 45],
    ["T/2", 2],
    ["C*T/8*B", 6],
    ["C/(B+T)+1", 3],
  ])("says the length %s", (formula, value) => {
    expect(evaluate(formula, sizes)).toBe(value);
  });

  test.each(["B*T*D", "B*", "(B+T", "B T", "B-T", "B/", "/T", "", "B)"])(
    "cannot say %s",
    (formula) => {
      expect(() => evaluate(formula, sizes)).toThrow(
        new Error(`"${formula}" is no formula of B, T, C, KV, hs`),
      );
    },
  );

  test("of a sum is checked like one of a product", () => {
    const grouped = {
      arrays: { inp: "B*T*(C+2*KV*hs)" },
      sizes: ["B", "T", "C", "KV", "hs"],
      flops: "1",
    } as const satisfies Signature;
    const check = (length: number) =>
      checkArguments({ grouped }, "grouped", { inp: { length } }, sizes);
    expect(() => check(96)).not.toThrow();
    expect(() => check(95)).toThrow(
      new RangeError("grouped: inp has 95 values, expected B*T*(C+2*KV*hs) = 96"),
    );
  });

  test("is read word by word, and a word that it cannot have is named", () => {
    const arrays = { a: "B*T, ids", b: "C, added to, or null", c: "1, updated" };
    expect(arraysOf({ arrays, sizes: [], flops: "1" })).toEqual([
      { name: "a", length: "B*T", use: "read", ids: true, orNull: false },
      { name: "b", length: "C", use: "added to", ids: false, orNull: true },
      { name: "c", length: "1", use: "updated", ids: false, orNull: false },
    ]);
    const wrong = { arrays: { out: "B*T, writen" }, sizes: [], flops: "1" };
    expect(() => arraysOf(wrong)).toThrow(/^the signature says of out "B\*T, writen": /);
    const both = { arrays: { out: "B*T, written, updated" }, sizes: [], flops: "1" };
    expect(() => arraysOf(both)).toThrow(/^the signature says of out /);
  });
});

function call(kernel: KernelName, args: readonly unknown[]): void {
  (kernels[kernel] as (...args: readonly unknown[]) => void)(...args);
}

/** Arrays of numbers without a pattern, ids, settings and sizes, all as the signature wants them. */
function rightValues(kernel: KernelName): unknown[] {
  const signature: Signature = signatures[kernel];
  const arrays = arraysOf(signature).map(({ name, length, ids }, place) => {
    const value = (_: unknown, i: number) => 0.5 + 0.25 * Math.sin(12.9898 * (i + 1) + place);
    // Two numbers of 16 bits are drawn as such: any others would be too large to be added to.
    if (name === "packed") {
      const words = { length: evaluate(length, sizes) };
      return new Float32Array(Uint32Array.from(words, (_, i) => 0x3e803f00 + 5 * i).buffer);
    }
    return ids
      ? new Int32Array(evaluate(length, sizes)).fill(1)
      : Float32Array.from({ length: evaluate(length, sizes) }, value);
  });
  const numbers = { ...sizes, ...settings };
  return [
    ...arrays,
    ...argumentsOf(signature)
      .slice(arrays.length)
      .map((name) => numbers[name]),
  ];
}

function wrongValues(
  kernel: KernelName,
  name: string,
): (object | string | number | boolean | null | undefined)[] {
  const signature: Signature = signatures[kernel];
  // Text would be joined to sqrt(vHat), not added, and null would count as 0.
  if (signature.settings?.includes(name)) return [Number.NaN, -1, "0.5", null, undefined, true];
  if (signature.sizes.includes(name)) return [Number.NaN, 0, -1, 2.5, 1 / 0, "2", null, true];
  const array = arraysOf(signature).find((array) => array.name === name);
  if (!array) throw new Error(`${kernel} has no argument ${name}`);
  const { ids, orNull } = array;
  const length = evaluate(array.length, sizes);
  const arrays = [Uint8Array, Uint16Array, BigInt64Array, ids ? Float32Array : Int32Array];
  return [
    ...arrays.map((TypedArray) => new TypedArray(length)),
    ...[Array(length).fill(1), new DataView(new ArrayBuffer(4 * length)), "1".repeat(length)],
    ...[length, undefined, ...(orNull ? [] : [null])],
    // Of the tables of the encoder, one row more or less is another vocabulary.
    ids ? new Int32Array(length + 1) : new Float32Array(length + 1),
    ids ? new Int32Array(length - 1) : new Float32Array(length - 1),
  ];
}
