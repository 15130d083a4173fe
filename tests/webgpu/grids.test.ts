// Work for more workgroups than fit in one dimension of a dispatch, which becomes a grid of two. A shader that looks for its
// place in x alone then leaves the rest out, or takes it twice, and no device objects. So every kernel is run here with so
// low a limit that its grid is folded, and must give the same bits as without.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import type { GpuIds, GpuTensor } from "@llm.ts/kernels/runtime/gpu/tensor.ts";
import { createProfile } from "@llm.ts/kernels/runtime/profile.ts";
import { createWebGpu } from "@llm.ts/kernels/webgpu.ts";
import { describe, expect, test, vi } from "vitest";
import { openDevice } from "../device.ts";
import { type Tier, tier } from "../kernels/tiers.ts";
import { random, randomIds } from "../random.ts";

const device = await openDevice();
const withSubgroups = await openDevice("subgroups"); // null where the GPU has none
if (!device) throw new Error("these tests need a browser with WebGPU");

const limit = 5; // workgroups in x; six make a grid of 3 x 2
const seeds = { next: 1 };
const floats = (length: number, size = 1, centre = 0) => random(length, seeds.next++, size, centre);
const ids = (length: number, most: number) => randomIds(length, seeds.next++, most);

type Arguments = Parameters<Tier["call"]>;
type Case = [form: string, entryPoints: string, call: Arguments, on?: GPUDevice | null];

const N = limit * 256 + 1; // values, of which a workgroup takes 256
const fours = 4 * N; // where it takes four times as many
const rows = limit * 64 + 10; // rows, of which it takes 64, or one: 19 x 18
const [C, few] = [limit * 64 + 1, 6]; // channels, of which it takes 64
const [C4, rows4] = [4 * C - ((4 * C) % 4), limit * 8 + 1]; // the same in fours, and rows in eights
const [V, Vp] = [6, 7];
const adamw = [3, 0.01, 0.9, 0.95, 1e-8, 0.1];
const each = (count: number, length: number) => Array.from({ length: count }, () => floats(length));
const layernorm = (BT: number, C: number): Arguments[] => [
  // biome-ignore format: out, mean, rstd, inp, weight, bias
  ["layernormForward", ...each(1, BT * C), ...each(2, BT), ...each(1, BT * C), ...each(2, C), 1, BT, C],
  // biome-ignore format: dinp, dweight, dbias, dout, inp, weight, mean, rstd
  ["layernormBackward", ...each(1, BT * C), ...each(2, C), ...each(2, BT * C), ...each(1, C), ...each(2, BT), 1, BT, C],
];
const [B, T, NH] = [2, 33, 5]; // 330 rows of scores, and 20 tiles
const flash = (hs: number): Arguments[] => {
  const [out, inp, lse] = [B * T * NH * hs, 3 * B * T * NH * hs, B * NH * T];
  const sizes = [B, T, NH * hs, NH];
  return [
    ["attentionFlashForward", floats(out), floats(lse), floats(inp), ...sizes],
    // biome-ignore format: dinp, dout, out, inp, lse
    ["attentionFlashBackward", floats(inp), floats(out), floats(out), floats(inp), floats(lse), ...sizes],
  ];
};
const shared = (): Arguments[] => {
  const [T, NH, NKV, hs] = [34, 10, 5, 4]; // 680 queries and 340 keys, 40 and 20 tiles: no square grids
  const [out, inp, lse] = [B * T * NH * hs, B * T * (NH + 2 * NKV) * hs, B * NH * T];
  const sizes = [20, B, T, NH, NKV, hs];
  return [
    ["attentionGroupedForward", floats(out), floats(lse), floats(inp), ...sizes],
    // biome-ignore format: dqkv, dout, out, qkv, lse
    ["attentionGroupedBackward", floats(inp), floats(out), floats(out), floats(inp), floats(lse), ...sizes],
  ];
};
const grouped = [40, B, T, NH, NH, 2]; // a window, and as many heads of keys as of queries
const qkv = B * T * NH * 3 * 2;
const scores = B * NH * T * T;
const kept = [B, T, 2 * NH, NH];
const both = floats(rows * Vp);
const same = floats(N, 60);

