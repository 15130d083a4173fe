// Facts that the Matmul lesson states in its prose and that none of its cells prints.

import { readFile } from "node:fs/promises";
import { matmulBackward, matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { transform } from "sucrase";
import { expect, test } from "vitest";
import { errors, h } from "../../lessons/06-matmul/cells/gradcheck.ts";
import { matmulForward as plain } from "../../lessons/06-matmul/cells/plain.ts";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { type Case, loadReference } from "../reference.ts";
import { english, textOf } from "./text.ts";

const C = 768;
const V = 50_257;
const text = await textOf("06-matmul");

/** The lesson's table: inputs, outputs, and how often. */
const matrices = {
  qkvw: [C, 3 * C, 12],
  attprojw: [C, C, 12],
  fcw: [C, 4 * C, 12],
  fcprojw: [4 * C, C, 12],
  wte: [C, V, 1],
};
const sizes = Object.values(matrices).map(([from, to, times]) => from * to * times);
const weights = sizes.reduce((sum, size) => sum + size, 0);
const biases = 12 * (3 * C + C + 4 * C + C);
const parameters = weights + biases + 1024 * C + 25 * 2 * C;

test("the table of matrices has the sizes and shares of GPT-2 124M", () => {
  const share = `${((100 * weights) / parameters).toFixed(1)}%`;
  expect(text).toContain(`${english(weights)} of ${english(parameters)}, or ${share}.`);
  expect(text).toContain(`${share} of GPT-2's parameters are such weights`);
  for (const [name, [from, to, times]] of Object.entries(matrices)) {
    const share = ((100 * from * to * times) / parameters).toFixed(1);
    const row = `| \`${name}\` | ${english(from)} | ${english(to)} | ${english(from * to)} | ${share}% |`;
    expect(text).toContain(row);
  }
});

test("a token costs 741 million operations; attention adds 0.5% at 64 tokens and 8% at 1,024", () => {
  const formula = `$6 \\cdot ${english(weights).replaceAll(",", "{,}")}$`;
  expect(text).toContain(
    `a token costs ${formula} operations, ${Math.round((6 * weights) / 1e6)} million,`,
  );
  // Scores and mixing: 2 operations each for every channel and every token looked at, (T + 1) / 2 of them on average.
  const attention = (T: number) => 12 * 2 * 2 * C * ((T + 1) / 2);
  const share = (T: number) => (100 * attention(T)) / (2 * weights);
  expect(share(64).toFixed(1)).toBe("0.5");
  expect(text).toContain(
    `about half a percent at 64 tokens and ${Math.round(share(1024))}% at 1,024`,
  );
});

test("fcw at B = 4, T = 64 does 90 operations for each byte; a single token one half, a plain loop a quarter", () => {
  const bytes = (rows: number) => 4 * (rows * C + C * 4 * C + rows * 4 * C);
  const operations = (rows: number) => 2 * rows * C * 4 * C;
  expect(Math.round(bytes(256) / 1e6)).toBe(13);
  expect(Math.round(operations(256) / bytes(256))).toBe(90);
  expect(operations(1) / bytes(1)).toBeCloseTo(0.5, 2);
  expect(2 / (2 * 4)).toBe(0.25);
});

test("a block reads its rows and columns and makes their product", () => {
  const blocks = [
    [1, 1, "0.5"],
    [4, 1, "0.8"],
    [2, 4, "1.3"],
    [64, 64, "32"],
  ] as const;
  for (const [rows, columns, each] of blocks) {
    expect(((rows * columns) / (rows + columns)).toFixed(each.length > 2 ? 1 : 0)).toBe(each);
    expect(text).toMatch(
      new RegExp(
        `\\| ${rows} rows?, ${columns} columns? \\| ${rows + columns} \\| ${english(rows * columns)} \\| ${each} \\|`,
      ),
    );
  }
});

test("the example by hand comes out as in the lesson", () => {
  const of = (...values: number[]) => Float64Array.from(values);
  const [inp, weight, bias] = [of(1, 2, 3, 4, 0, -2), of(1, 0, -1, 2, 1, 0), of(1, 0)];
  const out = new Float64Array(4);
  matmulForward(out, inp, weight, bias, 1, 2, 3, 2);
  expect([...out]).toEqual([-1, 4, 7, 8]);
  const [dinp, dweight, dbias] = [6, 6, 2].map((length) => new Float64Array(length));
  matmulBackward(dinp, dweight, dbias, of(1, 2, 0, -1), inp, weight, 1, 2, 3, 2);
  expect([...dinp]).toEqual([5, 2, -1, -2, -1, 0]);
  expect([...dweight]).toEqual([1, 2, 3, -2, 4, 8]);
  expect([...dbias]).toEqual([1, 1]);
});

test("the identity passes the input on, and ten times the input gives ten times the output without a bias", () => {
  const forward = (inp: Float64Array, weight: Float64Array) => {
    const out = new Float64Array(6);
    matmulForward(out, inp, weight, null, 1, 2, 3, 3);
    return out;
  };
  const inp = Float64Array.of(1, 2, 3, 4, 0, -2);
  expect([...forward(inp, Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1))]).toEqual([...inp]);
  const weight = Float64Array.from({ length: 9 }, (_, k) => Math.sin(k));
  const ten = forward(
    inp.map((x) => 10 * x),
    weight,
  );
  expectClose(
    "out",
    ten,
    forward(inp, weight).map((y) => 10 * y),
    { atol: 1e-12, rtol: 0 },
  );
});

