// The check against the definition: a loss whose minimum is known, sum of c_i (x_i - a_i)^2 / 2. Does AdamW find it? The
// curvatures c_i differ by a factor of a million, and every gradient carries some noise, as the gradient of a batch does.

import { adamwUpdate } from "@llm.ts/kernels/adamw/adamw.ts";
import { learningRate, type Schedule } from "@llm.ts/kernels/model/schedule.ts";

const curvature = [0.001, 0.1, 10, 1000];
const minimum = Float64Array.of(2, -1, 0.5, 3);
const [beta1, beta2, eps, steps, lr] = [0.9, 0.95, 1e-8, 1000, 0.05];
const N = minimum.length;

export const constant = run("constant learning rate", { kind: "constant", lr });
export const cosine = run("warm-up and cosine", {
  kind: "cosine",
  lr,
  warmupSteps: 50,
  totalSteps: steps,
  floor: 0,
});

/** Prints how far from the minimum it ends, and how far one step went at most. */
function run(name: string, schedule: Schedule): { distance: number; longest: number } {
  const params = new Float64Array(N);
  const [m, v] = [new Float64Array(N), new Float64Array(N)];
  const noise = generator(1);
  let longest = 0; // of all steps of all parameters, in learning rates
  for (let t = 1; t <= steps; t++) {
    const grads = params.map((x, i) => curvature[i] * (x - minimum[i] + 0.5 * noise()));
    const before = params.slice();
    const rate = learningRate(schedule, t);
    adamwUpdate(params, grads, m, v, t, rate, beta1, beta2, eps, 0, N);
    if (rate === 0) continue;
    for (let i = 0; i < N; i++) {
      longest = Math.max(longest, Math.abs(params[i] - before[i]) / rate);
    }
  }
  const distance = Math.max(...params.map((x, i) => Math.abs(x - minimum[i])));
  console.log(`${name}: ${Array.from(params, (x) => x.toFixed(3)).join(", ")}`);
  console.log(`  at most ${distance.toFixed(3)} off; longest step ${longest.toFixed(2)} lr`);
  return { distance, longest };
}

/** Numbers from -1 to 1, the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
