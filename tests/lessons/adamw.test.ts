// Facts that the lesson on AdamW states in its prose and that none of its cells prints.

import { readFile } from "node:fs/promises";
import { adamwUpdate } from "@llm.ts/kernels/adamw/adamw.ts";
import { clipGradients, gradientSquares } from "@llm.ts/kernels/clip/clip.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import {
  countParameters,
  parameterLength,
  parameterNames,
  parameterTable,
} from "@llm.ts/kernels/gpt2/parameters.ts";
import { decays } from "@llm.ts/kernels/model/parameters.ts";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import { expect, test } from "vitest";
import { decoupled, l2 } from "../../lessons/12-adamw/cells/decay.ts";
import { constant, cosine } from "../../lessons/12-adamw/cells/minimum.ts";
import { trace } from "../../lessons/12-adamw/cells/trace.ts";
import {
  adamw,
  curvature,
  momentum,
  rates,
  sgd,
  start,
  steps,
} from "../../lessons/12-adamw/cells/valley.ts";
import { loadReference } from "../reference.ts";

const config = presets["gpt2-124M"];
const N = countParameters(config);
const MiB = 2 ** 20;
const { beta1, beta2, eps, weightDecay } = defaultOptimiser;

/** How far each step of AdamW moves one parameter that has the given gradients. */
function walk(gradients: number[], lr: number, betas = [beta1, beta2], decay = 0): number[] {
  const [params, m, v] = [new Float64Array(1), new Float64Array(1), new Float64Array(1)];
  return gradients.map((grad, k) => {
    const before = params[0];
    const grads = Float64Array.of(grad);
    adamwUpdate(params, grads, m, v, k + 1, lr, betas[0], betas[1], eps, decay, 1);
    return params[0] - before;
  });
}

test("GPT-2 has 124,475,904 parameters with its padding; the settings are those of the table", () => {
  expect(N).toBe(124_475_904);
  expect([beta1, beta2, eps, weightDecay, defaultOptimiser.maxNorm]).toEqual([
    0.9, 0.95, 1e-8, 0.1, 1,
  ]);
});

test("below 0.02, SGD needs more than 34 steps to halve the distance along the valley", () => {
  expect(curvature).toEqual([1, 100]);
  expect(2 / curvature[1]).toBe(0.02);
  expect(Math.log(0.5) / Math.log(1 - 0.02)).toBeGreaterThan(34);
  expect(Math.log(0.5) / Math.log(1 - 0.02)).toBeLessThan(35);
});

/** The losses after all steps, one for each learning rate. */
function losses(path: Float64Array): number[] {
  return rates.map((_, k) => {
    const [x, y] = path.subarray(((k + 1) * (steps + 1) - 1) * 2);
    return (curvature[0] * x * x + curvature[1] * y * y) / 2;
  });
}

test("in the valley SGD never gets below 1; momentum and AdamW do, with the learning rates and losses that are named", () => {
  expect(steps).toBe(60);
  const range = (path: Float64Array) => {
    const all = losses(path);
    const good = rates.filter((_, k) => all[k] < 1);
    return [good.at(0), good.at(-1), Math.min(...all)].map((x) => x && Number(x.toPrecision(2)));
  };
  expect(range(sgd).slice(0, 2)).toEqual([undefined, undefined]);
  expect(range(momentum)).toEqual([0.032, 0.32, 0.046]);
  expect(range(adamw)).toEqual([0.13, 1, 0.11]);
  // Every learning rate between them, too.
  expect(losses(adamw).filter((loss) => loss < 1)).toHaveLength(10);
  expect(losses(momentum).filter((loss) => loss < 1)).toHaveLength(11);
  expect(rates.at(-1)).toBe(1);
  // The largest with which SGD does not fly off is just below 0.02.
  const stays = rates.filter((_, k) => losses(sgd)[k] < 100);
  expect(stays.at(-1)).toBeLessThan(0.02);
});

