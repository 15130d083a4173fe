// The answers to the predictions in the lessons that are numbers, and some of the choices, computed.

import { readdir, readFile } from "node:fs/promises";
import { adamwUpdate } from "@llm.ts/kernels/adamw/adamw.ts";
import { attentionBackward, attentionForward } from "@llm.ts/kernels/attention/attention.ts";
import { attentionGroupedForward } from "@llm.ts/kernels/attention/grouped.ts";
import { crossentropyForward } from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { countParameters } from "@llm.ts/kernels/gpt2/parameters.ts";
import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { signatures } from "@llm.ts/kernels/layers.ts";
import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { residualBackward } from "@llm.ts/kernels/residual/residual.ts";
import { rmsnormForward } from "@llm.ts/kernels/rmsnorm/rmsnorm.ts";
import { ropeAngles, ropeForward } from "@llm.ts/kernels/rope/rope.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import { swigluForward } from "@llm.ts/kernels/swiglu/swiglu.ts";
import { expect, test } from "vitest";
import { countPairs } from "../../lessons/03-counting-and-a-bigram/count/solution.ts";
import { errors, h } from "../../lessons/06-matmul/cells/gradcheck.ts";
import { plans } from "../../lessons/13-one-block-of-memory/cells/plan.ts";
import {
  kernelBytes,
  names as layerNames,
  tapeBytes,
} from "../../lessons/15-a-small-autograd-engine/cells/cost.ts";
import { twice as walkedTwice } from "../../lessons/15-a-small-autograd-engine/cells/play.ts";
import { held } from "../../lessons/22-evaluation/recorded.ts";
import { tokensOf } from "../../src/figures/tokenizer.ts";
import type { Asked } from "../../src/predict/numbers.ts";
import { type Ablation, lastLosses, variantNames, variants } from "../../src/training/ablation.ts";
import type { Scaling } from "../../src/training/scaling.ts";

interface Prediction {
  lesson: string; // its slug
  question: string;
  numbers: Asked[];
  choices?: string[];
  answer?: number;
  curve?: string;
  because: string | string[];
}

/** All predictions of the lessons, as their tags say. */
async function findPredictions(): Promise<Prediction[]> {
  const folders = (await readdir("lessons")).filter((name) => /^\d\d-/.test(name)).sort();
  const texts = await Promise.all(
    folders.map((name) => readFile(`lessons/${name}/index.mdx`, "utf8")),
  );
  return texts.flatMap((text, i) =>
    [...text.matchAll(/<Predict question="([^"]*)"([\s\S]*?)>$/gm)].map(([, question, more]) => {
      const given: Record<string, unknown> = {};
      for (const [, name, value, quoted] of more.matchAll(
        /(\w+)=(?:\{((?:[^{}]|\{[^{}]*\})*)\}|"([^"]*)")/g,
      )) {
        given[name] = quoted ?? new Function(`return (${value})`)();
      }
      const { number, within, unit, numbers, because = "", ...rest } = given;
      const asked = number === undefined ? (numbers ?? []) : [{ value: number, within, unit }];
      return {
        lesson: folders[i].slice(3),
        question,
        numbers: asked as Asked[],
        because: because as string | string[],
        ...rest,
      };
    }),
  );
}

const predictions = await findPredictions();
const seen = new Set<Prediction>();

function find(lesson: string, begins: string): Prediction {
  const found = predictions.filter(
    (one) => one.lesson === lesson && one.question.startsWith(begins),
  );
  expect(found, `${lesson}: ${begins}`).toHaveLength(1);
  seen.add(found[0]);
  return found[0];
}

/** A number in a lesson is what is computed, in all the digits that it has. */
function expectNumbers(lesson: string, begins: string, computed: number[]): void {
  const { numbers } = find(lesson, begins);
  expect(numbers).toHaveLength(computed.length);
  for (const [i, { value, within = 0 }] of numbers.entries()) {
    const digits = String(value).split(".")[1]?.length ?? 0;
    expect(Math.abs(computed[i] - value), begins).toBeLessThanOrEqual(
      Math.max(within / 10, digits > 0 ? 0.5001 * 10 ** -digits : 0),
    );
  }
}

const answerOf = (lesson: string, begins: string): string => {
  const { choices = [], answer = -1 } = find(lesson, begins);
  return choices[answer];
};

const rounded = (value: number) => Math.round(1e9 * value) / 1e9;
const floats = (...values: number[]) => Float64Array.from(values);