const cases: Case[] = [
  // biome-ignore format: one line for each
  ["", "forward", ["encoderForward", floats(rows), ids(rows, 7), floats(7), floats(rows), 1, rows, 1]],
  // biome-ignore format: one line for each
  ["", "backwardTokens backwardPositions", ["encoderBackward", floats(500), floats(rows), floats(rows), ids(rows, 500), 1, rows, 1]],
  ["rows", "forward", layernorm(few, C)[0]],
  ["rows", "backwardInp backwardWeight", layernorm(few, C)[1]],
  ["fours", "forward", layernorm(rows4, C4)[0]],
  ["fours", "backwardInp backwardWeight", layernorm(rows4, C4)[1]],
  ["subgroups", "forward", layernorm(few, C4)[0], withSubgroups],
  ["subgroups", "backwardInp backwardWeight", layernorm(few, C4)[1], withSubgroups],
  // biome-ignore format: out, preatt, att, inp
  ["", "forward", ["attentionForward", floats(B * T * 10), ...each(2, scores), floats(B * T * 30), ...kept]],
  // biome-ignore format: dinp, dpreatt, datt, dout, inp, att
  ["", "backwardQuery backwardKeyValue", ["attentionBackward", floats(B * T * 30), ...each(2, scores), floats(B * T * 10), floats(B * T * 30), floats(scores), ...kept]],
  ["rows", "forward", flash(4)[0]],
  ["rows", "dattMeans backwardQuery backwardKeyValue", flash(4)[1]],
  ["tiles", "forward", flash(4)[0]],
  ["tiles", "backwardQuery backwardKeyValue", flash(4)[1]],
  ["stagedTiles", "forward", flash(4)[0]],
  ["stagedTiles", "backwardQuery backwardKeyValue", flash(4)[1]],
  ["", "forward", ["geluForward", ...each(2, N), N]],
  ["", "backward", ["geluBackward", ...each(3, N), N]],
  ["", "forward", ["residualForward", ...each(3, N), N]],
  ["", "backward", ["residualBackward", ...each(3, N), N]],
  ["", "forward", ["softmaxForward", ...each(2, rows * Vp), 1, rows, V, Vp]],
  ["", "forwardInPlace", ["softmaxForward", both, both, 1, rows, V, Vp]],
  ["", "backward", ["softmaxBackward", ...each(3, rows * Vp), 1, rows, V, Vp]],
  // biome-ignore format: losses, probs, targets
  ["", "forward", ["crossentropyForward", floats(rows), floats(rows * Vp, 0.4, 0.5), ids(rows, Vp), 1, rows, Vp]],
  // biome-ignore format: dprobs, dlosses, probs, targets
  ["", "backward", ["crossentropyBackward", floats(rows * Vp), floats(rows), floats(rows * Vp, 0.4, 0.5), ids(rows, Vp), 1, rows, Vp]],
  // biome-ignore format: dlogits, dlosses, probs, targets
  ["", "softmaxBackward", ["crossentropySoftmaxBackward", floats(rows * Vp), floats(rows), floats(rows * Vp), ids(rows, V), 1, rows, V, Vp]],
  // biome-ignore format: logits, losses, dlosses, targets
  ["", "fused", ["crossentropySoftmaxFused", floats(rows * Vp), ...each(2, rows), ids(rows, V), 1, rows, V, Vp]],
  [
    "",
    "fusedFours",
    ["crossentropySoftmaxFused", floats(rows * 8), ...each(2, rows), ids(rows, V), 1, rows, V, 8],
  ],
  ["", "sumParts", ["gradientSquares", floats(1), floats(fours + 1), fours + 1]],
  ["", "sumPartsFours", ["gradientSquares", floats(1), floats(fours + 1020), fours + 1020]],
  ["", "clip", ["clipGradients", floats(N), Float32Array.of(25), 2, N]],
  ["", "clipFours", ["clipGradients", floats(fours), Float32Array.of(25), 2, fours]],
  // biome-ignore format: one line for each
  ["", "forward", ["embeddingForward", floats(rows), ids(rows, 7), floats(7), 2, 1, rows, 1]],
  ["", "backward", ["embeddingBackward", floats(500), floats(rows), ids(rows, 500), 2, 1, rows, 1]],
  // biome-ignore format: out, rstd, inp, weight
  ["", "forward", ["rmsnormForward", floats(few * C), floats(few), floats(few * C), floats(C), 1e-5, 1, few, C]],
  // biome-ignore format: dinp, dweight, dout, inp, weight, rstd
  ["", "backwardInp backwardWeight", ["rmsnormBackward", floats(few * C), floats(C), ...each(2, few * C), floats(C), floats(few), 1, few, C]],
  ["", "turn", ["ropeForward", floats(rows * 12), floats(rows * 4), 2, 1, rows, 1, 1, 4]],
  ["", "turn", ["ropeBackward", floats(rows * 12), floats(rows * 4), 1, 1, rows, 1, 1, 4]],
  ["", "forward", ["swigluForward", floats(N), floats(2 * N), 1, 1, N]],
  ["", "backward", ["gegluBackward", floats(2 * N), floats(N), floats(2 * N), 1, 1, N]],
  ["", "forward", ["softcapForward", ...each(2, N), 30, N]],
  ["", "forwardInPlace", ["softcapForward", same, same, 30, N]],
  ["", "backward", ["softcapBackward", ...each(3, N), 30, N]],
  ["rows", "forward", shared()[0]],
  ["rows", "dattMeans backwardQuery backwardKeyValue", shared()[1]],
  ["tiles", "forward", shared()[0]],
  ["tiles", "backwardQuery backwardKeyValue", shared()[1]],
  ["stagedTiles", "forward", shared()[0]],
  ["stagedTiles", "backwardQuery backwardKeyValue", shared()[1]],
  // biome-ignore format: out, preatt, att, qkv
  ["", "forward", ["attentionGroupedKeptForward", floats(B * T * NH * 2), ...each(2, scores), floats(qkv), ...grouped]],
  // biome-ignore format: dqkv, dpreatt, datt, dout, qkv, att
  ["", "backwardQuery backwardKeyValue", ["attentionGroupedKeptBackward", floats(qkv), ...each(2, scores), floats(B * T * NH * 2), floats(qkv), floats(scores), ...grouped]],
  // biome-ignore format: out, qkv
  ["", "forward", ["attentionGroupedCachedForward", floats(30 * NH * 2), floats(T * NH * 6), 20, 30, T, NH, NH, 2]],
  // biome-ignore format: packed, inp
  ["", "packBfloat16", ["packBfloat16", floats(N), floats(2 * N), 2 * N]],
  ["", "packFloat16", ["packFloat16", floats(N), floats(2 * N - 1), 2 * N - 1]],
  ["", "unpackBfloat16", ["unpackBfloat16", floats(2 * N - 1), floats(N), 2 * N - 1]],
  ["", "unpackFloat16", ["unpackFloat16", floats(2 * N), floats(N), 2 * N]],
  // biome-ignore format: out, inp, whole, scales, bias
  ["", "matmul", ["matmulQ8Forward", floats(340 * 5), floats(340 * 32), floats(5 * 8), floats(5), floats(5), 1, 340, 32, 5]],
  // biome-ignore format: out, inp, whole, scales, wpe
  ["", "embedding", ["embeddingQ8Forward", floats(rows * 32), ids(rows, 7), floats(7 * 8), floats(7), floats(rows * 32), 2, 1, rows, 32]],
  ["", "update", ["adamwUpdate", ...each(3, N), floats(N, 0.5, 0.6), ...adamw, N]],
  ["", "updateFours", ["adamwUpdate", ...each(3, fours), floats(fours, 0.5, 0.6), ...adamw, fours]],
];