/** AdamW's best loss and distance over all learning rates, in a valley that lies at an angle, and its path at the last. */
function descend(angle: number, across: number): { best: number; nearest: number; path: number[] } {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  let path: number[] = [];
  let nearest = Infinity;
  const all = rates.map((lr) => {
    const params = Float64Array.of(
      start[0] * cos - start[1] * sin,
      start[0] * sin + start[1] * cos,
    );
    const [m, v] = [new Float64Array(2), new Float64Array(2)];
    const inValley = () => [params[0] * cos + params[1] * sin, params[1] * cos - params[0] * sin];
    path = [];
    for (let t = 1; t <= steps; t++) {
      const [x, y] = inValley();
      const grads = Float64Array.of(x * cos - across * y * sin, x * sin + across * y * cos);
      adamwUpdate(params, grads, m, v, t, lr, beta1, beta2, eps, 0, 2);
      path.push(...inValley());
    }
    const [x, y] = inValley();
    nearest = Math.min(nearest, Math.hypot(x, y));
    return (x * x + across * y * y) / 2;
  });
  return { best: Math.min(...all), nearest, path };
}

test("AdamW's path does not depend on the steepness across the valley, but on its angle", () => {
  const straight = descend(0, 100);
  expect(straight.best).toBeCloseTo(Math.min(...losses(adamw)), 12);
  const steep = descend(0, 10_000);
  for (const [k, x] of straight.path.entries()) expect(steep.path[k]).toBeCloseTo(x, 6);
  expect(steep.nearest).toBeLessThan(0.2);
  expect(descend(Math.PI / 4, 10_000).nearest).toBeGreaterThan(7);
  expect(Math.hypot(...start).toFixed(0)).toBe("8");
});

test("with a gradient of 0.5, or of 500, AdamW moves by lr in every step", () => {
  for (const grad of [0.5, 500]) {
    for (const moved of walk([grad, grad, grad, grad], 0.1)) expect(moved).toBeCloseTo(-0.1, 6);
  }
});

test("where gradients change their sign from step to step, only the first step is long", () => {
  const [first, ...others] = walk(
    Array.from({ length: 20 }, (_, k) => (k % 2 ? -1 : 1)),
    0.1,
  );
  expect(first).toBeCloseTo(-0.1, 6);
  for (const moved of others) expect(Math.abs(moved)).toBeLessThan(0.04);
});

test("gradients 4,096 times too small make next to no difference to AdamW, but are not clipped", () => {
  const gradients = Array.from({ length: 30 }, (_, k) => Math.sin(5 * k));
  const small = walk(
    gradients.map((g) => g / 4096),
    0.1,
  );
  for (const [k, moved] of walk(gradients, 0.1).entries()) expect(small[k]).toBeCloseTo(moved, 4);
  const clipped = (scale: number) => {
    const grads = Float64Array.of(3 * scale, 4 * scale);
    const sum = new Float64Array(1);
    gradientSquares(sum, grads, 2);
    clipGradients(grads, sum, 1, 2);
    return Math.hypot(...grads) / (5 * scale);
  };
  expect(clipped(1)).toBeCloseTo(0.2, 5);
  expect(clipped(1 / 4096)).toBe(1);
});

test("a gradient counts half after 7 or 14 steps, a hundredth after 44 or 90", () => {
  const after = (share: number, beta: number) => Math.log(share) / Math.log(beta);
  expect(Math.round(after(0.5, 0.9))).toBe(7);
  expect(Math.round(after(0.5, 0.95))).toBe(14);
  expect(Math.round(after(0.01, 0.9))).toBe(44);
  expect(Math.round(after(0.01, 0.95))).toBe(90);
});

