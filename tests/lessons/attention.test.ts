// Facts that the attention lesson states in its prose and that none of its cells prints.

import { readFile } from "node:fs/promises";
import { attentionBackward, attentionForward } from "@llm.ts/kernels/attention/attention.ts";
import { expect, test } from "vitest";
import * as figure from "../../lessons/07-attention/cells/heads.ts";
import { attentionBackward as buggy } from "../../lessons/07-attention/mend/start.ts";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { printedBy } from "./printed.ts";
import { textOf } from "./text.ts";

const [L, C, NH, V, maxT] = [12, 768, 12, 50257, 1024];
const exact = { atol: 1e-12, rtol: 0 };

/** One sequence through all heads, in float64. */
function forward(inp: ArrayLike<number>, T: number, width: number, heads: number) {
  const [out, preatt, att] = [T * width, heads * T * T, heads * T * T].map(
    (length) => new Float64Array(length),
  );
  attentionForward(out, preatt, att, Float64Array.from(inp), 1, T, width, heads);
  return { out, preatt, att };
}

function backward(inp: ArrayLike<number>, dout: number[], T: number, width: number, heads: number) {
  const { out, att } = forward(inp, T, width, heads);
  const [dinp, dpreatt, datt] = [inp.length, att.length, att.length].map(
    (length) => new Float64Array(length),
  );
  const [d, x] = [dout, inp].map((a) => Float64Array.from(a));
  attentionBackward(dinp, dpreatt, datt, d, x, att, 1, T, width, heads);
  return { out, att, dinp, dpreatt, datt };
}

test("the matrix products of attention are 2,362,368 parameters a block, 28.3 million, 23%", () => {
  const block = 3 * C * C + 3 * C + C * C + C;
  const parameters = V * C + maxT * C + L * (12 * C * C + 13 * C) + 2 * C;
  expect(block).toBe(2_362_368);
  expect(((L * block) / 1e6).toFixed(1)).toBe("28.3");
  expect(((100 * L * block) / parameters).toFixed(0)).toBe("23");
  expect(NH * 64).toBe(C);
  expect(((parameters * 4) / 2 ** 20).toFixed(0)).toBe("475");
});

test("a difference of 8 between scores is a factor of 2981; e^54 fits a float32, e^89 does not", async () => {
  expect(Math.round(Math.exp(8))).toBe(2981);
  expect(Math.log(3.4028234663852886e38).toFixed(1)).toBe("88.7");
  expect(Math.fround(Math.exp(54))).toBeLessThan(Infinity);
  expect(Math.fround(Math.exp(89))).toBe(Infinity);
  const cases = await loadReference("attention");
  expect(cases.length).toBe(6);
  const largest = Math.max(...cases.flatMap(({ floats }) => Array.from(floats("preatt"))));
  expect(largest).toBeGreaterThan(53);
  expect(largest).toBeLessThan(54);
});

test("before training queries have a variance of 0.30, and unscaled scores are spread by 2.4", async () => {
  const embedded = 2 * 0.02 ** 2; // the variance of wte plus wpe, which LayerNorm brings to nearly 1
  const variance = C * 0.02 ** 2 * (embedded / (embedded + 1e-5));
  expect(await textOf("07-attention")).toContain(
    `is about ${variance.toFixed(2)}, so unscaled scores are spread by ${(8 * variance).toFixed(1)}, not by 8`,
  );
});

// The four tokens of the cell to play with.
const tokens = [
  { q: [1, 0], k: [1, 0], v: [1, 1] },
  { q: [0, 2], k: [0, 1], v: [5, 2] },
  { q: [2, 0], k: [1, 1], v: [3, 9] },
  { q: [1, 3], k: [2, 0], v: [7, 4] },
];
type Token = (typeof tokens)[number];
const play = (change: (token: Token, t: number) => Token) =>
  forward(
    tokens.map(change).flatMap(({ q, k, v }) => [...q, ...k, ...v]),
    4,
    2,
    1,
  );
const unchanged = play((token) => token);

test("the cell to play with holds these tokens", async () => {
  const file = new URL("../../lessons/07-attention/cells/play.ts", import.meta.url);
  const source = (await readFile(file, "utf8")).replaceAll(/\s/g, "");
  for (const { q, k, v } of tokens) expect(source).toContain(`{q:[${q}],k:[${k}],v:[${v}]}`);
});

test("with queries of 0 each answer is the mean of the values so far", () => {
  const { out } = play((token) => ({ ...token, q: [0, 0] }));
  expectClose("out", out, Float64Array.of(1, 1, 3, 1.5, 3, 4, 4, 4), exact);
});

