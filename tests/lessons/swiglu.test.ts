// Facts that the lesson about SwiGLU states in its prose and that none of its cells prints.

import { signatures } from "@llm.ts/kernels/layers.ts";
import { swigluBackward, swigluForward } from "@llm.ts/kernels/swiglu/swiglu.ts";
import { expect, test } from "vitest";
import { gelu, silu, slope, x } from "../../lessons/26-swiglu/cells/curve.ts";
import { weights, widths } from "../../lessons/26-swiglu/cells/widths.ts";
import { swigluForward as apart } from "../../lessons/26-swiglu/mend/start.ts";
import { loadReference } from "../reference.ts";
import { english, textOf } from "./text.ts";

const text = await textOf("26-swiglu");

test("silu is lowest, -0.278, near -1.28, where GELU is not so low; its slope is 1.10 at most, near 2.4", () => {
  const lowest = silu.indexOf(Math.min(...silu));
  expect(silu[lowest].toFixed(3)).toBe("-0.278");
  expect(Math.abs(x[lowest] + 1.28)).toBeLessThan(0.03);
  expect(Math.min(...gelu)).toBeGreaterThan(-0.18);
  const steepest = slope.indexOf(Math.max(...slope));
  expect(slope[steepest].toFixed(2)).toBe("1.10");
  expect(Math.abs(x[steepest] - 2.4)).toBeLessThan(0.05);
  expect(silu[0]).toBeGreaterThan(silu[lowest]); // so the lowest is not at the far left, as the first task asks
});

test("the example by hand: 1.4621 for the value, 5.5660 for the gate", () => {
  const dinp = new Float64Array(2);
  swigluBackward(dinp, Float64Array.of(2), Float64Array.of(1, 3), 1, 1, 1);
  expect([...dinp].map((d) => d.toFixed(4))).toEqual(["5.5660", "1.4621"]);
  for (const d of dinp) expect(text).toContain(`**${d.toFixed(4)}**`);
});

test("with a factor of 1.702 silu is close to GELU", () => {
  const near = x.map((one) => one / (1 + Math.exp(-1.702 * one)));
  const off = (curve: Float64Array) => Math.max(...curve.map((y, i) => Math.abs(y - gelu[i])));
  expect(off(near)).toBeLessThan(0.025);
  expect(off(silu)).toBeGreaterThan(0.15);
});

test("8/3 C makes as many weights, and Llama 2 7B is 11,008 wide", () => {
  expect(weights[1]).toBe(weights[0]);
  expect(weights[0]).toBe(8 * 768 ** 2);
  expect(((8 / 3) * 4096).toFixed(2)).toBe("10922.67");
  expect(widths[2]).toBe(43 * 256);
  expect(text).toContain(`multiple of 256 it is ${english(widths[2])}`);
});

test("5 operations and 12 bytes forward, 14 and 28 backward", () => {
  expect(signatures.swigluForward.flops).toBe("5*B*T*F");
  expect(signatures.swigluBackward.flops).toBe("14*B*T*F");
  expect(4 * (2 + 1)).toBe(12);
  expect(4 * (3 + 2 * 2)).toBe(28);
});

test("the bug to find agrees with PyTorch for one token, and for no more", async () => {
  const agrees: Record<string, boolean> = {};
  for (const { name, sizes, floats } of await loadReference("swiglu")) {
    const torch = floats("out_silu");
    const out = torch.slice();
    apart(out, floats("inp"), sizes.B, sizes.T, sizes.F);
    agrees[name] = out.every((value, i) => Math.abs(value - torch[i]) < 1e-4);
  }
  expect(agrees).toEqual({ lesson: false, odd: true, far: false, wide: false });
});

test("without a bend twice the vector gives four times the product; a value of 0 learns, its gate does not", () => {
  expect(2 * 3 * (2 * 5)).toBe(4 * 3 * 5);
  const dinp = new Float64Array(2);
  swigluBackward(dinp, Float64Array.of(1), Float64Array.of(4, 0), 1, 1, 1);
  expect(dinp[0]).toBe(0);
  expect(dinp[1]).toBeGreaterThan(3.9);
  const out = new Float64Array(1);
  swigluForward(out, Float64Array.of(4, 0), 1, 1, 1);
  expect(out[0]).toBe(0);
});