test("without corrections the first step is 0.45 lr, or 3.16 with PyTorch's betas, and 200 steps on twice too long", () => {
  expect((0.1 / Math.sqrt(0.05)).toFixed(2)).toBe("0.45");
  expect((0.1 / Math.sqrt(0.001)).toFixed(2)).toBe("3.16");
  expect(Math.sqrt(0.05).toFixed(3)).toBe("0.224");
  expect((1 - 0.9 ** 200) / Math.sqrt(1 - 0.999 ** 200)).toBeGreaterThan(2);
});

test("no step is longer than 1.17 lr for our betas, or 7.3 lr for PyTorch's", () => {
  // The root of the sum of squared shares of m over shares of v, both corrected, after t steps.
  const bound = (t: number, beta1: number, beta2: number) => {
    const corrected = (1 - beta2 ** t) / (1 - beta1 ** t) ** 2;
    let sum = 0;
    for (let k = 1; k <= t; k++) {
      sum += ((1 - beta1) ** 2 / (1 - beta2)) * (beta1 ** 2 / beta2) ** (t - k) * corrected;
    }
    return Math.sqrt(sum);
  };
  const steps = Array.from({ length: 20_000 }, (_, k) => k + 1).filter(
    (t) => t < 300 || t % 500 === 0,
  );
  const largest = (beta2: number) => Math.max(...steps.map((t) => bound(t, 0.9, beta2)));
  expect(largest(beta2)).toBeLessThan(1.17);
  expect(largest(beta2)).toBeGreaterThan(1.16);
  expect(largest(0.999).toFixed(1)).toBe("7.3");
  // It is reached by gradients in proportion to (beta1 / beta2)^(t - k): a long calm, then one that is large.
  const worst = Array.from({ length: 5000 }, (_, k) => (0.9 / 0.999) ** (4999 - k));
  expect(-(walk(worst, 1, [0.9, 0.999]).at(-1) as number)).toBeGreaterThan(7);
  expect(constant.longest).toBeLessThan(1.17);
});

test("the example by hand", () => {
  const [m, v] = [0.9 * 0.05 - 0.1 * 0.5, 0.99 * 0.0025 + 0.01 * 0.25];
  expect(m).toBeCloseTo(-0.005, 12);
  expect(v).toBeCloseTo(0.004975, 12);
  expect([1 - 0.9 ** 2, 1 - 0.99 ** 2].map((x) => x.toFixed(4))).toEqual(["0.1900", "0.0199"]);
  expect((m / 0.19).toFixed(4)).toBe("-0.0263");
  expect(v / 0.0199).toBeCloseTo(0.25, 12);
  const [first, second] = [0.99 - 0.1, (0.99 - 0.1) * 0.99 + (0.1 * 0.005) / 0.19 / 0.5];
  expect([first, second].map((x) => x.toFixed(4))).toEqual(["0.8900", "0.8864"]);
  expect(((0.1 * 0.005) / 0.19 / 0.5).toFixed(4)).toBe("0.0053");
});

test("decay apart is the same for all; in the gradient the scale decides", () => {
  const alone = (1 - 0.001 * 0.1) ** 3000;
  for (const param of decoupled) expect(param).toBeCloseTo(alone, 2);
  expect(l2[3]).toBeGreaterThan(0.95);
  expect(l2[0]).toBeLessThan(0.01);
});

test("121,344 parameters do not decay, a tenth of a percent; both embeddings do", () => {
  const vectors = parameterNames.filter((name) => !decays(parameterTable, name, config));
  const count = vectors.reduce((sum, name) => sum + parameterLength(name, config), 0);
  expect(count).toBe(121_344);
  expect(((100 * count) / N).toFixed(1)).toBe("0.1");
  expect(decays(parameterTable, "wte", config) && decays(parameterTable, "wpe", config)).toBe(true);
});

