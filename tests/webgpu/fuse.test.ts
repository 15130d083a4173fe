// What follows a matmul in the forward pass, done by the matmul's own shader: the same results, one dispatch less.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { createProfile } from "@llm.ts/kernels/runtime/profile.ts";
import { createWebGpu } from "@llm.ts/kernels/webgpu.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { openDevice } from "../device.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";

const device = (await openDevice()) as GPUDevice;
const close = { atol: 5e-6, rtol: 5e-6 }; // as in the tests of matmul, and an exponential
const cases = await loadReference("matmul");
const { geluForward } = createCpu();

/** GELU by the TypeScript tier, in float64. */
function geluOf(values: ArrayLike<number>): Float64Array {
  const [out, inp] = [new Float64Array(values.length), Float64Array.from(values)];
  geluForward(out, inp, inp.length);
  return out;
}

interface Sizes {
  rows: number;
  C: number;
  OC: number;
}

/** A matmul and what follows it, on a tier that fuses. `between` is called between the two. */
async function run(
  choices: Record<string, string>,
  { rows, C, OC }: Sizes,
  values: {
    inp: Float32Array;
    weight: Float32Array;
    bias: Float32Array | null;
    added: Float32Array;
  },
  follower: "gelu" | "residual",
  {
    maxBinding,
    between = () => {},
  }: {
    maxBinding?: number;
    between?: (backend: ReturnType<typeof createWebGpu>) => void;
  } = {},
) {
  const profile = createProfile(device);
  const backend = createWebGpu(device, {
    choices: { epilogue: "fused", ...choices },
    profile,
    maxBinding,
  });
  const { length } = values.added;
  const [out, next, inp, weight, bias, added] = backend.alloc([
    ...[length, length, values.inp.length, values.weight.length],
    ...[values.bias?.length ?? 4, length],
  ]);
  backend.write(inp, values.inp);
  backend.write(weight, values.weight);
  backend.write(added, values.added);
  if (values.bias) backend.write(bias, values.bias);
  backend.write(out, new Float32Array(length).fill(NaN)); // all of both must be written
  backend.write(next, new Float32Array(length).fill(NaN));
  backend.submit();
  backend.matmulForward(out, inp, weight, values.bias && bias, 1, rows, C, OC);
  between(backend);
  if (follower === "gelu") backend.geluForward(next, out, length);
  else backend.residualForward(next, added, out, length);
  const results = { out: await backend.gpu.read(out), next: await backend.gpu.read(next) };
  const dispatches = (await profile.take()).map(({ entryPoint }) => entryPoint);
  backend.destroy();
  profile.destroy();
  return { ...results, dispatches };
}

const valuesOf = ({ rows, C, OC }: Sizes) => ({
  inp: random(rows * C, 1),
  weight: random(OC * C, 2),
  bias: random(OC, 3),
  added: random(rows * OC, 4, 3),
});

describe.each(["registers", "shared64", "shared256"])("after a matmul in the form %s", (matmul) => {
  test.each(cases)(
    "both kernels agree with PyTorch's, case $name",
    async ({ name, sizes, floats }) => {
      const { B, T, C, OC } = sizes;
      const expected = floats("out");
      const bias = name === "no_bias" ? null : floats("bias");
      const added = random(expected.length, 5, 2);
      const values = { inp: floats("inp"), weight: floats("weight"), bias, added };
      const shape = { rows: B * T, C, OC };
      const bent = await run({ matmul }, shape, values, "gelu");
      expectClose("out", bent.out, expected, close);
      expectClose("gelu", bent.next, geluOf(expected), close);
      const sum = await run({ matmul }, shape, values, "residual");
      expectClose("out", sum.out, expected, close);
      expectClose(
        "sum",
        sum.next,
        Float64Array.from(expected, (x, i) => x + added[i]),
        close,
      );
    },
  );

  test.each([
    { rows: 70, C: 36, OC: 68 }, // of no tile
    { rows: 5, C: 4, OC: 4 },
    { rows: 64, C: 64, OC: 128 }, // whole tiles
    { rows: 33, C: 100, OC: 36 },
  ])("one dispatch gives what two give, to the bit, rows=$rows C=$C OC=$OC", async (sizes) => {
    const values = valuesOf(sizes);
    for (const follower of ["gelu", "residual"] as const) {
      const fused = await run({ matmul }, sizes, values, follower);
      expect(fused.dispatches).toEqual([`${matmul}Fused`]);
      const apart = await run({ matmul, epilogue: "apart" }, sizes, values, follower);
      expect(apart.dispatches).toEqual([matmul, "forward"]);
      expect(fused.out).toEqual(apart.out);
      if (follower === "residual") expect(fused.next).toEqual(apart.next);
      else expectClose("gelu", fused.next, geluOf(fused.out), { atol: 1e-6, rtol: 1e-6 });
    }
  });

  test("a weight that is cut in pieces has the rest done piece by piece", async () => {
    const sizes = { rows: 6, C: 260, OC: 132 }; // 137,280 bytes: 64 of the weight's rows, 64 more, and 4
    const values = valuesOf(sizes);
    const whole = await run({ matmul }, sizes, values, "residual");
    const cut = await run({ matmul }, sizes, values, "residual", { maxBinding: 2 ** 17 });
    expect(cut.dispatches).toEqual(Array(3).fill(`${matmul}Fused`));
    expect(cut.out).toEqual(whole.out);
    expect(cut.next).toEqual(whole.next);
  });
});

