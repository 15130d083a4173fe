// Three ways to round: to the nearest, and at random to one of the two neighbours.

import { packBfloat16, unpackBfloat16 } from "@llm.ts/kernels/pack/pack.ts";
import { hash, type Stream } from "@llm.ts/kernels/runtime/random.ts";

/** To the nearest number of bfloat16, by the course's own kernel. */
export function toNearest(values: Float32Array): Float32Array {
  const packed = new Float32Array(Math.ceil(values.length / 2));
  packBfloat16(packed, values, values.length);
  const out = new Float32Array(values.length);
  unpackBfloat16(out, packed, values.length);
  return out;
}

/** To one of the two neighbours in bfloat16, the nearer one more often: 16 random bits are added, and 16 bits cut off. */
export function atRandom(values: Float32Array, stream: Stream): Float32Array {
  const out = values.slice();
  const words = new Uint32Array(out.buffer);
  for (let i = 0; i < words.length; i++) {
    words[i] = (words[i] + (hash(stream, i) >>> 16)) & 0xffff0000;
  }
  return out;
}
