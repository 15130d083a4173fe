// The engine of the lesson on autograd, held to PyTorch, and what the lesson states in its prose.

import { crossentropySoftmaxBackward } from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import { expect, test, vi } from "vitest";
import { differences } from "../../lessons/15-a-small-autograd-engine/cells/agree.ts";
import { costs } from "../../lessons/15-a-small-autograd-engine/cells/cost.ts";
import { wholeBackward } from "../../lessons/15-a-small-autograd-engine/cells/gpt2.ts";
import { layernormBackward } from "../../lessons/15-a-small-autograd-engine/cells/layernorm.ts";
import { forward, reverse } from "../../lessons/15-a-small-autograd-engine/cells/modes.ts";
import { twice } from "../../lessons/15-a-small-autograd-engine/cells/play.ts";
import {
  add,
  affine,
  backward,
  exp,
  gather,
  leaf,
  log,
  matmul,
  mul,
  pow,
  sum,
  type Tape,
  tanh,
  type Value,
} from "../../lessons/15-a-small-autograd-engine/engine.ts";
import { crossentropy, gelu, layernorm } from "../../lessons/15-a-small-autograd-engine/layers.ts";
import { leafBackward as cleared } from "../../lessons/15-a-small-autograd-engine/mend/start.ts";
import { sketch } from "../../lessons/15-a-small-autograd-engine/sketch.ts";
import { prepareCalls } from "../../src/cells/calls.ts";
import { checks } from "../../src/cells/checks.ts";
import { grade } from "../../src/cells/grader.ts";
import { readCases } from "../../src/cells/reference.ts";
import { load, loadReference } from "../reference.ts";
import { textOf } from "./text.ts";

const text = await textOf("15-a-small-autograd-engine");

/** What the page says of a function that is called on PyTorch's inputs. */
async function verdictOf(name: string, run: (...args: never[]) => void) {
  const check = checks[name];
  const calls = prepareCalls(
    check,
    readCases(await load(`reference/${check.reference}.safetensors`)),
  );
  const results = calls.map(({ args }) =>
    args.map((one) => (ArrayBuffer.isView(one) ? one.slice() : one)),
  );
  for (const args of results) run(...(args as never[]));
  return grade(calls, results);
}

/** Hands dout back through what a tape computes. */
function pull(dout: Float32Array, layer: (tape: Tape) => Value): void {
  const tape: Tape = [];
  const out = layer(tape);
  backward(tape, sum(tape, mul(tape, out, leaf(dout, out.R, out.C)), 1));
}

test("all 16 gradients of both GPT-2s are PyTorch's, as the cell says", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const { says } = await verdictOf("wholeBackward", wholeBackward);
  log.mockRestore();
  expect(says).toMatch(/^All [\d,]+ numbers agree with PyTorch, in 2 sets/);
});

test("LayerNorm from the tape passes the kernel's check, as the cell says", async () => {
  const { passed, says } = await verdictOf("layernormBackward", layernormBackward);
  expect({ passed, says }).toMatchObject({ passed: true });
});

test("GELU and the loss from the tape pass the kernels' checks", async () => {
  const bent = await verdictOf(
    "geluBackward",
    (dinp: Float32Array, dout: Float32Array, inp: Float32Array, N: number) =>
      pull(dout, (tape) => gelu(tape, leaf(inp, 1, N, dinp))),
  );
  expect(bent).toMatchObject({ passed: true });
  for (const { sizes, floats, ints } of await loadReference("crossentropy")) {
    const { B, T, V, Vp } = sizes;
    const [logits, dlogits] = [floats("logits"), new Float32Array(B * T * Vp)];
    pull(floats("dlosses"), (tape) => {
      const all = leaf(logits, B * T, Vp, dlogits);
      const places = Int32Array.from(
        { length: B * T * V },
        (_, i) => Math.floor(i / V) * Vp + (i % V),
      );
      return crossentropy(tape, gather(tape, all, places, B * T, V), ints("targets"));
    });
    const torch = floats("dlogits");
    for (const [i, d] of dlogits.entries()) expect(Math.abs(d - torch[i])).toBeLessThan(1e-6);
  }
});

