// How fast the TypeScript tier multiplies matrices, beside the plain triple loop: `node tests/bench/kernels.ts`.
// Prints GFLOP/s, the best of many runs; one multiplication and one addition are two operations.

import { parseArgs } from "node:util";
import { matmulBackward, matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { random } from "../random.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "0.5" }, // time for each figure
    // Calls matmul with float64 arrays first: V8 then compiles loops for both types, and training must not be so.
    mixed: { type: "boolean", default: false },
  },
});

const shapes = [
  { rows: 256, C: 768, OC: 768 },
  { rows: 256, C: 128, OC: 512 },
  { rows: 256, C: 128, OC: 1024 },
];

function plainForward(
  out: Floats,
  inp: Floats,
  weight: Floats,
  rows: number,
  C: number,
  OC: number,
) {
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < OC; o++) {
      let sum = 0;
      for (let i = 0; i < C; i++) sum += inp[r * C + i] * weight[o * C + i];
      out[r * OC + o] = sum;
    }
  }
}

function plainBackward(
  dinp: Floats,
  dweight: Floats,
  dout: Floats,
  inp: Floats,
  weight: Floats,
  rows: number,
  C: number,
  OC: number,
) {
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < OC; o++) {
      const d = dout[r * OC + o];
      for (let i = 0; i < C; i++) {
        dinp[r * C + i] += d * weight[o * C + i];
        dweight[o * C + i] += d * inp[r * C + i];
      }
    }
  }
}

/** Seconds that the fastest of many calls takes. */
function fastest(run: () => void): number {
  const end = performance.now() + Number(values.seconds) * 1000;
  let best = Infinity;
  do {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  } while (performance.now() < end);
  return best / 1000;
}

if (values.mixed) {
  const [small, out] = [Float64Array.from(random(64, 1)), new Float64Array(64)];
  for (let i = 0; i < 2000; i++) {
    matmulForward(out, small, small, null, 1, 8, 8, 8);
    matmulBackward(out, out, null, small, small, small, 1, 8, 8, 8);
  }
}

console.log(`Node ${process.version}, GFLOP/s${values.mixed ? ", after float64 calls" : ""}`);
for (const { rows, C, OC } of shapes) {
  const [inp, weight, dout] = [random(rows * C, 1), random(OC * C, 2), random(rows * OC, 3)];
  const [out, dinp, dweight] = [dout, inp, weight].map((array) => new Float32Array(array.length));
  const seconds = {
    "forward, plain": fastest(() => plainForward(out, inp, weight, rows, C, OC)),
    "forward, matmul.ts": fastest(() => matmulForward(out, inp, weight, null, 1, rows, C, OC)),
    "backward, plain": fastest(() => plainBackward(dinp, dweight, dout, inp, weight, rows, C, OC)),
    "backward, matmul.ts": fastest(() =>
      matmulBackward(dinp, dweight, null, dout, inp, weight, 1, rows, C, OC),
    ),
  };
  for (const [what, time] of Object.entries(seconds)) {
    const operations = (what.startsWith("forward") ? 2 : 4) * rows * C * OC;
    console.log(`${rows}x${C}x${OC}  ${what.padEnd(20)} ${(operations / time / 1e9).toFixed(2)}`);
  }
}
