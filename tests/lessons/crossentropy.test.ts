// Facts that the lesson on cross-entropy states in its prose and that none of its cells prints.

import { readFile } from "node:fs/promises";
import {
  crossentropyBackward,
  crossentropyForward,
  crossentropyMean,
  crossentropySoftmaxBackward,
  crossentropySoftmaxFused,
} from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { countParameters } from "@llm.ts/kernels/gpt2/parameters.ts";
import { outline } from "@llm.ts/kernels/gpt2/plan.ts";
import { completeOptions } from "@llm.ts/kernels/model/memory.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { softmaxBackward, softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import { expect, test } from "vitest";
import {
  dlogitsError,
  dprobsError,
  h,
  p,
  targets,
} from "../../lessons/11-crossentropy/cells/differences.ts";
import { trace } from "../../lessons/11-crossentropy/cells/trace.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { textOf } from "./text.ts";

const text = await textOf("11-crossentropy");

const [B, T, V, Vp] = [4, 1024, 50257, 50304];
const MiB = 2 ** 20;

/** The loss of a row of logits, by the kernels. */
function lossOf(logits: number[], target: number): number {
  const [probs, losses] = [new Float64Array(logits.length), new Float64Array(1)];
  softmaxForward(probs, Float64Array.from(logits), 1, 1, logits.length, logits.length);
  crossentropyForward(losses, probs, Int32Array.of(target), 1, 1, logits.length);
  return losses[0];
}

test("knowing nothing costs ln V: 10.82 for GPT-2, 1.792 for six tokens, whatever the equal logits are", () => {
  expect(Math.log(V).toFixed(2)).toBe("10.82");
  expect(Math.exp(Math.log(V))).toBeCloseTo(50257, 6);
  for (const logit of [0, 7]) {
    for (const target of [0, 5]) {
      expect(lossOf(new Array(6).fill(logit), target).toFixed(3)).toBe("1.792");
    }
  }
});

test("a nat is 1.44 bits; each halving of a probability adds 0.693", () => {
  expect((1 / Math.LN2).toFixed(2)).toBe("1.44");
  expect([2, 4, 8].map((n) => Math.log(n).toFixed(3))).toEqual(["0.693", "1.386", "2.079"]);
});

test("a product of 1,024 numbers of 0.03 is 4e-1560, beyond float64, whose least number is 5e-324", () => {
  const exponent = T * Math.log10(0.03);
  expect(Math.floor(exponent)).toBe(-1560);
  expect(Math.round(10 ** (exponent + 1560))).toBe(4);
  expect(Number.MIN_VALUE.toExponential(0)).toBe("5e-324");
  expect(0.03 ** T).toBe(0);
});

test("the perplexity of losses 1 and 3 is 7.39; the mean of both perplexities would be 11.40", () => {
  const mean = new Float64Array(1);
  crossentropyMean(mean, Float64Array.of(1, 3), 2);
  expect(Math.exp(mean[0]).toFixed(2)).toBe("7.39");
  expect(((Math.exp(1) + Math.exp(3)) / 2).toFixed(2)).toBe("11.40");
});

test("the table of slopes", () => {
  const rows = [0.9, 0.5, 0.01, 0.00002, 1e-30].map((probability) => {
    const [losses, dprobs] = [new Float64Array(1), new Float64Array(1)];
    const probs = Float64Array.of(probability);
    crossentropyForward(losses, probs, Int32Array.of(0), 1, 1, 1);
    crossentropyBackward(dprobs, Float64Array.of(1), probs, Int32Array.of(0), 1, 1, 1);
    return [losses[0].toFixed(3), Number(dprobs[0].toPrecision(3))];
  });
  expect(rows).toEqual([
    ["0.105", -1.11],
    ["0.693", -2],
    ["4.605", -100],
    ["10.820", -50000],
    ["69.078", -1e30],
  ]);
  expect((1 / V).toFixed(5)).toBe("0.00002");
});