test.each(["Bfloat16", "Float16"] as const)(
  "a matmul whose weight is in %s is followed in its own shader too, which gives what two dispatches give",
  async (name) => {
    const sizes = { rows: 5, C: 8, OC: 12 };
    const { inp, weight, bias, added } = valuesOf(sizes);
    const results = [];
    for (const epilogue of ["fused", "apart"]) {
      const profile = createProfile(device);
      const choices = { matmul: "registers", epilogue };
      const backend = createWebGpu(device, { choices, profile });
      const tensors = backend.alloc([60, 60, 40, 96, 48, 12, 60]);
      const [out, next, inpOn, weightOn, packed, biasOn, addedOn] = tensors;
      backend.write(inpOn, inp);
      backend.write(weightOn, weight);
      backend.write(biasOn, bias);
      backend.write(addedOn, added);
      backend[`pack${name}`](packed, weightOn, 96);
      backend[`matmul${name}Forward`](out, inpOn, packed, biasOn, 1, 5, 8, 12);
      backend.residualForward(next, addedOn, out, 60);
      results.push([await backend.gpu.read(out), await backend.gpu.read(next)]);
      const dispatches = (await profile.take()).map(({ entryPoint }) => entryPoint);
      const last = epilogue === "fused" ? ["registersFused"] : ["registers", "forward"];
      expect(dispatches).toEqual([`pack${name}`, ...last]);
      backend.destroy();
      profile.destroy();
    }
    expect(results[0]).toEqual(results[1]);
    expect(results[0][1]).toEqual(results[0][0].map((x, i) => x + added[i]));
  },
);

