// The operations of one step of training, kernel by kernel, beside 6 for each weight and token.

import { costOf, watchKernels } from "@llm.ts/kernels/cost.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { trainStep } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";

const [B, T] = [1, 64];
const sizes = [
  { L: 2, C: 16 },
  { L: 3, C: 48 },
  { L: 4, C: 144 },
];

console.log("          N   6ND, millions  matrices  attention  classifier    rest");
export const shares = sizes.map(({ L, C }) => {
  const N = 12 * L * C * C;
  const counted = { matrices: 0, attention: 0, classifier: 0, rest: 0 };
  const backend = watchKernels(createCpu(), (kernel, args) => {
    const { flops } = costOf(kernel, args);
    const isMatmul = kernel === "matmulForward" || kernel === "matmulBackward";
    if (isMatmul) counted[args[args.length - 1] === Vp ? "classifier" : "matrices"] += flops;
    else counted[kernel.startsWith("attention") ? "attention" : "rest"] += flops;
  });
  const [V, Vp] = [66, 128];
  const config = { maxT: T, V, Vp, L, NH: C / 16, C };
  const model = createGPT2(backend, config, { B, T, training: true });
  initialise(model, 1);
  const tokens = Int32Array.from({ length: B * T }, (_, i) => i % V);
  trainStep(model, [{ inputs: tokens, targets: tokens }], 1, defaultOptimiser);

  const rule = 6 * N * B * T;
  const columns = Object.values(counted).map((flops) => (flops / rule).toFixed(3).padStart(10));
  console.log(
    N.toLocaleString("en").padStart(11) + (rule / 1e6).toFixed(1).padStart(14) + columns.join(" "),
  );
  return { N, ...counted, rule };
});
