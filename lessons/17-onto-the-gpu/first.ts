/// <reference types="@webgpu/types" />
// The least that it takes to compute something on a GPU: numbers go there, are doubled, and come back.

import code from "./first.wgsl?raw";

/** @throws Error if the browser has no GPU to give */
export async function double(numbers: number[]): Promise<number[]> {
  // A GPU of this machine, and our share of it.
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new Error("this browser has no GPU to give");
  const device = await adapter.requestDevice();

  // Memory over there: a buffer for what goes in, one for what comes out, and one that this tab can read.
  const values = Float32Array.from(numbers);
  const size = values.byteLength;
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const inp = device.createBuffer({ size, usage: STORAGE | COPY_DST });
  const out = device.createBuffer({ size, usage: STORAGE | COPY_SRC });
  const result = device.createBuffer({ size, usage: MAP_READ | COPY_DST });

  // The shader, compiled for this GPU. Its constant N is filled in now.
  const pipeline = await device.createComputePipelineAsync({
    layout: "auto",
    compute: {
      module: device.createShaderModule({ code }),
      entryPoint: "double",
      constants: { N: values.length },
    },
  });

  // Which buffer is which variable of the shader.
  const bindings = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [
      { binding: 0, resource: { buffer: inp } },
      { binding: 1, resource: { buffer: out } },
    ],
  });

  // A list of what is to be done. Nothing happens yet.
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindings);
  pass.dispatchWorkgroups(Math.ceil(values.length / 64));
  pass.end();
  encoder.copyBufferToBuffer(out, 0, result, 0, size);

  // Now it does: the numbers go over, the list is carried out, and we wait for the buffer that we can read.
  device.queue.writeBuffer(inp, 0, values);
  device.queue.submit([encoder.finish()]);
  await result.mapAsync(GPUMapMode.READ);
  const doubled = Array.from(new Float32Array(result.getMappedRange()));
  device.destroy(); // and all its memory with it
  return doubled;
}