test("the example by hand: loss 1.386, the target's row of the Jacobian, and the gradient", () => {
  const logits = [0, Math.log(2), Math.log(5)];
  expect(lossOf(logits, 1).toFixed(3)).toBe("1.386");
  const probs = Float64Array.of(0.125, 0.25, 0.625);
  const jacobian = [0.25 * (0 - 0.125), 0.25 * (1 - 0.25), 0.25 * (0 - 0.625)];
  expect(jacobian).toEqual([-0.03125, 0.1875, -0.15625]);
  const dlogits = new Float64Array(3);
  crossentropySoftmaxBackward(dlogits, Float64Array.of(1), probs, Int32Array.of(1), 1, 1, 3, 3);
  expect([...dlogits]).toEqual([0.125, -0.75, 0.625]);
  expect(jacobian.map((d) => -4 * d)).toEqual([...dlogits]);
});

test("a row of the gradient adds up to 0, and no number of it is larger than 1", () => {
  const N = 50;
  const probs = new Float64Array(N);
  softmaxForward(probs, random(N, 1, 8), 1, 1, N, N);
  const dlogits = new Float64Array(N);
  crossentropySoftmaxBackward(dlogits, Float64Array.of(1), probs, Int32Array.of(7), 1, 1, N, N);
  expect(dlogits.reduce((sum, d) => sum + d, 0)).toBeCloseTo(0, 12);
  expect(Math.max(...dlogits.map(Math.abs))).toBeLessThanOrEqual(1);
  expect(dlogits.filter((d) => d < 0).length).toBe(1);
});

test("averaged over tokens that come with frequencies q, the gradient is p - q", () => {
  const q = [0.5, 0.3, 0.2];
  const probs = Float64Array.of(0.1, 0.6, 0.3);
  const sum = new Float64Array(3);
  for (const [target, often] of q.entries()) {
    const dlosses = Float64Array.of(often);
    crossentropySoftmaxBackward(sum, dlosses, probs, Int32Array.of(target), 1, 1, 3, 3);
  }
  for (let v = 0; v < 3; v++) expect(sum[v]).toBeCloseTo(probs[v] - q[v], 12);
});

test("no p has a smaller mean loss than q itself, and ln Z nowhere bends downwards", () => {
  const N = 6;
  const [q, p] = [new Float64Array(N), new Float64Array(N)];
  const meanLoss = (said: Float64Array) =>
    q.reduce((sum, often, v) => sum - often * Math.log(said[v]), 0);
  for (let seed = 0; seed < 20; seed++) {
    softmaxForward(q, random(N, seed, 3), 1, 1, N, N);
    softmaxForward(p, random(N, 100 + seed, 3), 1, 1, N, N);
    expect(meanLoss(p) - meanLoss(q)).toBeGreaterThan(1e-3);
    const [a, b] = [random(N, seed, 3), random(N, 100 + seed, 3)];
    const between = a.map((z, v) => (z + b[v]) / 2);
    expect(lossOf([...between], 0)).toBeLessThan((lossOf([...a], 0) + lossOf([...b], 0)) / 2);
  }
});

test("a sure loss keeps its digits, and so does the gradient; a sum with 1 would lose both below 6e-8", () => {
  expect(text).toContain("in float32 it loses all of them below 6e-8");
  expect(Math.fround(1 + 5.9e-8)).toBe(1);
  expect(Math.fround(1 + 6e-8)).toBeGreaterThan(1);
  const logits = Float32Array.of(20, 0);
  const [losses, dlosses] = [new Float32Array(1), Float32Array.of(1)];
  crossentropySoftmaxFused(logits, losses, dlosses, Int32Array.of(0), 1, 1, 2, 2);
  expect(losses[0] / Math.exp(-20)).toBeCloseTo(1, 6);
  expect(logits[0] / -Math.exp(-20)).toBeCloseTo(1, 6);
});

test("two of the five cases cannot be cut into fours", async () => {
  const cases = await loadReference("crossentropy");
  expect(text).toContain("only two of the five cases run what you see here");
  expect(cases).toHaveLength(5);
  expect(cases.filter(({ sizes }) => sizes.Vp % 4 !== 0)).toHaveLength(2);
});

