// What the lesson about scaling states: of what its runs recorded, of operations, of the noise of a gradient.

import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { signatures } from "@llm.ts/kernels/layers.ts";
import { describe, expect, test } from "vitest";
import * as batches from "../../lessons/21-scaling-laws-and-batch-size/cells/batches.ts";
import * as fit from "../../lessons/21-scaling-laws-and-batch-size/cells/fit.ts";
import { shares } from "../../lessons/21-scaling-laws-and-batch-size/cells/flops.ts";
import * as ladder from "../../lessons/21-scaling-laws-and-batch-size/cells/ladder.ts";
import { scales } from "../../lessons/21-scaling-laws-and-batch-size/cells/noise.ts";
import {
  ladder as ladderRuns,
  noise,
  repeats,
} from "../../lessons/21-scaling-laws-and-batch-size/cells/recorded.ts";
import { curves, pieces } from "../../lessons/21-scaling-laws-and-batch-size/cells/repeats.ts";
import { noiseOf } from "../../lessons/21-scaling-laws-and-batch-size/noise/solution.ts";
import { noiseOf as biased } from "../../lessons/21-scaling-laws-and-batch-size/noise/start.ts";
import {
  bestOf,
  budgets,
  lossOf,
  sketch,
} from "../../lessons/21-scaling-laws-and-batch-size/sketch.ts";
import { percent } from "../../src/page/numbers.ts";
import { lossOfCounts } from "../../src/training/counts.ts";
import { charactersOf, tokenizerOf } from "../../src/training/tokenizers.ts";
import { decodeTokens, gpt2V } from "../../src/training/vocabulary.ts";
import { random } from "../random.ts";
import { load } from "../reference.ts";
import { english, textOf } from "./text.ts";

const text = await textOf("21-scaling-laws-and-batch-size");

describe("operations", () => {
  test("matrices take 6 for each weight and token, attention (T + 1) / 12 C of that", () => {
    for (const { N, matrices, attention, rule } of shares) {
      expect(matrices).toBe(rule);
      const [L, C] = { 6144: [2, 16], 82944: [3, 48], 995328: [4, 144] }[N] as number[];
      expect(12 * L * C * C).toBe(N);
      expect(attention / rule).toBeCloseTo((64 + 1) / (12 * C), 12);
    }
    expect(signatures.matmulForward.flops).toBe("2*B*T*C*OC");
    expect(signatures.attentionForward.flops).toBe("2*B*T*(T+1)*C");
    const { L, C, V, maxT } = presets["gpt2-124M"];
    const [ofClassifier, ofAttention] = [V / (12 * L * C), (maxT + 1) / (12 * C)];
    expect(text).toContain(`${percent(ofClassifier)} and ${percent(ofAttention)}; in the narrow`);
    const [{ classifier, rule }] = shares;
    expect(classifier / rule).toBeCloseTo(1 / 3, 2); // "up to a third"
  });
});