test("another value of the last token changes the last answer only", () => {
  const { out } = play((token, t) => (t === 3 ? { ...token, v: [100, 100] } : token));
  expectClose("out", out.subarray(0, 6), unchanged.out.subarray(0, 6), exact);
  expect(out[6]).not.toBeCloseTo(unchanged.out[6], 1);
});

test("the same vector added to all keys changes no weight", () => {
  const { att, preatt } = play((token) => ({ ...token, k: token.k.map((x) => x + 5) }));
  expectClose("att", att, unchanged.att, exact);
  expect(preatt[0]).not.toBeCloseTo(unchanged.preatt[0], 1);
});

test("with queries ten times as large token 2 has 0.999 of the last row, and half of its own", () => {
  const { att } = play((token) => ({ ...token, q: token.q.map((x) => 10 * x) }));
  expect(att[3 * 4 + 2].toFixed(3)).toBe("0.999");
  expect(att[2 * 4].toFixed(3)).toBe("0.500");
  expect(att[2 * 4 + 2].toFixed(3)).toBe("0.500");
});

test("the figure opens with the head and the token of which its caption speaks: 0.90 from dog", () => {
  const [T, width] = [figure.tokens.length, figure.channels.length];
  const [it, dog] = ["it", "dog"].map((token) => figure.tokens.indexOf(token));
  expect(it).toBe(Math.floor(T / 2));
  expect(figure.att[(T + it) * T + dog].toFixed(2)).toBe("0.90");
  const added = figure.contributions[(T + it) * width + figure.channels.indexOf("dog")];
  expect(added.toFixed(2)).toBe("0.90");
  for (let j = 0; j < T * width; j++) {
    const sum = [0, 1, 2].reduce((all, h) => all + figure.contributions[h * T * width + j], 0);
    expect(sum).toBeCloseTo(figure.attproj[j], 6);
  }
});

test("the figure's first head looks at the token before", () => {
  const T = figure.tokens.length;
  for (let t = 1; t < T; t++) {
    const row = figure.att.subarray(t * T, (t + 1) * T);
    expect(row.indexOf(Math.max(...row))).toBe(t - 1);
  }
});

test("among the tokens before, attention knows no order", () => {
  const inp = random(4 * 3 * 6, 1);
  const swapped = Float32Array.of(...inp.slice(18, 36), ...inp.slice(0, 18), ...inp.slice(36));
  const last = ({ out }: { out: Float64Array }) => out.subarray(3 * 6);
  expectClose("out", last(forward(swapped, 4, 6, 2)), last(forward(inp, 4, 6, 2)), exact);
});

test("the example by hand", () => {
  const ln3 = Math.log(3);
  const { out, att, dinp, dpreatt } = backward([1, 1, 2, ln3, 0, 6], [1, 1], 2, 1, 1);
  expectClose("att", att, Float64Array.of(1, 0, 0.75, 0.25), exact);
  expectClose("out", out, Float64Array.of(2, 3), exact);
  expectClose("dpreatt", dpreatt, Float64Array.of(0, 0, -0.75, 0.75), exact);
  const expected = Float64Array.of(0, -0.75 * ln3, 1.75, -0.75, 0.75 * ln3, 0.25);
  expectClose("dinp", dinp, expected, exact);
  expect((0.75 * ln3).toFixed(3)).toBe("0.824");
  expect(ln3.toFixed(4)).toBe("1.0986");
});

test("dpreatt adds up to 0 along a row, and its mean term is dout times out", () => {
  const [T, width, heads] = [5, 6, 2];
  const dout = Array.from(random(T * width, 2));
  const { out, att, datt, dpreatt, dinp } = backward(
    random(T * 3 * width, 3),
    dout,
    T,
    width,
    heads,
  );
  for (let h = 0; h < heads; h++) {
    for (let t = 0; t < T; t++) {
      const row = (h * T + t) * T;
      const sum = (of: (t2: number) => number) =>
        Array.from({ length: t + 1 }, (_, t2) => of(row + t2)).reduce((a, b) => a + b);
      expect(sum((at) => dpreatt[at])).toBeCloseTo(0, 12);
      const channels = [0, 1, 2].map((i) => t * width + h * 3 + i);
      const product = channels.reduce((all, o) => all + dout[o] * out[o], 0);
      expect(sum((at) => att[at] * datt[at])).toBeCloseTo(product, 12);
    }
  }
  expectClose("dq of token 0", dinp.subarray(0, width), new Float64Array(width), exact);
});

