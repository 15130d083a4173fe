// The example by hand: a pair turned by the angle whose cosine is 0.6 and whose sine is 0.8, and its gradient turned back.

import { ropeBackward, ropeForward } from "@llm.ts/kernels/rope/rope.ts";

const cis = Float64Array.of(0.6, 0.8); // one place, one pair: cosine, sine
const qkv = Float64Array.of(5, 10, 5, 10, 5, 10); // a query, a key and a value, all the same
const dqkv = Float64Array.of(1, 2, 1, 2, 1, 2);

ropeForward(qkv, cis, 1, 1, 1, 1, 1, 2);
console.log("turned:     ", list(qkv));
ropeBackward(dqkv, cis, 1, 1, 1, 1, 1, 2);
console.log("turned back:", list(dqkv));

ropeBackward(qkv, cis, 1, 1, 1, 1, 1, 2);
console.log("\nThe backward pass over what the forward pass made:");
console.log("            ", list(qkv));

function list(values: Float64Array): string {
  const [q, k, v] = [0, 2, 4].map(
    (at) => `(${values[at].toFixed(1)}, ${values[at + 1].toFixed(1)})`,
  );
  return `query ${q}, key ${k}, value ${v}`;
}