describe("the sketch", () => {
  test("has its lowest places near 20 tokens for each weight, and Chinchilla's among them", () => {
    expect(sketch.start.budget).toBe(budgets.length - 1); // "Choose a smaller budget"
    for (const [budget, { operations }] of budgets.entries()) {
      const N = 10 ** bestOf(budget).power;
      const ratio = operations / 6 / N / N;
      expect(ratio).toBeGreaterThan(17);
      expect(ratio).toBeLessThan(25);
    }
    // At 6e23 the formula of Besiroglu et al. has its lowest place at G (C/6)^a, worked out by hand.
    const [A, B, alpha, beta] = [482.01, 2085.43, 0.3478, 0.3658];
    const G = ((alpha * A) / (beta * B)) ** (1 / (alpha + beta));
    const N = G * (6e23 / 6) ** (beta / (alpha + beta));
    expect(bestOf(2).power).toBeCloseTo(Math.log10(N), 2);
    expect(lossOf(70e9, 1.4e12)).toBeLessThan(lossOf(280e9, 300e9));
    for (const [N, D] of [
      [70e9, 1.4e12],
      [280e9, 300e9],
    ]) {
      expect(Math.abs((6 * N * D) / 6e23 - 1)).toBeLessThan(0.17); // about the largest of the budgets
    }
  });

  test("says which side of the lowest place one is on", () => {
    expect(sketch.says({ power: 12, budget: 2 })).toContain("with too many weights");
    expect(sketch.says({ power: 9, budget: 2 })).toContain("with too few weights");
    expect(sketch.says(bestOf(1))).toContain("This is the lowest place");
  });

  test("point stays in the drawing, with every budget and at both ends", () => {
    const ends = budgets.map((_, budget) => {
      const state = sketch.choices?.({ power: 13, budget: 2 })[0].set(budget) ?? sketch.start;
      const { min = 0, max = 0 } = sketch.handles(state)[0].x ?? {};
      expect(state.power).toBe(max); // where the largest model is beyond a smaller budget, it is the largest that is not
      for (const power of [min, max]) {
        const [{ cy }] = sketch.handles({ power, budget });
        expect(cy).toBeGreaterThanOrEqual(26); // a loss of 4
        expect(cy).toBeLessThan(196);
      }
      return max;
    });
    // A tenth more is beyond a loss of 4, but for the largest budget, which ends with the drawing.
    expect(ends[2]).toBe(13);
    for (const budget of [0, 1]) {
      const N = 10 ** (ends[budget] + 0.1);
      expect(lossOf(N, budgets[budget].operations / 6 / N)).toBeGreaterThan(4);
    }
  });
});

/** The mean loss of a size after so many steps. */
function lossAt(N: number, steps: number): number {
  const at = ladder.N.findIndex(
    (one, i) => one === N && Math.abs(ladder.operations[i] / (6 * N * 256 * steps) - 1) < 1e-9,
  );
  expect(at).toBeGreaterThanOrEqual(0);
  return ladder.loss[at];
}

describe("the ladder", () => {
  test("more steps help every size", () => {
    for (let i = 1; i < ladder.N.length; i++) {
      if (ladder.N[i] === ladder.N[i - 1]) expect(ladder.loss[i]).toBeLessThan(ladder.loss[i - 1]);
    }
  });

  test("for the same arithmetic the smaller model is ahead", () => {
    for (const [i, N] of ladder.N.entries()) {
      for (const [j, M] of ladder.N.entries()) {
        if (M <= N || ladder.operations[j] > ladder.operations[i]) continue;
        expect(ladder.loss[j], `${M} against ${N}`).toBeGreaterThan(ladder.loss[i]);
      }
    }
  });

  test("the shoulder is at the loss of a table of pairs", async () => {
    const source = JSON.parse(Buffer.from(await load("data/source.json")).toString());
    if (source.title !== "Tiny Shakespeare") return; // the text could not be fetched here
    const [train, validation] = await Promise.all(
      ["train", "val"].map(async (part) =>
        decodeTokens(readTokens(await load(`data/tiny_shakespeare_${part}.bin`)), gpt2V),
      ),
    );
    const { V, encode } = tokenizerOf(charactersOf(train + validation, true), gpt2V);
    const [read, guessed] = [train, validation].map((one) => encode(one, { separators: true }));
    const loss = lossOfCounts(read, guessed, 256 * 64, 1, V);
    expect(text).toContain(`shoulder near ${loss.toFixed(2)}`);
  });
});

