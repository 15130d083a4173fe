// A whole attention layer over a sentence: queries, keys and values, three heads, and the projection that adds them up. All
// weights are written by hand, so that each head does something that one can see. They are not from a trained model.

import { attentionForward } from "@llm.ts/kernels/attention/attention.ts";
import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";

export const tokens = ["The", "dog", "barked", "because", "it", "saw", "a", "cat"];
export const channels = ["noun", "verb", "pronoun", "dog", "cos", "sin"];
export const heads = ["the token before", "the noun it is about", "all alike"];

const T = tokens.length;
const C = channels.length;
const NH = heads.length; // so hs = 2

// What is in the vector of each token: four marks, and its place, as an angle.
const step = 0.8;
const inp = Float32Array.from(
  tokens.flatMap((token, t) => [
    Number(["dog", "cat"].includes(token)),
    Number(["barked", "saw"].includes(token)),
    Number(token === "it"),
    Number(token === "dog"),
    Math.cos(step * t),
    Math.sin(step * t),
  ]),
);

// Each row of weights makes one channel of q, k or v from the six channels of a token; two rows make a head's.
const [cos, sin] = [Math.cos(step), Math.sin(step)];
const none = [0, 0, 0, 0, 0, 0];
const query = [
  [0, 0, 0, 0, 15 * cos, 15 * sin], // head 0: its own angle less one step, which is the angle of the token before
  [0, 0, 0, 0, -15 * sin, 15 * cos],
  [0, 5, 5, 0, 0, 0], // head 1: verbs and pronouns ask ...
  none,
  none, // head 2 asks nothing
  none,
];
const key = [
  [0, 0, 0, 0, 1, 0],
  [0, 0, 0, 0, 0, 1],
  [1, 0, 0, 0, 0, 0], // ... and nouns answer
  none,
  none,
  none,
];
const value = [
  [1, 0, 0, 0, 0, 0], // head 0 hands on: noun, verb
  [0, 1, 0, 0, 0, 0],
  [1, 0, 0, 0, 0, 0], // head 1: noun, dog
  [0, 0, 0, 1, 0, 0],
  [1, 0, 0, 0, 0, 0], // head 2: noun, verb
  [0, 1, 0, 0, 0, 0],
];
const weight = Float32Array.from([...query, ...key, ...value].flat()); // (3C, C)

const qkv = new Float32Array(T * 3 * C);
matmulForward(qkv, inp, weight, null, 1, T, C, 3 * C);
const atty = new Float32Array(T * C); // the heads' answers side by side
const preatt = new Float32Array(NH * T * T);
export const att = new Float32Array(NH * T * T);
attentionForward(atty, preatt, att, qkv, 1, T, C, NH);

// The projection: each row makes one channel from the six channels of all heads.
const projection = Float32Array.from(
  [
    [0.2, 0, 0.5, 0, 0.5, 0], // noun
    [0, 0.2, 0, 0, 0, 0.5], // verb
    none, // pronoun
    [0, 0, 0, 1, 0, 0], // dog
    none, // place
    none,
  ].flat(),
);
export const attproj = new Float32Array(T * C);
matmulForward(attproj, atty, projection, null, 1, T, C, C);

// What each head adds to it: the same product, with the channels of all other heads set to 0.
const hs = C / NH;
export const contributions = new Float32Array(NH * T * C);
for (let h = 0; h < NH; h++) {
  const alone = atty.map((x, j) => (Math.floor((j % C) / hs) === h ? x : 0));
  const part = contributions.subarray(h * T * C, (h + 1) * T * C);
  matmulForward(part, alone, projection, null, 1, T, C, C);
}
console.log(`(NH, T, T) = (${NH}, ${T}, ${T}): ${att.length} weights`);
