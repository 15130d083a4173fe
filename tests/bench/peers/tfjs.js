// What is compared, in TensorFlow.js on WebGPU.

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-webgpu";

export const name = "tfjs";

export async function open() {
  if (!(await tf.setBackend("webgpu"))) throw new Error("it finds no WebGPU");
  await tf.ready();
}

const matmul = {
  forward: ({ rows, C, OC }, [inp, weight]) => {
    const [x, y] = [tf.tensor2d(inp, [rows, C]), tf.tensor2d(weight, [OC, C])];
    return [() => tf.matMul(x, y, false, true), [x, y]];
  },
  dinp: ({ rows, C, OC }, [dout, weight]) => {
    const [x, y] = [tf.tensor2d(dout, [rows, OC]), tf.tensor2d(weight, [OC, C])];
    return [() => tf.matMul(x, y), [x, y]];
  },
  dweight: ({ rows, C, OC }, [dout, inp]) => {
    const [x, y] = [tf.tensor2d(dout, [rows, OC]), tf.tensor2d(inp, [rows, C])];
    return [() => tf.matMul(x, y, true, false), [x, y]];
  },
};

export async function prepare(job, inputs) {
  if (job.kernel !== "matmul") throw new Error("it has no such kernel of its own");
  const [call, args] = matmul[job.product](job, inputs);
  return {
    async run(calls) {
      const outs = Array.from({ length: calls }, call);
      const backend = tf.backend();
      backend.endComputePassEncoder();
      backend.submitQueue();
      await backend.device.queue.onSubmittedWorkDone();
      for (const out of outs) out.dispose();
    },
    async result() {
      const out = call();
      const values = await out.data();
      out.dispose();
      return values;
    },
    dispose() {
      for (const arg of args) arg.dispose();
    },
  };
}
