// RoPE: where a token is, told by turning. In each head of the queries and of the keys, channels are taken in pairs, and each
// pair is turned by an angle that grows with the token's place. The product of a query and a key then depends on how far they
// are apart, and not on where they are: turning both further changes nothing. Values are not turned.
//
//   angle_{t, i} = t * base^(-2i / hs)          for the pairs i = 0 .. hs/2 - 1
//   a' = a cos angle - b sin angle
//   b' = a sin angle + b cos angle
//
// Which channels make a pair is a matter of layout: 2i and 2i + 1 in Llama's own files, i and i + hs/2 in those of Hugging
// Face, whose matrices have their rows in that order.
//
// Source: Su et al. 2021, "RoFormer: Enhanced Transformer with Rotary Position Embedding", https://arxiv.org/abs/2104.09864.

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  ropeForward: {
    arrays: { qkv: "B*T*(NH+2*NKV)*hs, updated", cis: "T*hs" },
    settings: ["apart"],
    sizes: ["B", "T", "NH", "NKV", "hs"],
    flops: "3*B*T*(NH+NKV)*hs",
    moved: "2*B*T*(NH+NKV)*hs+T*hs",
    further: ({ apart, hs }, kernel) => checkPairs(kernel, apart, hs),
  },
  ropeBackward: {
    arrays: { dqkv: "B*T*(NH+2*NKV)*hs, updated", cis: "T*hs" },
    settings: ["apart"],
    sizes: ["B", "T", "NH", "NKV", "hs"],
    flops: "3*B*T*(NH+NKV)*hs",
    moved: "2*B*T*(NH+NKV)*hs+T*hs",
    further: ({ apart, hs }, kernel) => checkPairs(kernel, apart, hs),
  },
} as const satisfies Signatures;

/**
 * Turns the queries and the keys of B texts of T tokens, in place: nothing has to be kept for the
 * backward pass.
 *
 * @throws RangeError if a size is not a positive integer, hs is odd, apart is neither 1 nor hs/2, or
 *   an array has another length than is written beside it
 */
export function ropeForward(
  qkv: Floats, // (B, T, (NH + 2 NKV) hs), updated: of each token NH queries, NKV keys, NKV values
  cis: Floats, // (T, 2, hs/2): the cosine of each pair's angle, then the sines; see ropeAngles
  apart: number, // the channels of a pair are so far apart: 1 or hs/2
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  checkArguments(signatures, "ropeForward", { qkv, cis }, { B, T, NH, NKV, hs });
  checkPairs("ropeForward", apart, hs);
  const pairs = hs / 2;
  for (let bt = 0; bt < B * T; bt++) {
    const angle = (bt % T) * hs; // the place's row of cis
    for (let head = 0; head < NH + NKV; head++) {
      const row = (bt * (NH + 2 * NKV) + head) * hs;
      for (let i = 0; i < pairs; i++) {
        const first = row + channelOf(i, apart);
        const cos = cis[angle + i];
        const sin = cis[angle + pairs + i];
        const a = qkv[first];
        const b = qkv[first + apart];
        qkv[first] = a * cos - b * sin;
        qkv[first + apart] = a * sin + b * cos;
      }
    }
  }
}

/**
 * Turns the gradients of queries and keys back, in place. A turn keeps lengths and angles, so that its transpose, which the
 * chain rule asks for, is the turn by the opposite angle:
 *
 *   da = da' cos angle + db' sin angle
 *   db = -da' sin angle + db' cos angle
 *
 * @throws RangeError as ropeForward
 */
export function ropeBackward(
  dqkv: Floats, // (B, T, (NH + 2 NKV) hs), updated: from the gradient of what was turned to that of what came in
  cis: Floats, // (T, 2, hs/2)
  apart: number,
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  checkArguments(signatures, "ropeBackward", { dqkv, cis }, { B, T, NH, NKV, hs });
  checkPairs("ropeBackward", apart, hs);
  const pairs = hs / 2;
  for (let bt = 0; bt < B * T; bt++) {
    const angle = (bt % T) * hs;
    for (let head = 0; head < NH + NKV; head++) {
      const row = (bt * (NH + 2 * NKV) + head) * hs;
      for (let i = 0; i < pairs; i++) {
        const first = row + channelOf(i, apart);
        const cos = cis[angle + i];
        const sin = cis[angle + pairs + i];
        const da = dqkv[first];
        const db = dqkv[first + apart];
        dqkv[first] = da * cos + db * sin;
        dqkv[first + apart] = -da * sin + db * cos;
      }
    }
  }
}