test("where one weight has nearly everything, hardly any gradient comes through", () => {
  const { att, dpreatt } = backward([0, 0, 5, 1, 0, -3, 1, 40, 2], [0, 0, 1], 3, 1, 1);
  expect(att[8]).toBeGreaterThan(1 - 1e-15);
  for (const d of dpreatt) expect(Math.abs(d)).toBeLessThan(1e-14);
});

test("attention's arithmetic at T = 1024, and where it overtakes its own matmuls", () => {
  const attention = (T: number) => 2 * T * (T + 1) * C;
  const matmuls = (T: number) => 8 * T * C * C;
  expect((attention(1024) / 1e9).toFixed(1)).toBe("1.6");
  expect((matmuls(1024) / 1e9).toFixed(1)).toBe("4.8");
  expect(attention(3071)).toBe(matmuls(3071));
  expect(4 * (C / NH)).toBe(256);
});

test("the kernels do 4, 8 and, without the table, 10 operations for each pair and channel", async () => {
  const read = async (name: string) => {
    const file = new URL(`../../kernels/attention/${name}.ts`, import.meta.url);
    return (await readFile(file, "utf8")).replaceAll(/\/\/.*/g, "").split("export function");
  };
  const [, plainForward, plainBackward] = await read("attention");
  expect(countOperations(plainForward)).toBe(4);
  expect(countOperations(plainBackward)).toBe(8);
  const [, , flashBackward] = await read("flash");
  const [perRow, perPair] = flashBackward.split("for (let t2");
  expect(countOperations(perPair)).toBe(10);
  expect(countOperations(perRow)).toBe(2); // the mean, once for each row
});

test("four sequences of 1,024 tokens keep 2.25 GiB of weights, over four times the parameters", () => {
  const att = 4 * NH * 1024 * 1024 * 4;
  expect((L * att) / 2 ** 30).toBe(2.25);
  expect((L * att) / 2 ** 20 / 475).toBeGreaterThan(4);
});

test("the bug to find leaves datt, dpreatt, the queries and the last token right, and nothing else", async () => {
  for (const { name, sizes, floats } of await loadReference("attention")) {
    const { B, T, C: width, NH: heads } = sizes;
    const [dinp, dpreatt, datt] = ["dinp", "dpreatt", "datt"].map(
      (tensor) => new Float32Array(floats(tensor).length),
    );
    buggy(dinp, dpreatt, datt, floats("dout"), floats("inp"), floats("att"), B, T, width, heads);
    const close = { atol: 1e-5, rtol: 1e-5 };
    expectClose("datt", datt, floats("datt"), close);
    expectClose("dpreatt", dpreatt, floats("dpreatt"), close);
    const torch = floats("dinp");
    for (let bt = 0; bt < B * T; bt++) {
      for (const part of [0, 1, 2]) {
        const at = (bt * 3 + part) * width;
        const off = torch
          .subarray(at, at + width)
          .map((x, i) => Math.abs(x - dinp[at + i]) / (1 + Math.abs(x)));
        const right = part === 0 || bt % T === T - 1;
        const what = `${name}, token ${bt}, part ${part}`;
        if (right) expect(Math.max(...off), what).toBeLessThan(1e-5);
        else if (name === "lesson") expect(Math.max(...off), what).toBeGreaterThan(0.01);
      }
    }
  }
});

test("the gradient check moves 144 inputs, and finds a few times 1e-10 at most", async () => {
  expect(2 * 4 * 3 * 6).toBe(144);
  const lines = await printedBy(() => import("../../lessons/07-attention/cells/gradcheck.ts"));
  expect(lines.length).toBe(3);
  for (const line of lines) expect(Number(line.split(" ").at(-1))).toBeLessThan(5e-10);
});

/** Multiplications and additions on elements in all loops over i: not those of indices. */
function countOperations(source: string): number {
  const loops = source.matchAll(/for \(let i = 0; i < hs; i\+\+\) (?:\{([^}]*)\}|([^;]*;))/g);
  return Array.from(loops, ([, block, line]) => {
    const body = (block ?? line).replaceAll(/\[[^\]]*\]/g, "");
    return body
      .split(";")
      .filter((statement) => /\+=/.test(statement))
      .reduce((sum, statement) => sum + (statement.match(/[*]|\+=/g)?.length ?? 0), 0);
  }).reduce((sum, n) => sum + n, 0);
}