test("every operation's way back is the slope of its way forward, in float64", () => {
  const [R, C, h] = [3, 4, 1e-6];
  const noise = (n: number, seed: number) =>
    Float64Array.from({ length: n }, (_, i) => 1.2 + Math.sin(12.9898 * (i + 1) + seed));
  const places = Int32Array.of(5, 0, 5, 11, 2, 5);
  const operations: Record<string, (tape: Tape, a: Value, b: Value) => Value> = {
    add,
    mul,
    "a row for all rows": (tape, a, b) => mul(tape, a, gather(tape, b, places.slice(0, 4), 1, 4)),
    "a column for all columns": (tape, a, b) => add(tape, a, sum(tape, b)),
    matmul,
    "sum of everything": (tape, a) => sum(tape, a, 1),
    gather: (tape, a) => gather(tape, a, places, 2, 3),
    exp,
    log,
    tanh,
    pow: (tape, a) => pow(tape, a, -0.5),
    affine: (tape, a) => affine(tape, a, -3, 2),
    "a value with itself": (tape, a) => add(tape, mul(tape, a, a), a),
    layernorm: (tape, a, b) => layernorm(tape, a, sum(tape, b, 1), sum(tape, a, 1)),
  };
  for (const [name, operation] of Object.entries(operations)) {
    const [x, y] = [noise(R * C, 1), noise(R * C, 2)];
    const lossOf = (x: Float64Array, y: Float64Array) => {
      const tape: Tape = [];
      const [a, b] = [leaf(x, R, C), leaf(y, R, C)];
      const out = operation(tape, a, b);
      const weights = leaf(noise(out.data.length, 3), out.R, out.C);
      const loss = sum(tape, mul(tape, out, weights), 1);
      return { tape, a, b, loss };
    };
    const { tape, a, b, loss } = lossOf(x, y);
    backward(tape, loss);
    for (const [value, own] of [
      [a, x],
      [b, y],
    ] as const) {
      for (let i = 0; i < R * C; i++) {
        const at = (by: number) => {
          const before = own[i];
          own[i] = before + by;
          const [moved] = lossOf(x, y).loss.data;
          own[i] = before;
          return moved;
        };
        const slope = (at(h) - at(-h)) / (2 * h);
        expect(Math.abs(value.grad[i] - slope), name).toBeLessThan(1e-7 * (1 + Math.abs(slope)));
      }
    }
  }
});

test("what does not fit is named, and nothing is on the tape then", () => {
  const tape: Tape = [];
  const [a, b] = [leaf(new Float32Array(6), 2, 3), leaf(new Float32Array(8), 2, 4)];
  expect(() => leaf(new Float32Array(5), 2, 3)).toThrow(
    "leaf: 5 values and 6 gradients, expected R*C = 6",
  );
  expect(() => add(tape, a, b)).toThrow("add: (2, 3) and (2, 4) do not fit");
  expect(() => mul(tape, a, b)).toThrow("mul: (2, 3) and (2, 4) do not fit");
  expect(() => matmul(tape, a, b)).toThrow("matmul: (2, 3) and (2, 4) do not fit");
  expect(() => gather(tape, a, Int32Array.of(6), 1, 1)).toThrow(
    "gather: expected 1 places from 0 to 5",
  );
  expect(() => sum(tape, a, 4)).toThrow("sum: 6 values are not 4 rows");
  expect(() => backward(tape, a)).toThrow("backward: the loss has 6 values, expected 1");
  expect(tape).toEqual([]);
});

test("the sketch's graph: y is -0.4621, and the gradients are -0.7864 and 0.3932 in both modes", () => {
  const [a, b] = [0.5, -2];
  const y = Math.tanh(a * b + a);
  expect(y.toFixed(4)).toBe("-0.4621");
  const slope = 1 - y * y;
  expect(slope.toFixed(4)).toBe("0.7864");
  for (const found of [forward, reverse, twice.once]) {
    expect(found[0]).toBeCloseTo(slope * (b + 1), 12);
    expect(found[1]).toBeCloseTo(slope * a, 12);
  }
  expect([slope * (b + 1), slope * a].map((d) => d.toFixed(4))).toEqual(["-0.7864", "0.3932"]);
});