/** Where in a head pair i begins: at channel 2i where neighbours are paired, at i where halves are. */
function channelOf(i: number, apart: number): number {
  return Math.floor(i / apart) * 2 * apart + (i % apart);
}

/** @throws RangeError if hs is odd, or apart is neither 1 nor hs/2 */
function checkPairs(kernel: string, apart: number, hs: number): void {
  if (hs % 2 !== 0) throw new RangeError(`${kernel}: hs is ${hs}, expected an even number`);
  if (apart !== 1 && apart !== hs / 2) {
    throw new RangeError(`${kernel}: apart is ${apart}, expected 1 or hs/2 = ${hs / 2}`);
  }
}

/** How Llama 3.1 stretches angles so that a model reads texts longer than those that it was trained on. */
export interface RopeScaling {
  /** Slow turns are this much slower: 8. */
  factor: number;
  /** Pairs with fewer full turns than this within the first length are slowed down: 1. */
  low: number;
  /** Those with more than this are left alone: 4. Between the two the one passes into the other. */
  high: number;
  /** The length that the model was trained on at first: 8192. */
  before: number;
}

/**
 * The table of cosines and sines that the kernels take.
 *
 * Angles are computed in float64: at place 130,000 the fastest pair has turned by 130,000 radians, and float32 knows those
 * to 0.008 only.
 *
 * @param T places, from `start` on
 * @param base 10,000 in Llama 2, 500,000 in Llama 3
 * @returns (T, 2, hs/2): for each place the cosines of all pairs, then their sines
 * @throws RangeError if T or hs is not a positive integer, hs is odd, base is not over 0, or start is no whole number from 0 on
 */
export function ropeAngles(
  T: number,
  hs: number,
  base: number,
  scaling: RopeScaling | null = null,
  start = 0,
): Float32Array {
  if (!Number.isSafeInteger(T) || T < 1) {
    throw new RangeError(`ropeAngles: T is ${T}, expected a positive integer`);
  }
  if (!Number.isSafeInteger(hs) || hs < 2 || hs % 2 !== 0) {
    throw new RangeError(`ropeAngles: hs is ${hs}, expected a positive even number`);
  }
  if (!(base > 0 && base < Infinity)) {
    throw new RangeError(`ropeAngles: base is ${base}, expected a finite number over 0`);
  }
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new RangeError(`ropeAngles: start is ${start}, expected a whole number, 0 or more`);
  }
  const pairs = hs / 2;
  const cis = new Float32Array(T * hs);
  for (let i = 0; i < pairs; i++) {
    const frequency = scaled(base ** ((-2 * i) / hs), scaling); // radians from one place to the next
    for (let t = 0; t < T; t++) {
      const angle = (start + t) * frequency;
      cis[t * hs + i] = Math.cos(angle);
      cis[t * hs + pairs + i] = Math.sin(angle);
    }
  }
  return cis;
}

/**
 * By how much each pair turns slower than it would without the scaling: 1 where it is left alone, up to `factor`.
 *
 * @returns (hs/2)
 */
export function ropeFactors(hs: number, base: number, scaling: RopeScaling): Float32Array {
  return Float32Array.from({ length: hs / 2 }, (_, i) => {
    const frequency = base ** ((-2 * i) / hs);
    return frequency / scaled(frequency, scaling);
  });
}

function scaled(frequency: number, scaling: RopeScaling | null): number {
  if (scaling === null) return frequency;
  const { factor, low, high, before } = scaling;
  const rounds = (before * frequency) / (2 * Math.PI);
  const kept = Math.min(1, Math.max(0, (rounds - low) / (high - low)));
  return kept * frequency + ((1 - kept) * frequency) / factor;
}
