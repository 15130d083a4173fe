// What is compiled, and how often: on some devices a shader takes seconds.

import { createWebGpu } from "@llm.ts/kernels/webgpu.ts";
import { expect, test, vi } from "vitest";
import { openDevice } from "../device.ts";
import { random } from "../random.ts";

const device = (await openDevice()) as GPUDevice;

test("attention in tiles is compiled once for each size of a head, whatever the length and number of texts", async () => {
  const compile = vi.spyOn(device, "createComputePipelineAsync");
  const compiled = () =>
    compile.mock.calls.map(([{ label }]) => label).filter((label) => label !== "dattMeans");
  const attend = async (B: number, T: number, hs: number, NH: number) => {
    const C = NH * hs;
    const backend = createWebGpu(device, { choices: { attention: "tiles" } });
    const [out, lse, inp] = backend.alloc([B * T * C, B * NH * T, B * T * 3 * C]);
    const [dout, dinp] = backend.alloc([B * T * C, B * T * 3 * C]);
    backend.write(inp, random(B * T * 3 * C, 1));
    backend.attentionFlashForward(out, lse, inp, B, T, C, NH);
    backend.attentionFlashBackward(dinp, dout, out, inp, lse, B, T, C, NH);
    const values = await backend.gpu.read(out);
    backend.destroy();
    expect(values[0]).toBe(random(B * T * 3 * C, 1)[2 * C]); // the first token answers with its own value
  };
  const all = ["forward", "backwardQuery", "backwardKeyValue"];
  await attend(1, 5, 8, 2);
  expect(compiled()).toEqual(all);
  await attend(2, 40, 8, 1);
  await attend(1, 5, 8, 3);
  expect(compiled()).toEqual(all);
  await attend(1, 5, 4, 2);
  expect(compiled()).toEqual([...all, ...all]);
  compile.mockRestore();
});
