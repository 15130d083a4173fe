// What npm run scaling has recorded, in src/recorded/scaling/characters.json, as the cells of this lesson read it.

/** A model of L layers and C channels after so many steps, and its loss on new text. */
export const ladder: readonly (readonly [
  L: number,
  C: number,
  steps: number,
  seed: number,
  loss: number,
])[] = [
  [2, 16, 128, 1337, 3.083],
  [2, 16, 256, 1337, 2.6806],
  [2, 16, 512, 1337, 2.5837],
  [2, 16, 1024, 1337, 2.5001],
  [2, 16, 2048, 1337, 2.332],
  [2, 16, 4096, 1337, 2.1728],
  [2, 32, 128, 1337, 3.1378],
  [2, 32, 256, 1337, 2.8112],
  [2, 32, 512, 1337, 2.5548],
  [2, 32, 1024, 1337, 2.4292],
  [2, 32, 2048, 1337, 2.1842],
  [2, 32, 4096, 1337, 1.9961],
  [3, 48, 128, 1337, 2.7018],
  [3, 48, 256, 1337, 2.5641],
  [3, 48, 512, 1337, 2.461],
  [3, 48, 1024, 1337, 2.3493],
  [3, 48, 2048, 1337, 2.0902],
  [4, 64, 128, 1337, 2.6438],
  [4, 64, 256, 1337, 2.5436],
  [4, 64, 512, 1337, 2.4655],
  [4, 64, 1024, 1337, 2.3337],
  [4, 64, 2048, 1337, 2.0933],
];

/** A model that was trained on a piece of the text: its losses on new text, every 128 steps, and at last on the piece itself. */
export const repeats: readonly (readonly [
  piece: number,
  seed: number,
  trained: number,
  losses: readonly number[],
])[] = [
];

/** Steps with batches of B texts and a learning rate to a loss of 2.5; null if they were more than with another rate. */
export const batches: readonly (readonly [
  B: number,
  rate: number,
  seed: number,
  steps: number | null,
])[] = [
];

/** On the way of a run: mean squared lengths of the gradients of single texts, and of batches of 64. */
export const noise: readonly (readonly [
  step: number,
  seed: number,
  loss: number,
  one: number,
  big: number,
])[] = [
];