test("with b = -1 a has no gradient, and the sketch says how far the walk has come", () => {
  const says = [0, 1, 2, 3].map((undone) => sketch.says({ a: 0.5, b: -1, undone }));
  expect(new Set(says).size).toBe(4);
  expect(says[3]).toContain("make 0.00");
  expect(sketch.says({ a: 0.5, b: -2, undone: 3 })).toContain("0.79 and −1.57 make −0.79");
});

test("the engine differs from the kernels by a few ten-millionths", () => {
  for (const off of Object.values(differences)) {
    expect(off).toBeGreaterThan(0);
    expect(off).toBeLessThan(1e-6);
  }
});

test("what the tape keeps and moves: 12.6 MB for GELU, 1.6 for LayerNorm, 4 to 11 times the bytes", () => {
  const [norm, bent, loss] = costs;
  expect([norm, bent, loss].map(({ name }) => name)).toEqual([
    "LayerNorm",
    "GELU",
    "softmax, loss",
  ]);
  expect(norm.byTape.steps).toBe(20);
  // LayerNorm's ten outputs but the last: four of (T, C), five of (T, 1); and a gradient for each of their numbers.
  expect(norm.byTape.kept).toBe(2 * 4 * (4 * 64 * 768 + 5 * 64));
  expect(norm.byKernels.kept).toBe(2 * 4 * 64);
  expect(bent.byTape.kept).toBe(2 * 4 * 8 * 64 * 3072);
  expect(bent.byKernels.kept).toBe(0);
  expect((norm.byTape.kept / 1e6).toFixed(1)).toBe("1.6");
  expect((bent.byTape.kept / 1e6).toFixed(1)).toBe("12.6");
  expect(text).toContain("12.6 MB for this GELU");
  const times = costs.map(({ byTape, byKernels }) => byTape.bytes / byKernels.bytes);
  expect(Math.min(...times).toFixed(0)).toBe("4");
  expect(Math.max(...times).toFixed(0)).toBe("11");
});

test("a change in place makes tanh's gradient wrong, and log's not", () => {
  const slopes = (operation: typeof tanh, change: boolean) => {
    const [tape, a]: [Tape, Value] = [[], leaf(Float64Array.of(0.5), 1, 1)];
    const y = operation(tape, a);
    if (change) y.data[0] = 0;
    backward(tape, y);
    return a.grad[0];
  };
  expect(slopes(tanh, false)).toBeCloseTo(1 - Math.tanh(0.5) ** 2, 12);
  expect(slopes(tanh, true)).toBe(1);
  expect([slopes(log, false), slopes(log, true)]).toEqual([2, 2]);
});

test("where the target's probability is 0 the tape finds NaN, and the kernel a gradient", () => {
  const [logits, targets] = [Float32Array.of(0, -200, 0), Int32Array.of(1)];
  const x = leaf(logits, 1, 3);
  const tape: Tape = [];
  backward(tape, crossentropy(tape, x, targets));
  expect([...x.grad].every(Number.isNaN)).toBe(true);
  const [probs, dlogits] = [new Float32Array(3), new Float32Array(3)];
  softmaxForward(probs, logits, 1, 1, 3, 3);
  crossentropySoftmaxBackward(dlogits, Float32Array.of(1), probs, targets, 1, 1, 3, 3);
  expect([...dlogits]).toEqual([0.5, -1, 0.5]);
});

test("the helpful backward is right but for the leaf that is used twice", async () => {
  for (const { sizes, floats } of await loadReference("tape-leaf")) {
    const [dx, dg, dw] = ["dx", "dg", "dw"].map((name) => floats(name).slice());
    const of = ["x", "g", "w"].map((name) => floats(name));
    cleared(dx, dg, dw, of[0], of[1], of[2], sizes.R, sizes.C);
    const off = (d: Float32Array, name: string) =>
      Math.max(...d.map((one, i) => Math.abs(one - floats(`${name} after`)[i])));
    expect(off(dg, "dg")).toBeLessThan(1e-5);
    expect(off(dw, "dw")).toBeLessThan(1e-5);
    expect(off(dx, "dx")).toBeGreaterThan(0.1);
  }
});