function layernorm(inp: number[], bias = 0): number[] {
  const C = inp.length;
  const [out, ones] = [new Float64Array(C), new Float64Array(C).fill(1)];
  const biases = new Float64Array(C).fill(bias);
  layernormForward(out, floats(0), floats(0), floats(...inp), ones, biases, 1, 1, C);
  return [...out];
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: number[]) => mean(values.map((x) => (x - mean(values)) ** 2));

function softmax(...logits: number[]): number[] {
  const probs = new Float64Array(logits.length);
  softmaxForward(probs, floats(...logits), 1, 1, logits.length, logits.length);
  return [...probs];
}

function losses(...probabilities: number[]): number[] {
  const N = probabilities.length;
  const out = new Float64Array(N);
  crossentropyForward(out, floats(...probabilities), new Int32Array(N), 1, N, 1);
  return [...out];
}

test("offsets, and sums in float32", () => {
  expectNumbers("numbers-in-a-row", "In a tensor of shape", [(1 * 3 + 2) * 4 + 3]);
  let first = 2 ** 23;
  while (Math.fround(first) === first) first++;
  expectNumbers("numbers-in-a-row", "Which is the first whole number", [first]);
  let [front, back] = [2 ** 24, 0];
  for (let i = 0; i < 1e6; i++) {
    front = Math.fround(front + 1);
    back = Math.fround(back + 1);
  }
  expectNumbers("numbers-in-a-row", "A `Float32Array` holds", [front, Math.fround(back + 2 ** 24)]);
  expect(answerOf("numbers-in-a-row", "By how much does the offset grow")).toBe(
    "$1$, $C$ and $T C$",
  );
  const inp = new Float32Array(8);
  const [view, copy] = [inp.subarray(4, 8), inp.slice(4, 8)];
  view[0] = 100;
  copy[0] = 200;
  expect(answerOf("numbers-in-a-row", "A cell takes row 1 once")).toBe(`The ${inp[4]}`);
});

