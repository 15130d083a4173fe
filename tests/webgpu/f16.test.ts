// The shaders that read float16 themselves are compiled on few of the GPUs that tests run on. With float32 in place of float16,
// and loops in place of matrix units, they are compiled on all of them: so their indices, their strides and what is fused after
// them are held to PyTorch everywhere. What float16 and matrix units do is for tests/dawn/f16.test.ts.

import { geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import shader from "@llm.ts/kernels/matmul/matmul.f16.wgsl?raw";
import matrixShader from "@llm.ts/kernels/matmul/matmul.matrices.wgsl?raw";
import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { formats } from "@llm.ts/kernels/runtime/half.ts";
import { createWebGpu } from "@llm.ts/kernels/webgpu.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { openDevice } from "../device.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";

const device = (await openDevice()) as GPUDevice;
const widened = (code: string): string =>
  code
    .replace("enable f16;", "")
    .replaceAll("vec4h", "vec4f")
    .replaceAll("mat4x4h", "mat4x4f")
    .replaceAll("array<f16,", "array<f32,")
    .replaceAll("f16(", "narrow(");
const code = widened(shader);

// One thread, which has whole matrices to itself. Numbers are narrowed to what float16 holds, and kept in float32.
const loops = `
fn narrow(x: f32) -> f32 { return unpack2x16float(pack2x16float(vec2f(x, 0))).x; }

alias Left = array<f32, side * side>;
alias Right = array<f32, side * side>;
alias Sum = array<f32, side * side>;

fn loadLow(at: u32) -> Left {
  var a: Left;
  for (var i = 0u; i < side * side; i++) { a[i] = low[at + i / side * depth + i % side]; }
  return a;
}
fn loadHigh(at: u32) -> Left {
  var a: Left;
  for (var i = 0u; i < side * side; i++) { a[i] = high[at + i / side * depth + i % side]; }
  return a;
}
fn loadB(at: u32) -> Right {
  var b: Right;
  for (var i = 0u; i < side * side; i++) { b[i] = tileB[at + i / side * tile + i % side]; }
  return b;
}
fn storeSum(at: u32, sum: Sum) {
  var s = sum;
  for (var i = 0u; i < side * side; i++) { sums[at + i / side * tile + i % side] = s[i]; }
}
fn multiplyAdd(left: Left, right: Right, sum: Sum) -> Sum {
  var a = left;
  var b = right;
  var s = sum;
  for (var i = 0u; i < side * side; i++) {
    for (var k = 0u; k < side; k++) { s[i] += a[i / side * side + k] * b[k * side + i % side]; }
  }
  return s;
}
`;
const unit = /^(alias (Left|Right|Sum)|fn (loadLow|loadHigh|loadB|storeSum|multiplyAdd)\b).*\n/gm;
const matrixCode =
  widened(matrixShader)
    .replace("enable chromium_experimental_subgroup_matrix;", "")
    .replace("const depth = 32u;", "const depth = 16u;") // float32 takes twice the workgroup's memory
    .replace(unit, "") + loops;

const close = { atol: 5e-6, rtol: 5e-6 }; // as for matmul with weights in 16 bits
const cases = (await loadReference("matmul-half")).filter(
  ({ name, sizes: { C, OC } }) => name.endsWith("_float16") && C % 4 === 0 && OC % 4 === 0,
);

/** The numbers of a tensor that is kept in float16, two in a word. */
function unpacked(words: Int32Array, length: number): Float32Array {
  const halves = new Uint16Array(words.buffer, words.byteOffset, length);
  return new Float32Array(Uint32Array.from(halves, formats.float16.widen).buffer);
}

test("is the shader with another type of number, and loops for matrix units, and nothing else", () => {
  expect(shader).toContain("enable f16;");
  expect(code).not.toMatch(/\bf16[;,>(]|vec4h|mat4x4h/);
  expect(matrixShader.match(unit)).toHaveLength(8);
  expect(matrixCode).not.toMatch(/\bf16[;,>(]|vec4h|subgroup_?[mM]atrix/);
  expect(cases).not.toEqual([]);
});

interface Variant {
  readonly form: string;
  readonly code: string;
  readonly tile: number; // rows and columns that a workgroup computes
  readonly further: Record<string, number>;
}

describe.each<Variant>([
  { form: "shared64F16", code, tile: 64, further: { transposedA: 0 } },
  { form: "shared256F16", code, tile: 64, further: { transposedA: 0 } },
  { form: "matrices", code: matrixCode, tile: 32, further: { lanes: 1 } },
])("$form", ({ form, code, tile, further }) => {
  const run = async (
    entryPoint: string,
    constants: Record<string, number>,
    tensors: readonly Float32Array[],
  ) => {
    const { gpu, alloc, write, destroy } = createWebGpu(device);
    const all = alloc(tensors.map(({ length }) => length));
    tensors.forEach((values, i) => {
      write(all[i], values);
    });
    const groups = [constants.N, constants.M].map((size) => Math.ceil(size / tile));
    gpu.run({ code, entryPoint }, constants, all, groups as [number, number]);
    const read = await Promise.all(all.map((tensor) => gpu.read(tensor)));
    destroy();
    return read;
  };

  test.each(cases)("agrees with PyTorch, case $name", async ({ name, sizes, ints, floats }) => {
    const { B, T, C, OC } = sizes;
    const M = B * T;
    const weight = unpacked(ints("packed"), OC * C);
    const bias = name.startsWith("no_bias") ? null : floats("bias");
    const out = new Float32Array(M * OC).fill(NaN); // all of it must be written
    const forward = {
      ...{ M, N: OC, K: C, strideA: C, strideB: C, strideOut: OC },
      ...{ ...further, transposedB: 1, addBias: Number(bias !== null) },
    };
    const inputs = [floats("inp"), weight, bias ?? new Float32Array(OC)];
    const [got] = await run(form, forward, [out, ...inputs]);
    expectClose("out", got, floats("out"), close);

    const added = random(M * OC, 1);
    const then = [new Float32Array(M * OC).fill(NaN), added];
    const [before, sum] = await run(`${form}Fused`, { ...forward, bent: 0 }, [
      out,
      ...inputs,
      ...then,
    ]).then((all) => [all[0], all[4]]);
    expectClose("out before the sum", before, floats("out"), close);
    expectClose(
      "sum",
      sum,
      floats("out").map((x, i) => x + added[i]),
      close,
    );

    const dinp = random(M * C, 2); // which is added to
    const backward = {
      ...{ M, N: C, K: OC, strideA: OC, strideB: C, strideOut: C },
      ...{ ...further, transposedB: 0, accumulate: 1 },
    };
    const [gradient] = await run(form, backward, [
      dinp,
      floats("dout"),
      weight,
      new Float32Array(4),
    ]);
    expectClose(
      "dinp",
      gradient.map((x, i) => x - dinp[i]),
      floats("dinp"),
      close,
    );
  });

  test("gives what TypeScript gives, in more rows than a tile has, with GELU after it", async () => {
    const [M, C, OC] = [72, 36, 68];
    const [inp, weight, bias] = [random(M * C, 1), random(OC * C, 2), random(OC, 3)];
    const [out, bent] = [new Float32Array(M * OC), new Float32Array(M * OC)];
    matmulForward(out, inp, weight, bias, 1, M, C, OC);
    geluForward(bent, out, M * OC);
    const constants = {
      ...{ M, N: OC, K: C, strideA: C, strideB: C, strideOut: OC },
      ...{ ...further, transposedB: 1, addBias: 1, bent: 1 },
    };
    const empty = () => new Float32Array(M * OC).fill(NaN); // all of it must be written
    const tensors = [empty(), inp, weight, bias, empty(), new Float32Array(4)];
    const got = await run(`${form}Fused`, constants, tensors);
    expectClose("out", got[0], out, close);
    expectClose("GELU of out", got[4], bent, close);
  });

  test("rows of numbers that float16 has no room for are as exact as the others", async () => {
    const [C, OC] = [36, 68];
    const scales = [1, 2 ** 100, 2 ** 17, 2 ** -20, 2 ** -100, 0];
    const M = scales.length;
    const values = random(M * C, 1);
    // Its largest number comes last, so that it is found only where all of a row is looked at.
    const sorted = scales.flatMap((_, row) =>
      [...values.subarray(row * C, (row + 1) * C)].sort((a, b) => Math.abs(a) - Math.abs(b)),
    );
    const inp = Float32Array.from(sorted, (x, i) => {
      const column = i % C;
      return x * scales[Math.floor(i / C)] * (column < 4 ? 2 ** -8 : 1);
    });
    const weight = random(OC * C, 2);
    const expected = new Float32Array(M * OC);
    matmulForward(expected, inp, weight, null, 1, M, C, OC);
    const constants = {
      ...{ M, N: OC, K: C, strideA: C, strideB: C, strideOut: OC },
      ...{ ...further, transposedB: 1 },
    };
    const out = new Float32Array(M * OC).fill(NaN);
    const [got] = await run(form, constants, [out, inp, weight, new Float32Array(4)]);
    const inUnits = (all: Float32Array) => all.map((x, i) => x / (scales[Math.floor(i / OC)] || 1));
    expectClose("out", inUnits(got), inUnits(expected), close);
  });
});