describe("the fit", () => {
  test("is of the losses after 1,024 steps, which the text gives", () => {
    expect(fit.N).toHaveLength(6);
    for (const [i, N] of fit.N.entries()) expect(lossAt(N, 1024)).toBe(fit.loss[i]);
    const row = fit.loss.slice(0, 5).map((loss) => loss.toFixed(3));
    expect(text).toContain(`| Loss | ${row.join(" | ")} |`);
    expect(text).toContain(`gained ${(fit.loss[4] - fit.loss[5]).toFixed(3)}`);
    const last = ladderRuns.filter(([, C, steps]) => C === 144 && steps === 1024);
    expect(Math.abs(last[0][4] - last[1][4]).toFixed(3)).toBe("0.005");
  });

  test("is off by 0.04 at most, and by 0.016 for the sixth; every floor up to 2.25 does about as well", () => {
    expect(fit.E).toBe(2);
    for (const off of fit.off.slice(0, 5)) expect(Math.abs(off)).toBeLessThan(0.04);
    expect(fit.off[5].toFixed(3)).toBe("0.016");
    const seeds = ladderRuns.filter(([, C, steps]) => C === 48 && steps === 1024);
    expect(Math.abs(seeds[0][4] - seeds[1][4]).toFixed(2)).toBe("0.04");
    // The same by another way: a line through ln(loss - E) by the difference quotients of all pairs, weighted by their squared length.
    const alphas = [0, 2.25].map((E) => {
      const [x, y] = [
        fit.N.slice(0, 5).map(Math.log),
        fit.loss.slice(0, 5).map((l) => Math.log(l - E)),
      ];
      let [above, below] = [0, 0];
      for (const i of x.keys()) {
        for (const j of x.keys()) {
          above += (x[i] - x[j]) * (y[i] - y[j]);
          below += (x[i] - x[j]) ** 2;
        }
      }
      return -above / below;
    });
    expect(alphas.map((alpha) => alpha.toFixed(2))).toEqual(["0.02", "0.34"]);
    const fitted = [0, 1, 1.5, 2, 2.2, 2.25].map((E) => fit.fitAt(E).rms);
    expect(Math.max(...fitted) / Math.min(...fitted)).toBeLessThan(1.2);
    // "three of the same models"
    for (const N of fit.N.slice(1, 4)) expect(lossAt(N, 2048)).toBeLessThan(2.2);
    expect(lossAt(fit.N[0], 2048)).toBeGreaterThan(2.2);
  });
});

describe("a text that ends", () => {
  test("is learned by heart in 64 readings, and is as good as new in four", () => {
    expect(pieces).toEqual([4096, 16_384, 65_536, 262_144]);
    const last = curves.map((curve) => curve[curve.length - 1]);
    expect(last[0].toFixed(2)).toBe("6.77");
    expect(last[0]).toBeGreaterThan(Math.log(66)); // "more than knowing nothing would cost"
    const lowest = curves[0].indexOf(Math.min(...curves[0]));
    expect(((lowest + 1) * 64 * 256) / 4096).toBe(8); // "after eight readings"
    expect(repeats[0][2].toFixed(2)).toBe("0.05");
    expect(last[1]).toBeGreaterThan(Math.min(...curves[1])); // "has just turned"
    expect((last[3] - last[2]).toFixed(2)).toBe("0.05");
    expect(new Set(repeats.map(([, seed]) => seed)).size).toBe(1); // "this is one seed"
    const weights = english(Math.round(1_015_151 / 20 / 1e4) * 1e4); // 20 characters for each
    expect(text).toContain(`the plays would do for a model of ${weights} weights`);
  });
});