test("bytes, pairs and tokens", () => {
  const bytes = ["é", "漢", "😀"].map((sign) => new TextEncoder().encode(sign).length);
  expectNumbers("tokens", "How many bytes", bytes);
  const lengths = ["hello", "HELLO", " hello"].map((text) => tokensOf(text).length);
  expectNumbers("tokens", "How many tokens is", lengths);
  const text = "the cat that sat at the mat had a hat that the other cat ate";
  const pairs = new Map<string, number>();
  for (const word of text.split(" ")) {
    for (let i = 1; i < word.length; i++) {
      const pair = `\`${word[i - 1]}\` and \`${word[i]}\``;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
  }
  const [most] = [...pairs].sort((a, b) => b[1] - a[1]);
  expect(answerOf("tokens", "The words are")).toBe(most[0]);
});

test("what LayerNorm does not mind", () => {
  const row = [3, -2, 8, 7]; // any
  const out = layernorm(row);
  expectNumbers("layernorm", "The weights are all 1", [mean(out), variance(out)]);
  const off = (other: number[]) => Math.max(...other.map((x, i) => Math.abs(x - out[i])));
  expect(off(layernorm(row.map((x) => 10 * x)))).toBeLessThan(1e-5);
  expect(off(layernorm(row.map((x) => x + 100)))).toBeLessThan(1e-12);
  expect(answerOf("layernorm", "Every input is multiplied by 10.")).toBe(
    "It is the same as before, both times",
  );
  expect(layernorm([5, 5, 5], 0.5)).toEqual([0.5, 0.5, 0.5]);
  expect(answerOf("layernorm", "All inputs of a row are equal")).toBe("The bias");
  expect(variance(layernorm(row.map((x) => x / 1000)))).toBeLessThan(0.8);
  expect(answerOf("layernorm", "Every input is multiplied by 0.001")).toBe("No, it is smaller");
});

test("what matmul does, and the best step of its check", () => {
  const [inp, identity, bias] = [floats(2, 3), floats(1, 0, 0, 1), floats(0, 0)];
  const out = new Float64Array(2);
  matmulForward(out, inp, identity, bias, 1, 1, 2, 2);
  expect(out).toEqual(inp);
  expect(answerOf("matmul", "There are as many outputs")).toBe("The input");
  matmulForward(out, floats(20, 30), identity, floats(1, 1), 1, 1, 2, 2);
  expect([...out]).toEqual([21, 31]);
  expect(answerOf("matmul", "Every input is multiplied by 10.")).toContain("the bias is not");
  const { choices = [] } = find("matmul", "Which step size");
  const offBy = (step: string) => errors[h.indexOf(Number(step.slice(1, -1)))];
  const best = choices.toSorted((a, b) => offBy(a) - offBy(b))[0];
  expect(answerOf("matmul", "Which step size")).toBe(best);
});

test("weights under a hand", () => {
  const tokens = [
    { q: [1, 0], k: [1, 0], v: [1, 1] },
    { q: [0, 2], k: [0, 1], v: [5, 2] },
    { q: [2, 0], k: [1, 1], v: [3, 9] },
    { q: [1, 3], k: [2, 0], v: [7, 4] },
  ]; // those of the cell
  const attend = (
    change: (token: { q: number[]; k: number[]; v: number[] }, t: number) => void,
  ) => {
    const inp = floats(
      ...structuredClone(tokens).flatMap((token, t) => {
        change(token, t);
        return [...token.q, ...token.k, ...token.v];
      }),
    );
    const [out, preatt, att] = [8, 16, 16].map((length) => new Float64Array(length));
    attentionForward(out, preatt, att, inp, 1, 4, 2, 1);
    return { inp, out: [...out], att: [...att] };
  };
  const before = attend(() => {});
  const evenly = attend((token) => token.q.fill(0));
  expect(evenly.att.slice(8, 12).map((a) => a.toFixed(4))).toEqual([
    "0.3333",
    "0.3333",
    "0.3333",
    "0.0000",
  ]);
  expect(evenly.out.slice(6)).toEqual([4, 4]);
  expect(answerOf("attention", "Set all four queries")).toContain("the mean of the values so far");
  const later = attend((token, t) => t === 3 && token.v.fill(100));
  expect(later.out.map((x, i) => x !== before.out[i]).indexOf(true)).toBe(6);
  expect(answerOf("attention", "Change the value of the last token")).toBe("The last one");
  const moved = attend(({ k }) =>
    k.forEach((x, i) => {
      k[i] = x + 5;
    }),
  );
  for (const [i, a] of moved.att.entries()) expect(a).toBeCloseTo(before.att[i], 12);
  expect(answerOf("attention", "Add (5, 5) to all four keys")).toBe("Nothing");
  const sharp = attend(({ q }) =>
    q.forEach((x, i) => {
      q[i] = 10 * x;
    }),
  );
  expect(Math.max(...sharp.att.slice(12))).toBeGreaterThan(0.99);
  expect(answerOf("attention", "Multiply all queries by 10")).toContain("nearly all");
  const [dinp, dpreatt, datt] = [24, 16, 16].map((length) => new Float64Array(length));
  const dout = floats(1, -2, 3, 4, 5, -6, 7, 8);
  attentionBackward(dinp, dpreatt, datt, dout, before.inp, floats(...before.att), 1, 4, 2, 1);
  expectNumbers("attention", "What is the gradient of the query", [Math.hypot(dinp[0], dinp[1])]);
});

test("GELU, sizes of sums, and one array for two", () => {
  const out = new Float64Array(5);
  geluForward(out, floats(0, 10, -10, 2, -2), 5);
  expectNumbers("gelu", "What is GELU of 0", [...out.slice(0, 3)]);
  expectNumbers("gelu", "Subtract GELU", [out[3] - out[4]]);
  expectNumbers("residual", "A vector of size 1", [Math.sqrt(1 + 1)]);
  expectNumbers("residual", "And after 24 such", [Math.sqrt(1 + 24)]);
  const [both, dout] = [new Float64Array(1), floats(3)];
  residualBackward(both, both, dout, 1);
  expect(both[0]).toBe(2 * 3);
  expect(answerOf("residual", "`dinp1` and `dinp2` are one")).toBe("Twice `dout`");
  const [same, dinp2] = [floats(3), new Float64Array(1)];
  residualBackward(same, dinp2, same, 1);
  expect([same[0], dinp2[0]]).toEqual([6, 6]);
  expect(answerOf("residual", "`dinp1` and `dout` are one")).toBe("Twice what they should, both");
});

test("probabilities and losses", () => {
  const real = 50_257 * Math.exp(-5);
  expectNumbers("softmax", "The padding rows", [(100 * 47) / (47 + real)]);
  for (const [i, p] of softmax(102, 101, 100).entries()) {
    expect(p).toBeCloseTo(softmax(2, 1, 0)[i], 12);
  }
  expect(softmax(20, 10, 0)[0]).toBeGreaterThan(0.999);
  expect(answerOf("softmax", "In the cell below, 100 is added")).toBe(
    "Nothing, and the largest takes nearly all",
  );
  const naive = [1000, 1].map(Math.exp).map((power, _, all) => power / (all[0] + all[1]));
  expect(answerOf("softmax", "One logit is 1000")).toBe(
    `${naive[0]} for it, and ${naive[1]} for the others`,
  );
  expectNumbers("crossentropy", "The model gave the target", losses(1 / 2, 1 / 4, 1 / 8));
  for (const logit of [0, 7]) {
    expect(losses(softmax(...Array(6).fill(logit))[0])[0]).toBeCloseTo(Math.log(6), 12);
  }
  expect(answerOf("crossentropy", "All logits of a row are 0")).toBe("$\\ln V$ both times");
  expect(losses(0)).toEqual([Infinity]);
  expect(answerOf("crossentropy", "The target had probability 0")).toBe("Infinite");
  expectNumbers("crossentropy", "Two positions", [Math.exp(mean([1, 3]))]);
});

test("how far AdamW goes", () => {
  const walk = (gradients: number[], weightDecay = 0) => {
    const [params, m, v] = [floats(1), floats(0), floats(0)];
    for (const [i, gradient] of gradients.entries()) {
      adamwUpdate(params, floats(gradient), m, v, i + 1, 0.1, 0.9, 0.95, 1e-8, weightDecay, 1);
    }
    return params[0] - 1;
  };
  const steps = [0.5, 500].flatMap((gradient) => [0.1 * gradient, -walk([gradient])]);
  expectNumbers(
    "adamw",
    "The gradient is 0.5",
    steps.map((step) => Number(step.toFixed(6))),
  );
  const signs = Array.from({ length: 100 }, (_, i) => (-1) ** i);
  expect(Math.abs(walk(signs))).toBeLessThan(0.03 * Math.abs(walk(signs.map(Math.abs))));
  expect(answerOf("adamw", "The gradient is 1, then -1")).toBe("Hardly anywhere");
  expect([walk([0, 0]), walk([0, 0], 0.1) < 0]).toEqual([0, true]);
  expect(answerOf("adamw", "The gradient of a parameter is always")).toBe("Not if it decays");
});

test("memory", () => {
  const parameters = countParameters(presets["gpt2-124M"]);
  expectNumbers(
    "one-block-of-memory",
    "How many bytes",
    [4, 16].map((bytes) => (bytes * parameters) / 2 ** 20),
  );
  const layer = (C: number) => 12 * C ** 2 + 13 * C;
  expectNumbers("one-block-of-memory", "If the number of channels", [layer(2 * 768) / layer(768)]);
  const { tensors = [] } =
    plans.find(({ name }) => name === "B = 4, T = 1024, attention kept") ?? {};
  const size = (...groups: string[]) =>
    tensors
      .filter(({ group }) => groups.includes(group))
      .reduce((sum, { shape, copies }) => sum + copies * shape.reduce((a, b) => a * b, 1), 0);
  expect(size("activations")).toBeGreaterThan(size("parameters", "gradients", "m", "v"));
  expect(answerOf("one-block-of-memory", "With B = 4 and T = 1024")).toBe("The activations");
  expect(answerOf("one-block-of-memory", "Which part of the model")).toBe("The MLPs");
});

test("a chain, a rounding, lanes, workgroups, words, the first loss", () => {
  const back = 400 * 600 + 600 * 800 + 800 * 1000;
  const on = (600 * 800 + 400 * 600 + 400) * 1000;
  expectNumbers("backward-through-everything", "A chain of four Jacobians has", [on / back]);
  const x = 1 + 2 ** -12;
  const left = [Math.fround(x * x) - (1 + 2 ** -11), Math.fround(x * x - (1 + 2 ** -11))];
  expect(left).toEqual([0, 2 ** -24]);
  expect(answerOf("onto-the-vectors", "$x = 1")).toBe("Nothing, then $2^{-24}$");
  expectNumbers("onto-the-vectors", "Three plain loops", [100 * (2 / 4 / 16)]);
  const groups = Math.ceil(1000 / 64);
  expectNumbers("onto-the-gpu", "There are 1,000 numbers", [groups, 64 * groups - 1000]);
  const logits = [2, 1, 0, -1, -2];
  expectNumbers(
    "sampling",
    "What do the probabilities become",
    softmax(...logits.map((z) => z / 0.5)).slice(0, 2),
  );
  expectNumbers("sampling", "`topK: 2`", softmax(2, 1));
  const [first, second] = softmax(...logits);
  const kept = [0.8, 0.6].map((topP) => (first >= topP ? 1 : first + second >= topP ? 2 : 3));
  expectNumbers("sampling", "`topP: 0.8`", kept);
  expectNumbers("training", "`tiny` knows 1,024", losses(1 / presets.tiny.V));
});

test("what RMSNorm minds, and where eps is", () => {
  const norm = (...inp: number[]) => {
    const [out, ones] = [new Float64Array(inp.length), new Float64Array(inp.length).fill(1)];
    rmsnormForward(out, floats(0), floats(...inp), ones, 1e-5, 1, 1, inp.length);
    return [...out];
  };
  const row = [1, -1, 7, 7];
  expectNumbers("rmsnorm", "A row is (1, −1, 7, 7)", [
    mean(row.map((x) => x * x)),
    norm(...row)[2],
  ]);
  for (const out of norm(...row.map((x) => x + 100))) expect(Math.abs(out - 1)).toBeLessThan(0.05);
  expect(answerOf("rmsnorm", "100 is added")).toBe("Four numbers near 1");
  expectNumbers("rmsnorm", "All inputs of a row are 5", [norm(5, 5, 5)[0]]);
  expectNumbers("rmsnorm", "All inputs of a row are 0.001", [norm(0.001, 0.001)[0]]);
});

test("turned pairs, distances alone, a hand that is slow", () => {
  const turn = (pair: number[], angle: number) => {
    const qkv = floats(...pair, ...pair, ...pair);
    ropeForward(qkv, floats(Math.cos(angle), Math.sin(angle)), 1, 1, 1, 1, 1, 2);
    return [...qkv.slice(0, 2)];
  };
  expectNumbers(
    "rope",
    "A pair holds (1, 0)",
    turn([1, 0], Math.PI / 2).map((x) => Math.round(1e12 * x) / 1e12),
  );
  expect(turn([3, 4], 0)).toEqual([3, 4]);
  expect(answerOf("rope", "What does RoPE do to the token at place 0")).toBe("Nothing");
  const score = (t: number, t2: number) =>
    [0.3, 0.01].reduce((sum, frequency) => {
      const [q, k] = [turn([1, 2], t * frequency), turn([0.5, 1.5], t2 * frequency)];
      return sum + q[0] * k[0] + q[1] * k[1];
    }, 0);
  expectNumbers(
    "rope",
    "A query at place 7",
    [(1.5 * score(1007, 1003)) / score(7, 3)].map(rounded),
  );
  const [hs, base] = [128, 10_000];
  const cis = ropeAngles(2, hs, base);
  const frequency = Math.atan2(cis[hs + hs / 2 + 63], cis[hs + 63]);
  expectNumbers("rope", "A head has 128 channels", [(2 * Math.PI) / frequency]);
  expect((4096 * frequency) / (2 * Math.PI)).toBeLessThan(1 / 13);
  expect(Math.hypot(...turn([3, 4], 1.1))).toBeCloseTo(5, 12);
  expect(answerOf("rope", "What happens to the length")).toBe("It stays the same");
});

test("gates that are half open, open, and of another sign; a width", () => {
  const gated = (gate: number, up: number) => {
    const out = floats(0);
    swigluForward(out, floats(gate, up), 1, 1, 1);
    return out[0];
  };
  expectNumbers("swiglu", "The gate is 0", [gated(0, 3), gated(20, 3)]);
  const [plus, minus] = [gated(1, 3), gated(-1, -3)];
  expect([plus.toFixed(2), minus.toFixed(2)]).toEqual(["2.19", "0.81"]);
  expect(answerOf("swiglu", "Gate and value both")).toBe("It keeps its sign and becomes smaller");
  expectNumbers("swiglu", "C is 768", [(8 / 3) * 768]);
});

test("heads that share, what a token takes, and how far a window reaches", () => {
  const [NH, NKV] = [32, 8];
  expectNumbers("grouped-query-attention", "A model has 32 heads", [
    NH / NKV,
    Math.floor(13 / (NH / NKV)),
  ]);
  expectNumbers("grouped-query-attention", "Llama 3 8B has 32 layers", [
    (2 * 32 * 8 * 128 * 2) / 1024,
  ]);
  // Two heads that share their keys and values, with different queries: different answers.
  const qkv = floats(0, 0, 0, 1, 3, -3, 1, 2); // two tokens: two queries, a key, a value each
  const [out, lse] = [new Float64Array(4), new Float64Array(4)];
  attentionGroupedForward(out, lse, qkv, Infinity, 1, 2, 2, 1, 1);
  expect(Math.abs(out[2] - out[3])).toBeGreaterThan(0.5);
  expect(answerOf("grouped-query-attention", "With one head of keys and values for all")).toMatch(
    /^No/,
  );
  expect(signatures.attentionGroupedForward.flops).not.toContain("NKV");
  expect(answerOf("grouped-query-attention", "Four heads of queries are to share")).toBe(
    "It stays the same",
  );
  const windowSize = 3;
  const once = (places: number[]) => places.flatMap((t) => [t, t - 1, t - 2].slice(0, windowSize));
  expectNumbers("grouped-query-attention", "A query sees 3 tokens", [
    -Math.min(...once(once([0]))),
  ]);
});

test("a width, a cache, and which change does most", async () => {
  const C = 768;
  expectNumbers("what-changed-since-gpt-2", "A gate needs a third matrix", [
    (2 * 4 * C * C) / (3 * C),
  ]);
  expectNumbers("what-changed-since-gpt-2", "Gemma 2B has 18 layers", [
    (2 * 2 * 18 * 1 * 256) / 1024,
  ]);
  const ablation: Ablation = JSON.parse(await readFile("src/recorded/ablation/tiny.json", "utf8"));
  expect(find("what-changed-since-gpt-2", "`tiny`, the smallest GPT-2").question).toContain(
    `for ${ablation.settings.steps} steps, with one part changed`,
  );
  const alone = variantNames.filter((name) => name !== "gpt2" && name !== "llama");
  const [least] = alone.toSorted(
    (a, b) => mean(lastLosses(ablation, a)) - mean(lastLosses(ablation, b)),
  );
  expect(answerOf("what-changed-since-gpt-2", "`tiny`, the smallest GPT-2")).toBe(
    variants[least].title,
  );
});

test("the lesson on counting: what knowing little costs, a count of one, and a row without a count", () => {
  const lesson = "counting-and-a-bigram";
  const uniform = (V: number) => losses(...new Array<number>(V).fill(1 / V))[0];
  expectNumbers(lesson, "A model gives each of 27 letters", [uniform(27), uniform(9)]);
  const V = 27;
  const [q, u, x] = [17, 21, 24];
  const counted = (alpha: number) => {
    const probs = new Float64Array(V * V);
    countPairs(probs, Int32Array.of(q), Int32Array.of(u), alpha, 1, V);
    return probs;
  };
  expectNumbers(lesson, "q was given once", [counted(1)[q * V + u], counted(0.1)[q * V + u]]);
  expect((26 / 28).toFixed(2)).toBe("0.93");
  const row = counted(0.1).subarray(x * V, (x + 1) * V);
  expect(Math.max(...row)).toBeCloseTo(1 / V, 12);
  expect(Math.min(...row)).toBeCloseTo(1 / V, 12);
  expect(answerOf(lesson, "x was never given")).toBe("Every letter is equally likely");
  expect(answerOf(lesson, "A table of logits may hold")).toMatch(/^No/);
});

test("the lesson on autograd: two paths, two modes, a tape that is walked twice, and bytes", () => {
  const lesson = "a-small-autograd-engine";
  expectNumbers(lesson, "$y = a", [3 + 1]);
  expect(answerOf(lesson, "A function has 3 inputs and 1,000 outputs")).toBe(
    "Forward mode, with 3",
  );
  const { once, again } = walkedTwice;
  expectNumbers(lesson, "In the sketch's graph", [again[1] / once[1]]);
  const bent = layerNames.indexOf("GELU");
  expectNumbers(lesson, "GELU made of the engine's operations", [
    tapeBytes[bent] / kernelBytes[bent],
  ]);
});

test("fewer bits: a tie, a sum that stops, a gradient that is saved, a block with one large value", () => {
  const lesson = "fewer-bits";
  // bfloat16's numbers from 256 to 512, as multiples of 2: 257 is half way, and the even multiple of the spacing is 256.
  const toBfloat16 = (x: number) => {
    const u = 2 ** (Math.floor(Math.log2(x)) - 7);
    const steps = x / u;
    const below = Math.floor(steps);
    const up = steps - below === 0.5 ? below % 2 === 1 : steps - below > 0.5;
    return (below + Number(up)) * u;
  };
  expectNumbers(lesson, "257 in bfloat16", [toBfloat16(257)]);
  let sum = 0;
  for (let n = 0; n < 5000; n++) sum = toBfloat16(sum + 1);
  expectNumbers(lesson, "A sum begins at 0", [sum]);
  expectNumbers(lesson, "A gradient is $2^{-30}$", [2 ** -24 / 2 ** -30]);
  const scale = 4 / 127;
  expect(scale.toFixed(4)).toBe("0.0315");
  expect([0.02, 0.01, -0.02].map((x) => Math.round(x / scale))).toEqual([1, 0, -1]);
  expect(answerOf(lesson, "A block of 32 values")).toMatch(/^They become −1, 0 or 1/);
});

test("accumulation and data parallel: a mean of means, a factor that AdamW hides, and what a ring sends", () => {
  const lesson = "accumulation-and-data-parallel";
  const parts = [[2, 1, 3], [6]];
  expectNumbers(lesson, "Four tokens have the losses", [mean(parts.map(mean)), mean(parts.flat())]);

  const firstUpdate = (gradient: number) => {
    const [params, m, v] = [floats(0), floats(0), floats(0)];
    adamwUpdate(params, floats(gradient), m, v, 1, 1e-3, 0.9, 0.95, 1e-8, 0, 1);
    return params[0];
  };
  const ratio = firstUpdate(4 * 0.01) / firstUpdate(0.01);
  expect(Math.abs(ratio - 1)).toBeLessThan(1e-5);
  expect(answerOf(lesson, "Somebody adds up")).toBe("Nearly what it should be");

  const megabytes = (4 * 124_439_808) / 1e6;
  expect(Math.round(megabytes)).toBe(498);
  expectNumbers(lesson, "GPT-2 124M's gradient", [2 * (7 / 8) * megabytes]);
  expect(Math.round(2 * (63 / 64) * megabytes)).toBe(980);
});

test("evaluation: bits per byte and perplexity of three tokens, and two models that perplexity ranks the other way", async () => {
  const lesson = "evaluation";
  const bits = [1 / 2, 1 / 4, 1 / 8].map((p) => -Math.log2(p));
  expectNumbers(lesson, "A model gives the three tokens", [(mean(bits) * 3) / 6]);
  expectNumbers(lesson, "The same three tokens", [2 ** mean(bits)]);
  const [characters, pairs] = held;
  const perByte = ({ nats, targets }: (typeof held)[number]) => nats * targets;
  expect(Math.exp(characters.nats)).toBeLessThan(Math.exp(pairs.nats));
  expect(perByte(pairs)).toBeLessThan(perByte(characters));
  expect(answerOf(lesson, "A model of characters")).toBe("This alone does not tell");
});

test("the losses of the ladder, and what six operations for each weight and token come to", async () => {
  const { ladder }: Scaling = JSON.parse(
    await readFile("src/recorded/scaling/characters.json", "utf8"),
  );
  const lesson = "scaling-laws-and-batch-size";
  const losses = ladder
    .filter(({ C, steps }) => C === 144 && steps === 1024)
    .map(({ loss }) => loss);
  expectNumbers(lesson, "The sixth model has 995,328 weights", [Number(mean(losses).toFixed(3))]);
  const after = [64, 96, 144].map((width) =>
    mean(
      ladder.filter(({ C, steps }) => C === width && steps === 1024).map(({ loss }) => loss),
    ).toFixed(3),
  );
  expect(find(lesson, "The sixth model has 995,328 weights").because).toContain(
    `from the fourth on, ${after[0]}, ${after[1]} and ${after[2]}`,
  );
  expectNumbers(lesson, "GPT-2 124M has 85 million weights", [(6 * 85e6 * 1e10) / 1e18]);
  expect(answerOf(lesson, "Twice as many texts in each batch")).toContain("it depends");
});

test("dropout: a number that is kept, its variance, and a mask of another step", () => {
  const lesson = "dropout";
  const [x, p] = [6, 0.25];
  expectNumbers(lesson, "A number is 6", [x / (1 - p), x]);
  const spread = p * x ** 2 + (1 - p) * (x / (1 - p) - x) ** 2;
  expectNumbers(lesson, "The same 6", [spread]);
  expect(Math.sqrt(spread).toFixed(1)).toBe("3.5");
  expect(answerOf(lesson, "The backward pass draws")).toMatch(/^That of another function/);
});

test("no number in a prediction is left unchecked, and every choice has a right one or leaves it to the machine", () => {
  const unchecked = predictions.filter((one) => one.numbers.length > 0 && !seen.has(one));
  expect(unchecked.map(({ question }) => question)).toEqual([]);
  const places = predictions.flatMap(({ choices, answer }) =>
    choices && answer !== undefined ? [answer] : [],
  );
  expect(new Set(places)).toEqual(new Set([0, 1, 2, 3]));
  for (const { choices = [""] } of predictions) expect(new Set(choices).size).toBe(choices.length);
  const open = predictions.filter(({ choices, answer }) => choices && answer === undefined);
  expect(open.map(({ lesson }) => lesson)).toEqual(["numbers-in-a-row", "matmul"]);
});

test("every guess that may be wrong has a reason of its own, in a sentence or a few", () => {
  expect(predictions.length).toBeGreaterThan(100);
  const all = predictions.flatMap(({ question, numbers, choices, answer, because }) => {
    const told = [because].flat();
    const wanted =
      choices && answer !== undefined
        ? choices.map((_, i) => i !== answer)
        : Array(Math.max(1, numbers.length)).fill(true);
    expect(
      told.map((text) => text !== ""),
      question,
    ).toEqual(wanted);
    return told.filter((text) => text !== "");
  });
  for (const text of all) {
    expect(text, text).toMatch(/^[A-Z0-9$`−].*\.$/);
    expect(text.length, text).toBeLessThan(190);
  }
  // The same words may be said of two choices of one question, and never of two questions.
  const questions = predictions.map(({ because }) => new Set([because].flat()));
  const told = questions.flatMap((of) => [...of].filter((text) => text !== ""));
  expect(told.filter((text, i) => told.indexOf(text) !== i)).toEqual([]);
});

test("the numbers in the reasons are computed", () => {
  const reasonOf = (lesson: string, begins: string) => [find(lesson, begins).because].flat().join();
  const said = (lesson: string, begins: string, ...numbers: (number | string)[]) => {
    for (const number of numbers) expect(reasonOf(lesson, begins)).toContain(String(number));
  };
  const point = (sign: string) => (sign.codePointAt(0) ?? 0).toLocaleString("en");
  said("tokens", "How many bytes", point("漢"), "2,047", "65,535");
  expect(
    [0x7ff, 0x800, 0xffff, 0x10000].map((c) => Buffer.from(String.fromCodePoint(c)).length),
  ).toEqual([2, 3, 3, 4]);
  const words = "the cat that sat at the mat had a hat that the other cat ate".split(" ");
  const withPair = (pair: string) => words.filter((word) => word.includes(pair)).length;
  expect(["th", "he", "ha"].map(withPair)).toEqual([6, 4, 4]);
  expect(new Set(words.filter((word) => word.includes("he")))).toEqual(new Set(["the", "other"]));
  expect(new Set(words.filter((w) => w.includes("ha")))).toEqual(new Set(["that", "had", "hat"]));
  said("layernorm", "All inputs of a row are equal", Math.round(1 / Math.sqrt(1e-5)));
  const [gelu, at] = [new Float64Array(2), floats(2, -2)];
  geluForward(gelu, at, 2);
  expect(2 - gelu[0]).toBeCloseTo(-gelu[1], 12);
  said("softmax", "The padding rows of", Math.round(Math.exp(5)), `${(4700 / 50304).toFixed(1)}%`);
  said("crossentropy", "Draw the loss", -Number(Math.log(0.5).toFixed(2)));
  said("crossentropy", "Two positions", mean([Math.E, Math.E ** 3]).toFixed(2));
  said(
    "onto-the-gpu",
    "There are 1,000 numbers",
    15 * 64,
    1000 - 15 * 64,
    (16 * 64).toLocaleString("en"),
  );
  said("sampling", "What do the probabilities become", (Math.E ** 2).toFixed(1), Math.E.toFixed(1));
  const three = softmax(2, 1, 0, -1, -2);
  said("sampling", "`topP: 0.8`", three[0].toFixed(3), (three[0] + three[1]).toFixed(3));
  said("scaling-laws-and-batch-size", "GPT-2 124M has 85 million weights", (85e6 * 1e10) / 1e18);
  said("evaluation", "The same three tokens", mean([2, 4, 8]).toFixed(2));
  const places = 10000 ** (126 / 128);
  said("rope", "A head has 128 channels", (10 * Math.round(places / 10)).toLocaleString("en"));
  const silu = (x: number) => x / (1 + Math.exp(-x));
  const sign = (x: number) => x.toFixed(2).replace("-", "−");
  said("swiglu", "Gate and value both change", sign(silu(1)), sign(silu(-1)));
  said("grouped-query-attention", "Llama 3 8B", (32 * 8 * 128 * 2) / 1024);
  said("what-changed-since-gpt-2", "Gemma 2B", (18 * 256 * 2) / 1024);
});
