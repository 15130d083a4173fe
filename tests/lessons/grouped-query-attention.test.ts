// Facts that the lesson about grouped attention states in its prose and that none of its cells prints.

import {
  attentionGroupedBackward,
  attentionGroupedForward,
} from "@llm.ts/kernels/attention/grouped.ts";
import { expect, test } from "vitest";
import * as cache from "../../lessons/27-grouped-query-attention/cells/cache.ts";
import { loadReference } from "../reference.ts";

const [B, T, NH, NKV, hs] = [1, 2, 2, 1, 1];

/** The example by hand, with a gradient of the loss with respect to its four answers, (T, NH). */
function example(...dout: number[]) {
  const qkv = Float64Array.of(1, 0, 1, 2, Math.log(3), -Math.log(3), 0, 6);
  const [out, lse] = [new Float64Array(T * NH), new Float64Array(NH * T)];
  attentionGroupedForward(out, lse, qkv, Infinity, B, T, NH, NKV, hs);
  const dqkv = new Float64Array(qkv.length);
  const given = Float64Array.from(dout);
  attentionGroupedBackward(dqkv, given, out, qkv, lse, Infinity, B, T, NH, NKV, hs);
  return { answers: [...out.slice(2)], key: dqkv[2], value: dqkv[3] };
}

test("the example by hand: answers 3 and 5, and what the key and the value of token 0 get, by head and in all", () => {
  const { answers, key, value } = example(1, 0, 1, 2);
  expect(answers.map((x) => x.toFixed(9))).toEqual(["3.000000000", "5.000000000"]);
  expect(key.toFixed(3)).toBe("0.824");
  expect(value).toBeCloseTo(2.25, 12);
  expect(example(1, 0, 1, 0).key.toFixed(3)).toBe("-0.824");
  expect(example(0, 0, 0, 2).key.toFixed(3)).toBe("1.648");
  expect(example(0, 0, 1, 0).value).toBeCloseTo(0.75, 12);
  expect(example(0, 0, 0, 2).value).toBeCloseTo(0.5, 12);
});

test("with a gradient of 1 in head 1 the key of token 0 gets exactly nothing, as the task asks", () => {
  expect(example(1, 0, 1, 1).key).toBeCloseTo(0, 12);
});

test("Llama 2 7B keeps 262,144 numbers of a token, 512 KiB, and 2 GiB of 4,096; Llama 2 70B would keep 2.5 MiB and 10 GiB", () => {
  const perToken = 2 * 32 * 32 * 128;
  expect(perToken).toBe(262_144);
  expect((2 * perToken) / 1024).toBe(512);
  expect((2 * perToken * 4096) / 2 ** 30).toBe(2);
  const large = 2 * 80 * 64 * 128 * 2;
  expect(large / 2 ** 20).toBe(2.5);
  expect((large * 4096) / 2 ** 30).toBe(10);
});

test("the figure's models: shared by four, and flat from the window on", () => {
  const { names, tokens, gib } = cache;
  expect(names).toEqual(["Llama 2 7B", "Llama 3 8B", "Mistral 7B"]);
  const at = (m: number, T: number) => gib[m * tokens.length + tokens.indexOf(T)];
  expect(at(0, 8192)).toBe(4 * at(1, 8192));
  expect(at(2, 4096)).toBe(at(1, 4096));
  expect(at(2, 32_768)).toBe(at(2, 4096));
});

test("32 layers with a window of 4,096 reach about 131,000 places", () => {
  expect(Math.round((32 * (4096 - 1)) / 1000)).toBe(131);
});

test("the matmul of Llama 3 8B makes 6,144 channels of each token, and not 12,288", () => {
  expect((32 + 2 * 8) * 128).toBe(6144);
  expect(3 * 4096).toBe(12_288);
});

test("the reference has the six cases that are told of", async () => {
  const cases = await loadReference("attention-grouped");
  expect(cases.map(({ sizes }) => [sizes.NH, sizes.NKV])).toEqual([
    [4, 2],
    [3, 1],
    [2, 2],
    [4, 2],
    [2, 1],
    [2, 1],
  ]);
  expect(cases.slice(3).map(({ sizes }) => sizes.windowSize)).toEqual([3, 1, 70]);
  expect(cases[5].sizes.T).toBe(150);
  // With a window of one token the answer is its own value.
  const { floats, sizes } = cases[4];
  const row = (sizes.NH + 2 * sizes.NKV) * sizes.hs;
  for (let t = 0; t < sizes.T; t++) {
    for (let h = 0; h < sizes.NH; h++) {
      for (let i = 0; i < sizes.hs; i++) {
        const value = floats("qkv")[t * row + (sizes.NH + sizes.NKV) * sizes.hs + i];
        expect(floats("out")[(t * sizes.NH + h) * sizes.hs + i]).toBeCloseTo(value, 6);
      }
    }
  }
});

test("dealing heads out in turns is right where there is one head of keys or one for each, and wrong in the middle two of four over two", () => {
  const turns = (NH: number, NKV: number) => Array.from({ length: NH }, (_, h) => h % NKV);
  const groups = (NH: number, NKV: number) =>
    Array.from({ length: NH }, (_, h) => Math.floor(h / (NH / NKV)));
  for (const [NH, NKV] of [
    [3, 1],
    [2, 1],
    [2, 2],
  ]) {
    expect(turns(NH, NKV)).toEqual(groups(NH, NKV));
  }
  expect(turns(4, 2).flatMap((group, h) => (group === groups(4, 2)[h] ? [] : [h]))).toEqual([1, 2]);
});
