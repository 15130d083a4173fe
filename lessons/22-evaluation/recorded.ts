// What `npm run evaluate` printed of three small models that differ in nothing but their vocabulary. They were trained on the
// end of Tiny Shakespeare, from byte 111,038 on, and measured on what comes before, with
//
//   npm run train -- --text rest.txt --L 2 --NH 4 --C 64 --B 8 --T 64 --steps 1200 --lr 5e-3 --warmup 50 --final-rate 0.1
//     --decay 0.1 --clip 1 --beta2 0.95 --order shuffled --save run.safetensors
//
// and `--vocabulary characters`, or `--vocabulary pairs`, or neither.

/** A line as a vocabulary cuts it, after its speaker's name, and what each token surprised that vocabulary's model by. */
export interface Cut {
  readonly name: string;
  readonly tokens: readonly string[];
  readonly losses: readonly number[]; // in nats
}

export const text = "Good lords, the day is won, and we are free.";

export const cuts: readonly Cut[] = [
  {
    name: "characters",
    tokens: [
      "G",
      "o",
      "o",
      "d",
      " ",
      "l",
      "o",
      "r",
      "d",
      "s",
      ",",
      " ",
      "t",
      "h",
      "e",
      " ",
      "d",
      "a",
      "y",
      " ",
      "i",
      "s",
      " ",
      "w",
      "o",
      "n",
      ",",
      " ",
      "a",
      "n",
      "d",
      " ",
      "w",
      "e",
      " ",
      "a",
      "r",
      "e",
      " ",
      "f",
      "r",
      "e",
      "e",
      ".",
    ],
    losses: [
      4.16, 0.49, 1.504, 0.892, 0.465, 3.305, 0.729, 0.89, 0.936, 2.348, 2.555, 0.033, 2.019, 0.193,
      0.524, 0.744, 3.377, 2.154, 2.238, 1.53, 3.466, 1.047, 0.332, 2.821, 1.83, 2.614, 2.919,
      0.113, 2.615, 1.033, 0.095, 0.144, 2.77, 1.759, 1.836, 2.511, 1.857, 1.11, 0.967, 3.306,
      1.576, 0.989, 2.425, 2.924,
    ],
  },
  {
    name: "byte pairs",
    tokens: [
      "G",
      "ood",
      " lords",
      ",",
      " the",
      " day",
      " is",
      " w",
      "on",
      ",",
      " and",
      " we",
      " are",
      " f",
      "ree",
      ".",
    ],
    losses: [
      3.22, 1.82, 5.703, 0.493, 4.138, 5.464, 3.378, 5.471, 4.151, 2.429, 2.393, 4.669, 4.607,
      4.423, 4.172, 2.12,
    ],
  },
  {
    name: "GPT-2's",
    tokens: [
      "G",
      "ood",
      " l",
      "ord",
      "s",
      ",",
      " the",
      " d",
      "ay",
      " is",
      " w",
      "on",
      ",",
      " and",
      " we",
      " are",
      " f",
      "ree",
      ".",
    ],
    losses: [
      3.709, 2.526, 4.378, 0.948, 2.09, 2.038, 3.841, 3.784, 2.996, 4.854, 4.852, 4.871, 2.271,
      2.821, 4.739, 3.834, 3.957, 4.479, 1.699,
    ],
  },
];

/** On the held-out text: 111,038 bytes, T = 64, stride 64. The error is from blocks of 256 targets. */
export const held = [
  { name: "characters", targets: 111867, nats: 2.08302, error: 0.00495 },
  { name: "byte pairs", targets: 47758, nats: 4.34368, error: 0.01373 },
  { name: "GPT-2's", targets: 51676, nats: 3.93374, error: 0.01978 },
];

/** Byte pairs, on the first 20,000 bytes of it, with windows that move on by so many tokens. */
export const strides = [
  { stride: 64, bitsPerByte: 2.69889 },
  { stride: 48, bitsPerByte: 2.68739 },
  { stride: 32, bitsPerByte: 2.69217 },
  { stride: 16, bitsPerByte: 2.69351 },
  { stride: 1, bitsPerByte: 2.69751 },
];

/** GPT-2's tokens on all of the held-out text, by the place of a target in its window of 64: from, to, mean loss, its error. */
export const places = [
  { from: 0, to: 1, nats: 4.222, error: 0.078 },
  { from: 1, to: 4, nats: 4.01, error: 0.044 },
  { from: 4, to: 16, nats: 3.917, error: 0.022 },
  { from: 16, to: 64, nats: 3.927, error: 0.011 },
];