test("1/p leaves float32 where p is below 3e-39; numbers below 1e-45 become 0", () => {
  expect(Math.fround(1 / 2.9e-39)).toBe(Infinity);
  expect(Number.isFinite(Math.fround(1 / 3e-39))).toBe(true);
  expect(Math.fround(0.6e-45)).toBe(0);
  expect(Math.fround(1e-45)).toBeGreaterThan(0);
});

test("the loss from logits is finite where the target's probability is 0", () => {
  const logits = Float32Array.of(0, -200);
  const [losses, dlosses] = [new Float32Array(1), Float32Array.of(1)];
  crossentropySoftmaxFused(logits, losses, dlosses, Int32Array.of(1), 1, 1, 2, 2);
  expect(losses[0]).toBe(200);
  expect([...logits]).toEqual([1, -1]);
});

test("a GPT-2 that begins with random weights is about 0.15 above ln V", () => {
  expect(text).toContain("about 0.15 if `wte` begins with a deviation of 0.02");
  // Logits are products of a normalised row with rows of deviation 0.02, as wide as GPT-2.
  const [C, tokens, positions] = [768, 2000, 4];
  const normal = (N: number, seed: number) => {
    const [u, w] = [random(N, seed, 0.5, 0.5), random(N, seed + 1)];
    return u.map((x, i) => Math.sqrt(-2 * Math.log(x + 1e-12)) * Math.cos(Math.PI * w[i]));
  };
  const wte = normal(tokens * C, 1).map((x) => 0.02 * x);
  let excess = 0;
  for (let t = 0; t < positions; t++) {
    const row = normal(C, 10 + 2 * t);
    const size = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / C);
    const logits = Array.from({ length: tokens }, (_, v) => {
      let sum = 0;
      for (let i = 0; i < C; i++) sum += (row[i] / size) * wte[v * C + i];
      return sum;
    });
    const mean = logits.reduce((sum, z) => sum + z, 0) / tokens; // targets have nothing to do with logits yet
    const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
    excess += (Math.log(total) - mean - Math.log(tokens)) / positions;
  }
  expect(excess).toBeGreaterThan(0.13);
  expect(excess).toBeLessThan(0.18);
  expect((Math.log(V) + excess).toFixed(1)).toBe("11.0");
});

test("the gradient check: nine digits for logits, seven for probabilities, of which h/p explains the lack", () => {
  expect(dlogitsError).toBeLessThan(1e-9);
  expect(dprobsError).toBeGreaterThan(1e-8);
  expect(dprobsError).toBeLessThan(2e-7);
  const least = Math.min(...Array.from(targets, (target, bt) => p[bt * 8 + target]));
  expect(least.toFixed(2)).toBe("0.02");
  expect(dprobsError / ((h / least) ** 2 / 3)).toBeGreaterThan(0.5); // others count a little too
  expect(dprobsError / ((h / least) ** 2 / 3)).toBeLessThan(1);
});

test("one of logits, probs, dprobs and dlogits takes 786 MiB; all parameters 475, wte 147", () => {
  expect(B * T).toBe(4096);
  expect((B * T * Vp * 4) / MiB).toBe(786);
  expect(text).toContain("= **786 MiB**");
  const config = presets["gpt2-124M"];
  expect(config).toMatchObject({ V, Vp, C: 768 });
  expect(Math.round((countParameters(config) * 4) / MiB)).toBe(475);
  expect(Math.round((Vp * config.C * 4) / MiB)).toBe(147);
  expect(text).toContain("All parameters of GPT-2 124M together take 475 MiB");
  expect(text).toContain("At 147 MiB each, these two exceed the 128 MiB as well");
});

test("a chunk of GPT-2 is 64 rows of logits, 12.3 MiB, and 64 of them make a batch", () => {
  const { rowsPerChunk } = completeOptions(outline, presets["gpt2-124M"], { B, T, training: true });
  expect(rowsPerChunk).toBe(64);
  expect(((rowsPerChunk * Vp * 4) / MiB).toFixed(1)).toBe("12.3");
  expect((B * T) / rowsPerChunk).toBe(64);
});

