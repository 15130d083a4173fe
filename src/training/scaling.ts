// What is trained for the lesson about scaling: models from small to larger, for short and for longer; one model on pieces of the
// text that it reads again and again; and one model with small batches and with large ones.

import { paddedVocabulary } from "@llm.ts/kernels/model/config.ts";
import type { Config } from "@llm.ts/kernels/models.ts";
import type { Text } from "./session.ts";
import type { Settings } from "./settings.ts";
import { charactersOf, tokenizerOf } from "./tokenizers.ts";
import { decodeTokens, gpt2V } from "./vocabulary.ts";

/** A rung of the ladder. Every head has 16 channels. */
export interface Size {
  readonly L: number;
  readonly C: number;
}

/** From small to large, each about three times the one before, and for how many steps each is trained. */
export const ladder: readonly (Size & { readonly steps: readonly number[] })[] = [
  { L: 2, C: 16, steps: [128, 256, 512, 1024, 2048, 4096] },
  { L: 2, C: 32, steps: [128, 256, 512, 1024, 2048, 4096] },
  { L: 3, C: 48, steps: [128, 256, 512, 1024, 2048] },
  { L: 4, C: 64, steps: [128, 256, 512, 1024, 2048] },
  { L: 4, C: 96, steps: [256, 512, 1024] },
  { L: 4, C: 144, steps: [512, 1024] },
];

/** Which of them is trained on pieces of the text, for how many steps, and of how many tokens each piece is. */
export const repeated = {
  ...{ L: 3, C: 48, steps: 1024, every: 64 },
  pieces: [4096, 16_384, 65_536, 262_144],
} as const;

/** Which of them is trained with batches of B texts until it has the given loss. */
export const batched = {
  ...{ L: 2, C: 16, loss: 2.6, rate: 4e-3, validated: 64 },
  B: [1, 2, 4, 8, 16, 32, 64],
} as const;

/** At which steps of a run with batches of B texts the noise of the gradient is measured, on `of` batches of `big` texts. */
export const noise = {
  B: 16,
  steps: [0, 16, 64, 256, 512, 1024],
  rate: 8e-3,
  big: 64,
  of: 8,
} as const;

const texts = 4; // of a batch, where nothing else is said
export const length = 64; // tokens of each

/** A vocabulary of V characters. */
function configOf({ L, C }: Size, V: number): Config {
  return { maxT: length, V, Vp: paddedVocabulary(V), L, NH: C / 16, C };
}

/**
 * The learning rate of a size: the narrower the model, the higher. For C = 16, 48 and 96 the rates 0.002, 0.004, 0.008 and 0.016
 * were tried, for 256 steps each. This curve goes by the best of them, and is no more than that.
 */
const rateOf = ({ C }: Size): number => Number((0.011 * (16 / C) ** 0.8).toPrecision(2));

/** What is common to all: the settings of the trainer's smallest model, but for the sizes. */
export function settingsOf(
  common: Settings,
  size: Size,
  V: number,
  { steps, seed }: Pick<Settings, "steps" | "seed">,
): Settings {
  return {
    ...common,
    ...{ sizes: configOf(size, V), vocabulary: "characters", B: texts, T: length, steps, seed },
    ...{ learningRate: rateOf(size), warmup: Math.ceil(steps / 16) },
    ...{ validationBatches: validated / texts, validateEvery: steps },
  };
}

/** A text in GPT-2's tokens, character by character. */
export function inCharacters(tokens: Text): { text: Text; V: number } {
  const [train, validation] = [tokens.train, tokens.validation].map((ids) =>
    decodeTokens(ids, gpt2V),
  );
  const vocabulary = charactersOf(train + validation, true);
  const { V, encode } = tokenizerOf(vocabulary, gpt2V);
  const encoded = (text: string) => encode(text, { separators: true });
  return {
    text: { ...tokens, vocabulary, train: encoded(train), validation: encoded(validation) },
    V,
  };
}

export const validated = 256; // texts of a validation

/** A size that was trained for some steps, with a schedule of its own. */
export interface LadderRun extends Size {
  readonly seed: number;
  readonly steps: number;
  /** On text that it never learned from, in nats for a character. */
  readonly loss: number;
}

/** A size that was trained on the first tokens of the text alone. */
export interface RepeatRun {
  readonly seed: number;
  readonly piece: number;
  readonly validations: readonly (readonly [step: number, loss: number])[];
  /** The mean training loss of the last 64 steps. */
  readonly trained: number;
}

/** Steps until a validation showed the loss that was to be reached; null if they became more than with another rate. */
export interface BatchRun {
  readonly seed: number;
  readonly B: number;
  readonly rate: number;
  readonly steps: number | null;
}

/** Mean squared lengths of the gradients of single texts and of batches of `big`, on the way of a run. */
export interface NoiseRun {
  readonly seed: number;
  readonly step: number;
  readonly loss: number;
  readonly big: number;
  readonly squares: readonly [one: number, big: number];
}

export interface Scaling {
  readonly command: string;
  readonly text: {
    readonly name: string;
    readonly V: number;
    readonly train: number;
    readonly validation: number;
  };
  readonly computer: string;
  /** Tokens of a validation. */
  readonly targets: number;
  readonly ladder: readonly LadderRun[];
  readonly repeats: readonly RepeatRun[];
  readonly batches: readonly BatchRun[];
  readonly noise: readonly NoiseRun[];
}

type Row = readonly (number | null | readonly number[])[];

/** What was recorded, as the cells of the lesson read it, in rows that are sorted by their first numbers. */
export function cellRows({ ladder, repeats, batches, noise }: Scaling) {
  return {
    ladder: sorted(ladder.map(({ L, C, steps, seed, loss }) => [L, C, steps, seed, loss])),
    repeats: sorted(
      repeats.map(({ piece, seed, trained, validations }) => [
        ...[piece, seed, trained],
        validations.map(([, loss]) => loss),
      ]),
    ),
    batches: sorted(batches.map(({ B, rate, seed, steps }) => [B, rate, seed, steps])),
    noise: sorted(noise.map(({ step, seed, loss, squares }) => [step, seed, loss, ...squares])),
  };
}

const sorted = (rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => {
    const at = a.findIndex((value, i) => value !== b[i]);
    return at < 0 ? 0 : Number(a[at]) - Number(b[at]);
  });

/** The lesson's file with these rows instead of its own. @throws Error if it has no such table */
export function withRows(file: string, scaling: Scaling): string {
  return Object.entries(cellRows(scaling)).reduce((text, [name, rows]) => {
    const table = new RegExp(`(export const ${name}: [^=]*= )\\[\\n.*?\\n\\];`, "s");
    if (!table.test(text)) throw new Error(`the cells' file has no table called ${name}`);
    return text.replace(table, (_, head) => `${head}${JSON.stringify(rows)};`);
  }, file);
}