test("two matmuls in a row are one, whose weight is the product of theirs", () => {
  const [A, B, D] = [3, 5, 2];
  const wave = (length: number, step: number) =>
    Float64Array.from({ length }, (_, k) => Math.sin(step * k + 1));
  const [inp, first, second] = [wave(4 * A, 3), wave(B * A, 5), wave(D * B, 7)];
  const between = new Float64Array(4 * B);
  const twice = new Float64Array(4 * D);
  plain(between, inp, first, null, 1, 4, A, B);
  plain(twice, between, second, null, 1, 4, B, D);
  const both = new Float64Array(D * A);
  for (let d = 0; d < D; d++)
    for (let b = 0; b < B; b++)
      for (let a = 0; a < A; a++) both[d * A + a] += second[d * B + b] * first[b * A + a];
  const once = new Float64Array(4 * D);
  plain(once, inp, both, null, 1, 4, A, D);
  expectClose("out", once, twice, { atol: 1e-12, rtol: 0 });
});

test("there are nine cases; with the weight read transposed, those with C = 1 or OC = 1 still pass", async () => {
  const cases = await loadReference("matmul");
  expect(cases.length).toBe(9);
  const source = await readFile(
    new URL("../../lessons/06-matmul/cells/plain.ts", import.meta.url),
    "utf8",
  );
  const turned = source.replace("weight[o * C + i]", "weight[i * OC + o]");
  expect(turned).not.toBe(source);
  const module = await load(turned);
  const passing = cases.filter(
    (one) => largest(run(module.matmulForward, one), one.floats("out")) < 1e-4,
  );
  expect(passing.map(({ sizes: { C, OC } }) => [C, OC])).toEqual([
    [1, 4],
    [4, 1],
  ]);
});

test("without its bias only the case that has none passes", async () => {
  const cases = await loadReference("matmul");
  const passing = cases.filter((one) => largest(run(plain, one, null), one.floats("out")) < 1e-4);
  expect(passing.map(({ name }) => name)).toEqual(["no_bias"]);
});

test("matmul's gradient check is the better the larger the step: ten digits at 1e-5, fifteen at 1", () => {
  const at = (step: number) => errors[h.indexOf(step)];
  expect(at(1e-5)).toBeLessThan(1e-9);
  expect(at(1e-5)).toBeGreaterThan(1e-12);
  expect(at(1)).toBeLessThan(1e-14);
  for (let k = 1; k < h.length - 1; k++) expect(errors[k]).toBeLessThan(errors[k - 1]);
});