describe("what does not follow at once, or not on the same tensor, is done by itself", () => {
  const sizes = { rows: 5, C: 8, OC: 4 };
  const values = valuesOf(sizes);
  const matmul = "registers";
  const expectApart = async (...args: Parameters<typeof run>) => {
    const { out, next, dispatches } = await run(...args);
    expect(dispatches).toContain("forward");
    expect(dispatches.some((entryPoint) => entryPoint.endsWith("Fused"))).toBe(false);
    expect(next).toEqual(out.map((x, i) => args[2].added[i] + x));
  };

  test("sizes that are no multiples of 4", async () => {
    const odd = { rows: 5, C: 7, OC: 3 };
    await expectApart({ matmul }, odd, valuesOf(odd), "residual");
  });

  test("the plain form of matmul", () =>
    expectApart({ matmul: "naive" }, sizes, values, "residual"));

  test("a submit between the two", () =>
    expectApart({ matmul }, sizes, values, "residual", { between: (backend) => backend.submit() }));

  test("another kernel between the two", () =>
    expectApart({ matmul }, sizes, values, "residual", {
      between(backend) {
        const [a, b] = backend.alloc([8, 8]);
        backend.zero(a);
        backend.geluForward(b, a, 8);
      },
    }));

  test("the sum of other tensors", async () => {
    const backend = createWebGpu(device, { choices: { matmul, epilogue: "fused" } });
    const [out, other, next, inp, weight] = backend.alloc([20, 20, 20, 40, 32]);
    const ones = new Float32Array(20).fill(1);
    backend.write(other, ones);
    backend.matmulForward(out, inp, weight, null, 1, 5, 8, 4); // all 0
    backend.residualForward(next, other, other, 20);
    expect(await backend.gpu.read(next)).toEqual(ones.map((x) => 2 * x));
    expect(await backend.gpu.read(out)).toEqual(new Float32Array(20));
    backend.destroy();
  });

  test("the sum of a matmul's result with itself", async () => {
    const backend = createWebGpu(device, { choices: { matmul, epilogue: "fused" } });
    const [out, next, inp, weight, bias] = backend.alloc([20, 20, 40, 32, 4]);
    backend.write(bias, Float32Array.of(1, 2, 3, 4));
    backend.matmulForward(out, inp, weight, bias, 1, 5, 8, 4); // the bias in each row
    backend.residualForward(next, out, out, 20);
    expect([...(await backend.gpu.read(next))].slice(0, 5)).toEqual([2, 4, 6, 8, 2]);
    backend.destroy();
  });

  test("a result written over what the matmul has read", async () => {
    const backend = createWebGpu(device, { choices: { matmul, epilogue: "fused" } });
    const [out, inp, weight, bias, added] = backend.alloc([20, 20, 16, 4, 20]);
    backend.write(bias, Float32Array.of(1, 2, 3, 4));
    backend.write(added, new Float32Array(20).fill(10));
    backend.matmulForward(out, inp, weight, bias, 1, 5, 4, 4);
    backend.residualForward(inp, added, out, 20);
    expect([...(await backend.gpu.read(inp))].slice(0, 5)).toEqual([11, 12, 13, 14, 11]);
    backend.destroy();
  });

  test("a wrong length is named, and the matmul is done all the same", async () => {
    const backend = createWebGpu(device, { choices: { matmul, epilogue: "fused" } });
    const [out, next, inp, weight, bias] = backend.alloc([20, 19, 40, 32, 4]);
    backend.write(bias, Float32Array.of(1, 2, 3, 4));
    backend.matmulForward(out, inp, weight, bias, 1, 5, 8, 4);
    expect(() => backend.geluForward(next, out, 20)).toThrow(
      "geluForward: out has 19 values, expected N = 20",
    );
    expect([...(await backend.gpu.read(out))].slice(0, 5)).toEqual([1, 2, 3, 4, 1]);
    backend.destroy();
  });
});

test("what is fused while a profile is off takes nothing from what it noted before", async () => {
  const profile = createProfile(device);
  const choices = { matmul: "registers", epilogue: "fused" };
  const backend = createWebGpu(device, { choices, profile });
  const [out, next, inp, weight] = backend.alloc([20, 20, 40, 32]);
  const step = (on: boolean) => {
    profile.on = on;
    backend.matmulForward(out, inp, weight, null, 1, 5, 8, 4);
    backend.geluForward(next, out, 20);
    backend.submit();
  };
  step(true);
  step(false); // handed over before the times of the first are read
  await backend.gpu.read(next);
  expect((await profile.take()).map(({ entryPoint }) => entryPoint)).toEqual(["registersFused"]);
  backend.destroy();
  profile.destroy();
});

test("GELU of numbers far from 0, and of NaN, is as by itself", async () => {
  const far = [1e30, -1e30, 13, -13, 0, Number.NaN, 88, -88];
  const values = {
    inp: Float32Array.from({ length: 4 }, (_, i) => (i === 0 ? 1 : 0)),
    weight: Float32Array.from(far.flatMap((x) => [x, 0, 0, 0])),
    bias: null,
    added: new Float32Array(8),
  };
  const sizes = { rows: 1, C: 4, OC: 8 };
  const { next } = await run({ matmul: "registers" }, sizes, values, "gelu");
  const apart = await run({ matmul: "registers", epilogue: "apart" }, sizes, values, "gelu");
  expect(next).toEqual(apart.next);
  expect([...next].slice(0, 5)).toEqual([Math.fround(1e30), -0, 13, -0, 0]);
});