describe("the batch", () => {
  test("takes the steps that the text tells of", () => {
    expect(batches.B).toEqual([1, 2, 4, 8, 16, 32, 64]);
    const { steps, rate, scale, fewest, lowest, highest } = batches;
    expect(text).toContain(
      `a noise scale of ${scale.toFixed(0)} texts and ${fewest.toFixed(0)} steps`,
    );
    for (const [i, B] of batches.B.entries()) {
      expect(Math.abs(Math.log(steps[i] / (fewest * (1 + scale / B))))).toBeLessThan(0.2);
    }
    expect(steps[1] / steps[0]).toBeCloseTo(0.5, 1);
    expect(steps[6] / steps[5]).toBeCloseTo(0.74, 2); // "by a quarter"
    expect(Math.round(steps[0] / 1000) * 1000).toBe(2000);
    expect(Math.round((64 * steps[6]) / 100) * 100).toBe(7500);
    expect([rate[0], rate[5], rate[6]]).toEqual([0.004, 0.032, 0.032]);
    expect(rate[4]).toBeLessThan(rate[3]); // "a step back at 16"
    expect([lowest[2], highest[2]]).toEqual([556, 1110]);
  });

  test("and its noise was measured as the text says", () => {
    const measured = (step: number) =>
      noise
        .filter((run) => run[0] === step)
        .map(([, , , one, big]) => (one - big) / (1 - 1 / 64) / ((64 * big - one) / 63));
    expect(measured(16).map(Math.round)).toEqual([1, 4]);
    expect(measured(1024).map(Math.round)).toEqual([34, 29]);
    const between = [64, 256, 512].flatMap(measured).map(Math.round);
    expect([Math.min(...between), Math.max(...between)]).toEqual([9, 53]);
    expect(scales).toHaveLength(5);
    expect(scales[4] / scales[0]).toBeGreaterThan(5); // "many times as large"
  });

  test("both estimates are right on average, and those of the bug are not", () => {
    const [n, P, runs] = [4, 3, 20_000];
    const drawn = random(n * P * runs, 3, 3);
    const G = [1, -0.5, 0.25];
    const sums = { right: [0, 0], wrong: [0, 0] };
    const gradients = new Float64Array(n * P);
    for (let run = 0; run < runs; run++) {
      for (let i = 0; i < n * P; i++) gradients[i] = G[i % P] + drawn[run * n * P + i];
      for (const [name, estimate] of [
        ["right", noiseOf],
        ["wrong", biased],
      ] as const) {
        const out = new Float64Array(2);
        estimate(out, gradients, n, P);
        for (const k of [0, 1]) sums[name][k] += out[k] / runs;
      }
    }
    const [length, noise] = [1 + 0.25 + 0.0625, P * (6 ** 2 / 12)]; // a uniform number over 6 has the variance 6^2 / 12
    expect(sums.right[0]).toBeCloseTo(length, 1);
    expect(sums.right[1]).toBeCloseTo(noise, 1);
    expect(sums.wrong[0]).toBeCloseTo(length + noise / n, 1);
    expect(sums.wrong[1]).toBeCloseTo(noise * (1 - 1 / n), 1);
  });
});

test("the other figures of the text", () => {
  const { L, C } = presets["gpt2-124M"];
  const weights = Math.round((12 * L * C ** 2) / 1e6);
  expect(text).toContain(`GPT-2 124M has ${weights} million weights in the matrices of its layers`);
  const training = (6 * weights * 1e6 * 1e10) / 1e18;
  expect(text).toContain(`number={${training.toFixed(1)}}`);
  expect(text).toContain(`10^{10} = ${training.toFixed(1)} \\cdot 10^{18}$`);
  expect(Math.round((training * 1e18) / 20e9 / (365 * 24 * 3600))).toBe(8);
  expect(text).toContain("A processor that does 20 billion operations a second takes eight years.");

  const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
  const operations = sum(ladder.operations);
  expect(text).toContain(`come to $${(operations / 1e12).toFixed(1)} \\cdot 10^{12}$ operations`);
  const largest = Math.max(...ladder.N);
  const ofLargest = sum(ladder.operations.filter((_, i) => ladder.N[i] === largest));
  const share = ((100 * ofLargest) / operations).toFixed(0);
  expect(text).toContain(`the two runs of the largest model are ${share} % of that`);
  expect(ladder.N.filter((N) => N === largest)).toHaveLength(2);
  const characters = 1024 * 256;
  expect(text).toContain(`1,024 steps are ${english(characters)} characters`);
  expect(Math.round((4 * characters) / largest)).toBe(1);
  expect(text).toContain("has read a quarter of a character for each of its weights");

  const bracket = (B: number) => (1 + 20 / B).toFixed(2);
  expect(text).toContain("Your noise scale is 20 texts, and you train with batches of 256.");
  expect(text).toContain(`The bracket goes from ${bracket(256)} to ${bracket(512)}.`);
});
