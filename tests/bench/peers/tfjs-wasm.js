// What is compared, in TensorFlow.js on WebAssembly. Its fast product is that of two matrices as they are; where the flags of
// matMul transpose one it falls back on plain loops. So it is given each product in the form that suits it best: the weight
// of the forward pass as its own layers keep it, (C, OC), and dout transposed by an operation of its own. It packs the second
// factor when it first sees it and keeps that, which it could not in training, where the weights change at every step.

import { getThreadsCount, setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

export const name = "tfjs";

export async function open(device, threads) {
  setWasmPaths("/");
  setThreadsCount(threads);
  // It takes no more than half of what the browser says that the processor has.
  Object.defineProperty(navigator, "hardwareConcurrency", {
    value: 2 * threads,
    configurable: true,
  });
  if (!(await tf.setBackend(device))) throw new Error("it does not start");
  await tf.ready();
  const taken = getThreadsCount();
  if (taken !== threads) throw new Error(`it takes ${taken} threads when told to take ${threads}`);
}

const products = {
  forward: ({ rows, C, OC }, [inp, weight]) => {
    const kept = tf.tensor2d(weight, [OC, C]);
    const [x, y] = [tf.tensor2d(inp, [rows, C]), tf.transpose(kept)];
    kept.dispose();
    return [() => tf.matMul(x, y), [x, y]];
  },
  dinp: ({ rows, C, OC }, [dout, weight]) => {
    const [x, y] = [tf.tensor2d(dout, [rows, OC]), tf.tensor2d(weight, [OC, C])];
    return [() => tf.matMul(x, y), [x, y]];
  },
  dweight: ({ rows, C, OC }, [dout, inp]) => {
    const [x, y] = [tf.tensor2d(dout, [rows, OC]), tf.tensor2d(inp, [rows, C])];
    return [() => tf.tidy(() => tf.matMul(tf.transpose(x), y)), [x, y]];
  },
};

export async function prepare(job, inputs) {
  const [call, args] = products[job.product](job, inputs);
  return {
    async run(calls) {
      for (let i = 0; i < calls; i++) call().dispose(); // is done when it returns
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
