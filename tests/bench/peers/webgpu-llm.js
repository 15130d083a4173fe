// What is compared, in webgpu-llm: its matmul kernels, called by themselves. It needs an adapter with shader-f16 and with
// subgroups of exactly 32, and refuses every other; its attention has rotary positions and is another kernel than GPT-2's.

import { LLMEngine } from "webgpu-llm/llm";

export const name = "webgpu-llm";

const engine = new LLMEngine();

export async function open() {
  await engine.init();
}

/** Kernel, and its sizes as its uniform has them; the first two give the number of its 64x64 tiles. */
const products = {
  forward: ({ rows, C, OC }) => ["matmul_t", [rows, OC, C, 0]],
  dinp: ({ rows, C, OC }) => ["matmul", [rows, C, OC, 0]],
  dweight: ({ rows, C, OC }) => ["matmul_at", [OC, C, rows, 0]],
};

export async function prepare(job, inputs) {
  if (job.kernel !== "matmul") throw new Error("its kernel of this name computes something else");
  const [kernel, sizes] = products[job.product](job);
  const { device } = engine;
  const [M, N] = sizes;
  const buffers = inputs.map((values) => engine.storage(values.byteLength));
  for (const [i, buffer] of buffers.entries()) engine.write(buffer, inputs[i]);
  const out = engine.storage(4 * M * N);
  const dims = engine.uniform(16);
  engine.write(dims, Uint32Array.from(sizes));
  const group = engine.bind(kernel, [...buffers, out, dims]);
  const submit = (calls) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(engine.pipelines[kernel]);
    pass.setBindGroup(0, group);
    for (let i = 0; i < calls; i++) {
      pass.dispatchWorkgroups(Math.ceil(N / 64), Math.ceil(M / 64));
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  return {
    async run(calls) {
      submit(calls);
      await device.queue.onSubmittedWorkDone();
    },
    async result() {
      submit(1);
      return new Float32Array(await engine.read(out, 4 * M * N));
    },
    dispose() {
      for (const buffer of [...buffers, out, dims]) buffer.destroy();
    },
  };
}