test("only the classifier's outputs leave something over when they are taken by fours", () => {
  expect([3 * C, C, 4 * C].map((outputs) => outputs % 4)).toEqual([0, 0, 0]);
  expect(V % 4).toBe(1);
});

test("the bug to find leaves dbias and the first row of dinp right, and the rows of dweight before the leftover", async () => {
  const [one] = await loadReference("matmul"); // OC = 6
  const start = await load(
    await readFile(new URL("../../lessons/06-matmul/mend/start.ts", import.meta.url), "utf8"),
  );
  const { B, T, C, OC } = one.sizes;
  const [dinp, dweight, dbias] = ["dinp", "dweight", "dbias"].map(
    (name) => new Float32Array(one.floats(name).length),
  );
  const [dout, inp, weight] = ["dout", "inp", "weight"].map(one.floats);
  start.matmulBackward(dinp, dweight, dbias, dout, inp, weight, B, T, C, OC);
  const wrong = (got: Float32Array, name: string, columns: number) =>
    Array.from({ length: got.length / columns }, (_, row) => row).filter((row) => {
      const part = (array: Float32Array) => array.subarray(row * columns, (row + 1) * columns);
      return largest(part(got), part(one.floats(name))) > 1e-4;
    });
  expect(wrong(dbias, "dbias", 1)).toEqual([]);
  expect(wrong(dinp, "dinp", C)).toEqual([1, 2, 3, 4, 5]);
  expect(wrong(dweight, "dweight", C)).toEqual([4, 5]);
  // With the classifier's 50,257 outputs it is one row of dweight.
  expect(V % 4).toBe(1);
  expect(text).toContain("one row of `dweight`, and most of `dinp`");
});

test("every known mistake of the exercise is off by more than 0.05", async () => {
  const folder = new URL("../../lessons/06-matmul/backward/", import.meta.url);
  const source = await readFile(new URL("solution.ts", folder), "utf8");
  const { mutants } = await import(`${folder}mutants.ts`);
  const cases = await loadReference("matmul");
  const off = async (text: string) => {
    const { matmulBackward: kernel } = await load(text);
    return Math.max(...cases.map((one) => backwardError(kernel, one)));
  };
  expect(await off(source)).toBeLessThan(1e-5);
  for (const { name, find, replace } of mutants) {
    expect(await off(source.replace(find, () => replace)), name).toBeGreaterThan(0.05);
  }
});

async function load(source: string) {
  const { code } = transform(source, { transforms: ["typescript"] });
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}

function run(kernel: typeof plain, one: Case, bias = biasOf(one)): Float32Array {
  const { B, T, C, OC } = one.sizes;
  const out = new Float32Array(B * T * OC);
  kernel(out, one.floats("inp"), one.floats("weight"), bias, B, T, C, OC);
  return out;
}

const biasOf = ({ name, floats }: Case) => (name === "no_bias" ? null : floats("bias"));

/** How far the gradients of a backward pass are from PyTorch's at most, with gradients that begin at other values than 0. */
function backwardError(kernel: typeof matmulBackward, one: Case): number {
  const { B, T, C, OC } = one.sizes;
  const names = one.name === "no_bias" ? ["dinp", "dweight"] : ["dinp", "dweight", "dbias"];
  const before = names.map((name, k) => random(one.floats(name).length, k, 0.5, 1));
  const after = before.map((array) => array.slice());
  const [dout, inp, weight] = ["dout", "inp", "weight"].map(one.floats);
  kernel(after[0], after[1], after[2] ?? null, dout, inp, weight, B, T, C, OC);
  const errors = names.map((name, k) => {
    const torch = one.floats(name);
    return largest(
      after[k],
      before[k].map((value, i) => value + torch[i]),
    );
  });
  return Math.max(...errors);
}

/** The largest difference; infinite where a number is not finite. */
function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let k = 0; k < b.length; k++) {
    const difference = Math.abs(a[k] - b[k]);
    most = Math.max(most, Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY);
  }
  return most;
}