test("softmaxBackward does 2 + 3 operations for each logit, the fused gradient 3", async () => {
  const count = async (file: string, name: string) => {
    const source = await readFile(new URL(`../../kernels/${file}`, import.meta.url), "utf8");
    const body = source.split(`export function ${name}(`)[1].split("\n}\n")[0];
    const loops = body
      .replaceAll(/\/\/.*/g, "")
      .matchAll(/for \(let i = 0; i < V; i\+\+\) (?:\{([^}]*)\}|([^;]*;))/g);
    return Array.from(loops, ([, block, line]) => {
      const text = (block ?? line).replaceAll(/\[[^\]]*\]/g, "");
      return text.match(/[-+*/]=?/g)?.length ?? 0;
    });
  };
  expect(await count("softmax/softmax.ts", "softmaxBackward")).toEqual([2, 3]);
  expect(await count("crossentropy/crossentropy.ts", "crossentropySoftmaxBackward")).toEqual([3]);
});

test("the loop over all of a row's columns gives the same: the padding's probabilities are 0", async () => {
  for (const reference of await loadReference("crossentropy")) {
    const { B, T, V, Vp } = reference.sizes;
    const [dlosses, probs] = ["dlosses", "probs"].map(reference.floats);
    const ids = reference.ints("targets");
    const [wide, right] = [new Float32Array(B * T * Vp), new Float32Array(B * T * Vp)];
    crossentropySoftmaxBackward(wide, dlosses, probs, ids, B, T, Vp, Vp);
    crossentropySoftmaxBackward(right, dlosses, probs, ids, B, T, V, Vp);
    expect(wide).toEqual(right);
  }
});

test("the bug of the exercise cannot be seen where dlosses are 1", async () => {
  const { crossentropySoftmaxBackward: broken } = await import(
    "../../lessons/11-crossentropy/mend/start.ts"
  );
  const [reference] = await loadReference("crossentropy");
  const { B, T, V, Vp } = reference.sizes;
  const gradient = (kernel: typeof crossentropySoftmaxBackward, dloss: number) => {
    const dlogits = new Float32Array(B * T * Vp);
    const dlosses = new Float32Array(B * T).fill(dloss);
    kernel(dlogits, dlosses, reference.floats("probs"), reference.ints("targets"), B, T, V, Vp);
    return dlogits;
  };
  const far = (dloss: number) => {
    const [a, b] = [gradient(broken, dloss), gradient(crossentropySoftmaxBackward, dloss)];
    return a.filter((x, i) => Math.abs(x - b[i]) > 1e-6).length;
  };
  expect(far(1)).toBe(0);
  expect(far(1 / (B * T))).toBe(6);
});

test("the trace writes six of eight places, and has one negative number in each row", () => {
  expect(trace.steps).toHaveLength(6);
  const written = trace.steps.map(({ write }) => write.index);
  expect(written).toEqual([0, 1, 2, 4, 5, 6]);
  const negative = trace.steps.filter(({ write }) => write.value < 0);
  expect(negative.map(({ write }) => write.index)).toEqual([1, 6]);
});

test("two kernels or one: the same gradient", () => {
  const [rows, V, Vp] = [6, 5, 8];
  const probs = new Float64Array(rows * Vp);
  softmaxForward(probs, random(rows * Vp, 3, 2), 2, 3, V, Vp);
  const [dprobs, two, one] = [probs, probs, probs].map((array) => new Float64Array(array.length));
  const [ids, dlosses] = [Int32Array.of(0, 4, 2, 1, 3, 2), random(rows, 4)];
  crossentropyBackward(dprobs, dlosses, probs, ids, 2, 3, Vp);
  softmaxBackward(two, dprobs as Floats, probs, 2, 3, V, Vp);
  crossentropySoftmaxBackward(one, dlosses, probs, ids, 2, 3, V, Vp);
  for (let i = 0; i < one.length; i++) expect(two[i]).toBeCloseTo(one[i], 12);
});