/** The grids of a call, by entry points, and its arrays afterwards. An array given twice is copied once. */
async function run(
  on: GPUDevice,
  [kernel, ...args]: Arguments,
  choices: Record<string, string>,
  maxWorkgroups?: number,
) {
  const dispatch = vi.spyOn(GPUComputePassEncoder.prototype, "dispatchWorkgroups");
  const entryPoints: string[] = [];
  const profile = createProfile(on); // for the names of what is dispatched; nothing is timed
  const note = vi.spyOn(profile, "note").mockImplementation((entryPoint) => {
    entryPoints.push(entryPoint);
    return null;
  });
  const backend = createWebGpu(on, { choices, maxWorkgroups, profile });
  const copies = new Map<unknown, unknown>();
  for (const arg of args) {
    if (ArrayBuffer.isView(arg)) copies.set(arg, (arg as Float32Array).slice());
  }
  const copied = args.map((arg) => (copies.get(arg) ?? arg) as typeof arg);
  await tier(backend as unknown as Backend<GpuTensor, GpuIds>).call(kernel, ...copied);
  const grids = dispatch.mock.calls.map(([x, y = 1], i) => [entryPoints[i], x, y] as const);
  dispatch.mockRestore();
  note.mockRestore();
  backend.destroy();
  return { grids, arrays: [...copies.values()] };
}