test("decay before the step or after it differs by lr^2 times weightDecay, most in the case without memory", async () => {
  const cases = await loadReference("adamw");
  const products = cases.map(({ name, sizes }) => ({
    name,
    size: sizes.lr ** 2 * sizes.weightDecay,
  }));
  products.sort((a, b) => b.size - a.size);
  expect(products[0].name).toBe("no_memory");
  expect(products[0].size).toBeGreaterThan(3e-5); // seen beside a tolerance of 1e-5 and numbers up to 2
  expect(products[1].size).toBeLessThan(1.1e-5);
});

test("the gradient of parameter 2 is 0 in every step of every case, and no other's is", async () => {
  for (const { name, sizes, floats } of await loadReference("adamw")) {
    const grads = floats("grads"); // (steps, N)
    const zeros = Array.from(grads.keys()).filter((k) => grads[k] === 0);
    expect(new Set(zeros.map((k) => k % sizes.N)), name).toEqual(new Set([2]));
    expect(zeros, name).toHaveLength(sizes.steps);
  }
});

test("the minimum is found four times as near with a schedule, and a step is about lr at most", () => {
  expect(constant.distance / cosine.distance).toBeGreaterThan(3.5);
  expect(constant.distance / cosine.distance).toBeLessThan(4.5);
  for (const { longest } of [constant, cosine]) {
    expect(longest).toBeGreaterThan(0.95);
    expect(longest).toBeLessThan(1.05);
  }
});

test("after a gradient a hundred times the usual, m is above it for twenty steps, v for many more", () => {
  const m = (k: number) => (1 - beta1) * 100 * beta1 ** k;
  const v = (k: number) => (1 - beta2) * 100 ** 2 * beta2 ** k;
  expect(m(20)).toBeGreaterThan(1);
  expect(m(25)).toBeLessThan(1);
  expect(v(100)).toBeGreaterThan(1);
});

test("16 bytes for each parameter are 1,899 MiB; a step moves 28, 2.2 ms of an A100", () => {
  expect(Math.round((16 * N) / MiB)).toBe(1899);
  expect(((28 * N) / 1.56e12).toFixed(4)).toBe("0.0022");
  expect((2 + 4) * 4 * 1024).toBe(24_576);
});

test("the kernel does 3 + 4 + 5 + 3 operations for each parameter", async () => {
  const file = new URL("../../kernels/adamw/adamw.ts", import.meta.url);
  const source = (await readFile(file, "utf8")).replaceAll(/\/\/.*/g, "");
  const loop = source.split("for (let i = 0; i < N; i++) {")[1].split("}")[0];
  const lines = loop.split(";").map((line) =>
    line
      .replaceAll(/\[i\]/g, "")
      .replaceAll(/\(1 - beta[12]\)/g, "rest") // the same for all parameters
      .replaceAll("Math.sqrt", "√"),
  );
  const counts = lines.map((line) => line.match(/[-+*/√]/g)?.length ?? 0);
  expect(counts.filter((count) => count > 0)).toEqual([3, 4, 5, 3]);
});

test("in float32, 1 - 0.999 is off by one part in 78,000, two hundred times more than float32 has to be", () => {
  const difference = Math.fround(1 - Math.fround(0.999));
  const part = 0.001 / Math.abs(difference - 0.001);
  expect(Math.round(part / 1000)).toBe(78);
  expect(Math.round(2 ** 24 / part / 100)).toBe(2);
});

test("both parameters of the trace end 0.1 from where they began", () => {
  const last = trace.steps.filter(({ write }) => write.array === "params");
  expect(last.map(({ write, before }) => (write.value - before).toFixed(3))).toEqual([
    "-0.100",
    "0.100",
  ]);
});

test("of the cases' sizes, 8 alone is cut into fours, and of the clipped ones none", async () => {
  const sizes = (await loadReference("adamw")).map((one) => one.sizes.N);
  expect(sizes.filter((size) => size % 4 === 0)).toEqual([8]);
  for (const { sizes } of await loadReference("clip")) {
    expect((sizes.N1 + sizes.N2 + sizes.N3) % 4).not.toBe(0);
  }
});