const kernelOf = (name: string) =>
  /layernorm/.test(name) ? "layernorm" : /attention/.test(name) ? "attention" : "matmul";

const titled = cases.map((each) => [each[2][0], each[0], each[1], each] as const);
test.each(titled)("%s %s: %s", async (_kernel, _form, _entryPoints, each) => {
  const [form, entryPoints, call, on = device] = each;
  if (on === null) return; // a GPU without subgroups
  const choices: Record<string, string> = form ? { [kernelOf(call[0])]: form } : {};
  const expected = await run(on, call, choices);
  const folded = await run(on, call, choices, limit);
  expect(folded.arrays).toEqual(expected.arrays);
  for (const entryPoint of entryPoints.split(" ")) {
    const grid = folded.grids.find(([name]) => name === entryPoint);
    expect(grid, entryPoint).toBeDefined();
    const [, x, y] = grid ?? ["", 0, 0];
    expect(y, entryPoint).toBeGreaterThan(1);
    expect(x, `${entryPoint}: a grid that is not square`).not.toBe(y);
  }
});

// Matmul's grid is one of rows and columns, and is never folded: more rows than fit are taken in parts.
describe.each([
  { form: "naive", tile: 8 },
  { form: "registers", tile: 32 },
  { form: "shared64", tile: 64 },
  { form: "shared256", tile: 64 },
])("matmul in parts of its rows, $form", ({ form, tile }) => {
  const [BT, C, OC] = [limit * tile + 4, 8, limit * tile + 8];
  const calls: Record<string, readonly [parts: number, call: Arguments]> = {
    // biome-ignore format: out, inp, weight, bias
    forward: [2, ["matmulForward", ...[BT * OC, BT * C, OC * C, OC].map((n) => floats(n)), 1, BT, C, OC]],
    // biome-ignore format: dinp, dweight, dbias, dout, inp, weight: two products
    backward: [4, ["matmulBackward", ...[BT * C, OC * C, OC, BT * OC, BT * C, OC * C].map((n) => floats(n)), 1, BT, C, OC]],
  };
  test.each(Object.keys(calls))("%s", async (pass) => {
    const [parts, call] = calls[pass];
    const expected = await run(device, call, { matmul: form });
    const split = await run(device, call, { matmul: form }, limit);
    expect(split.arrays).toEqual(expected.arrays);
    const products = split.grids.filter(([name]) => name === form);
    expect(products).toHaveLength(parts);
    for (const [, , y] of products) expect(y).toBeLessThanOrEqual(limit);
  });

  if (form === "naive") return; // it has no shader that does what follows too

  test("and what is fused into it", async () => {
    const values = [BT * C, OC * C, OC].map((n) => floats(n));
    const results = [undefined, limit].map(async (maxWorkgroups) => {
      const choices = { matmul: form, epilogue: "fused" };
      const backend = createWebGpu(device, { choices, maxWorkgroups });
      const [out, bent] = backend.alloc([BT * OC, BT * OC]);
      const [inp, weight, bias] = values.map((each) => {
        const [tensor] = backend.alloc([each.length]);
        backend.write(tensor, each);
        return tensor;
      });
      backend.matmulForward(out, inp, weight, bias, 1, BT, C, OC);
      backend.geluForward(bent, out, BT * OC);
      const read = [await backend.gpu.read(out), await backend.gpu.read(bent)];
      backend.destroy();
      return read;
    });
    const [expected, split] = await Promise.all(results);
    expect(split).toEqual(expected);
    expect(split[1].some((x) => x !== 0)).toBe(true);
  });
});

test("every shader that is handed one number of workgroups is among these", async () => {
  const files = import.meta.glob("../../kernels/*/*.wgsl", {
    query: "?raw",
    import: "default",
    eager: true,
  }) as Record<string, string>;
  const grids =
    /^(mean|sumTotal|sumChunks|sumColumns)$|^(naive(Packed)?|registers|shared\d+(F16)?|matrices)(Fused)?$/; // one workgroup, or x and y
  const folded = Object.values(files).flatMap((code) =>
    [...code.matchAll(/@compute[^{]*?\bfn (\w+)\(/g)]
      .map(([, name]) => name)
      .filter((name) => !grids.test(name)),
  );
  const tested = cases.flatMap(([, entryPoints]) => entryPoints.split(" "));
  expect([...new Set(tested)].sort()).toEqual([...new Set(folded)].sort());
});
