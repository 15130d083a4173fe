// npm run evaluate: how much a text surprises a model, for each token and each byte, and which of several endings it prefers.

import { createModelOf } from "@llm.ts/kernels/models.ts";
import { checkWords, readText, sectionsOf, TextError } from "../training/encoding.ts";
import {
  bitsPerByte,
  type Choice,
  type Ending,
  meanOf,
  rightOf,
  scoreChoices,
  shareError,
  surprises,
} from "../training/evaluation.ts";
import type { OpenWeights } from "../training/opening.ts";
import { openTokenizer } from "../training/published.ts";
import { encode, endOfText } from "../training/tokenizer.ts";
import { tokenizerOf } from "../training/tokenizers.ts";
import { narrowTokens } from "../training/vocabulary.ts";
import { fillParameters } from "../training/weights.ts";
import { backendFlags, nameOf, openBackend } from "./backends.ts";
import { readChoices } from "./choices.ts";
import { type Command, type Flags, positive, UsageError } from "./command.ts";
import { fileAt, refuseOtherTokens, withWeights } from "./convert.read.ts";
import { pathOf, reading, readWhole } from "./files.ts";

const flags = {
  model: {
    takes: "FILE",
    says: "a checkpoint of llm.c (.bin), safetensors, GGUF, a checkpoint of npm run train or of the\nsite; or the folder of a GPT-2, Llama, Mistral or Gemma from Hugging Face",
  },
  text: { takes: "FILE", says: "a text in UTF-8 that the model was not trained on" },
  bytes: { takes: "N", range: positive, says: "only so much of its beginning. Default: all" },
  whole: {
    says: "read the text as one, as a model from elsewhere expects it. Without this <|endoftext|>\ncomes before each section between blank lines, as in training here; a model with a\ntokenizer.json of its own always reads it as one",
  },
  choices: {
    takes: "FILE",
    says: 'choices between endings: on each line {"context": "...", "endings": ["...", ...], "label": 0}',
  },
  T: {
    takes: "N",
    range: positive,
    says: "tokens that are read at a time. Default: all that the model can, up to 1,024",
  },
  stride: {
    takes: "N",
    range: positive,
    says: "by how many tokens the T that are read move on; less than T gives them context, and takes\nlonger. Default: T",
  },
  block: {
    takes: "N",
    range: positive,
    says: "neighbouring tokens that count as one for the standard error. Default: 256",
  },
  json: { says: "print one JSON object a line" },
  each: { says: "with --json: the ids of the tokens and the loss of each but the first, as well" },
  ...backendFlags,
} as const;

type Name = keyof typeof flags;

export const evaluate: Command<Name> = {
  name: "evaluate",
  does: "Measures a model: the loss on a text, in nats for a token and in bits for a byte, and how often it prefers the right ending.",
  takes: [],
  flags,
  examples: [
    "--model run.safetensors --text held.txt --stride 32",
    "--model run.safetensors --choices choices.jsonl",
  ],
  run,
};

async function run(flags: Flags<Name>): Promise<number> {
  const path = flags.text("model");
  if (path === undefined) throw new UsageError("--model is missing: name the file of a model");
  if (!flags.has("text") && !flags.has("choices")) {
    throw new UsageError("there is nothing to measure on: give a --text, or --choices, or both");
  }
  const alone = (["bytes", "stride", "block", "whole", "each"] as const).find((name) =>
    flags.has(name),
  );
  if (alone && !flags.has("text")) {
    throw new UsageError(`--${alone} is about a --text, and none is given`);
  }
  if (flags.on("each") && !flags.on("json")) {
    throw new UsageError("--each adds to what --json prints: give both");
  }
  return withWeights(fileAt(pathOf(path)), undefined, (weights) => measure(weights, flags));
}

async function measure(weights: OpenWeights, flags: Flags<Name>): Promise<number> {
  const { maxT } = weights.config;
  const T = flags.number("T") ?? Math.min(maxT, 1024);
  const stride = flags.number("stride") ?? T;
  if (T > maxT) throw new UsageError(`--T is ${T}, and the model reads ${maxT} tokens at most`);
  if (stride > T) {
    throw new UsageError(`--stride is ${stride}, more than T = ${T}: tokens would be left out`);
  }
  const words = await wordsOf(weights, flags.on("whole"));
  const text = await textOf(flags, words);
  const choices = await choicesOf(flags, words, T);
  const options = {
    ...{ B: Math.max(1, Math.min(16, Math.floor(1024 / T))), T, training: false },
    attention: "recomputed" as const,
  };
  const computer = await openBackend(flags, { config: weights.config, options });
  try {
    const model = createModelOf(computer.backend, weights.config, options);
    await fillParameters(model, weights);
    const print = flags.on("json")
      ? (_: string[], facts: object) => process.stdout.write(`${JSON.stringify(facts)}\n`)
      : (lines: string[]) => process.stdout.write(`${lines.join("\n")}\n`);
    process.stderr.write(`${weights.says}, computed by ${nameOf(computer)}\n`);
    if (text) {
      const block = flags.number("block") ?? 256;
      const losses = await surprises(model, text.ids, stride, progress());
      const [lines, facts] = onText(losses, { ...text, T, stride, block });
      const each = { ids: Array.from(text.ids), losses: Array.from(losses, rounded) };
      print(lines, flags.on("each") ? { ...facts, ...each } : facts);
    }
    if (choices) print(...onChoices(choices, await scoreChoices(model, choices)));
    return 0;
  } finally {
    computer.close();
  }
}

const rounded = (loss: number): number => Number(loss.toFixed(5));

/** A line that tells how far it is, on a terminal. */
function progress(): (done: number) => void {
  if (!process.stderr.isTTY) return () => {};
  return (done) => {
    process.stderr.write(done < 1 ? `\r\x1b[K${Math.round(100 * done)} % read` : "\r\x1b[K");
  };
}

interface Measured {
  readonly name: string;
  readonly whole: boolean;
  readonly bytes: number;
  readonly T: number;
  readonly stride: number;
  readonly block: number;
}

/** What is printed, as lines and as an object. */
function onText(
  losses: Float64Array,
  { name, whole, bytes, T, stride, block }: Measured,
): [string[], object] {
  const read = whole ? "read as one" : "read in sections";
  const { mean, error, independent } = meanOf(losses, block);
  const perByte = bitsPerByte(losses, bytes);
  const scale = perByte / mean; // the bytes are what they are: all that varies is the loss
  const count = (value: number) => value.toLocaleString("en-US");
  const from = Number.isNaN(error)
    ? `too few targets for two blocks of ${block}`
    : `standard error ${error.toFixed(4)} from blocks of ${block} targets`;
  const alone = Number.isNaN(independent)
    ? "" // of a single target
    : ` (${independent.toFixed(4)} if they were independent)`;
  const ofBytes = Number.isNaN(error) ? "" : `, standard error ${(error * scale).toFixed(4)}`;
  return [
    [
      `${name}, ${read}: ${count(bytes)} bytes, ${count(losses.length)} targets, T = ${T}, stride = ${stride}`,
      `${mean.toFixed(4)} nats per token, ${from}${alone}`,
      `${(mean / Math.LN2).toFixed(4)} bits per token`,
      `perplexity ${Math.exp(mean).toFixed(2)}`,
      `${perByte.toFixed(4)} bits per byte${ofBytes}`,
    ],
    {
      ...{ type: "text", name, whole, bytes, targets: losses.length, T, stride, block },
      ...{ nats: mean, error, independent },
      ...{ bitsPerToken: mean / Math.LN2, perplexity: Math.exp(mean), bitsPerByte: perByte },
    },
  ];
}

function onChoices(
  choices: readonly Choice[],
  scores: Awaited<ReturnType<typeof scoreChoices>>,
): [string[], object] {
  const asked = choices.length;
  const lines = (["sum", "mean"] as const).map((by) => {
    const right = rightOf(choices, scores, by);
    return { by, right, error: shareError(right, asked) };
  });
  const chance = choices.reduce((sum, { endings }) => sum + 1 / endings.length, 0) / asked;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    [
      ...lines.map(
        ({ by, right, error }) =>
          `by ${by}: ${right} of ${asked} right, ${percent(right / asked)}, ${error === 0 ? `and no standard error, as all are alike: a model that is right on ${percent(right === 0 ? 1 - 0.05 ** (1 / asked) : 0.05 ** (1 / asked))} would still do so once in 20 times` : `standard error ${percent(error)}`}`,
      ),
      `by chance: ${percent(chance)}`,
    ],
    {
      ...{ type: "choices", asked, chance },
      ...Object.fromEntries(lines.map(({ by, right, error }) => [by, { right, error }])),
      scores,
    },
  ];
}

interface Text {
  readonly name: string;
  readonly whole: boolean;
  readonly ids: ArrayLike<number>;
  readonly bytes: number; // of text that these tokens spell
}

async function textOf(flags: Flags<Name>, words: Words): Promise<Text | undefined> {
  const name = flags.text("text");
  if (name === undefined) return undefined;
  const path = pathOf(name);
  return reading(path, () => {
    const all = readWhole(path);
    const text = readText(all.subarray(0, characterBorder(all, flags.number("bytes"))));
    const bytes = Buffer.byteLength(words.spelled(text));
    return { name, whole: words.whole, ids: words.text(text), bytes };
  });
}

/** The last place up to `most` at which a character of a UTF-8 text begins. */
function characterBorder(bytes: Uint8Array, most = bytes.length): number {
  let at = Math.min(most, bytes.length);
  while (at > 0 && at < bytes.length && (bytes[at] & 0xc0) === 0x80) at--;
  return at;
}

async function choicesOf(
  flags: Flags<Name>,
  words: Words,
  T: number,
): Promise<Choice[] | undefined> {
  const name = flags.text("choices");
  if (name === undefined) return undefined;
  const path = pathOf(name);
  return reading(path, () =>
    readChoices(readText(readWhole(path))).map(({ context, endings, label, line }) => ({
      label,
      endings: endings.map((ending) => {
        const found = inLine(line, () =>
          endingOf(words.prompt(context), words.prompt(context + ending)),
        );
        if (found.ids.length <= T + 1) return found;
        throw new TextError(
          `line ${line}: context and ending are ${found.ids.length} tokens, and T = ${T} leaves room for ${T + 1}`,
        );
      }),
    })),
  );
}

/** Names the line of what cannot be encoded. */
function inLine<Result>(line: number, encode: () => Result): Result {
  try {
    return encode();
  } catch (error) {
    if (error instanceof TextError) throw new TextError(`line ${line}: ${error.message}`);
    throw error;
  }
}

/** The ending's tokens are those from the first on that the context alone does not have. */
function endingOf(context: ArrayLike<number>, ids: ArrayLike<number>): Ending {
  let from = 1;
  while (from < context.length && context[from] === ids[from]) from++;
  return { ids, from };
}

/** How the model's tokens are made. */
interface Words {
  /** Whether a text to be measured on is read as one, without borders between its sections. */
  readonly whole: boolean;
  /** The tokens of a text to be measured on. The first is not counted: it spells nothing. */
  text(text: string): ArrayLike<number>;
  /** The tokens of a text that begins here and is not over yet. */
  prompt(text: string): ArrayLike<number>;
  /** What of a text its tokens spell: where it says <|endoftext|>, that is the border of two sections. */
  spelled(text: string): string;
}

async function wordsOf(weights: OpenWeights, whole: boolean): Promise<Words> {
  const { own, published, config } = weights;
  const { V } = config;
  if (published) {
    const { encode, begin } = await openTokenizer(published, V);
    const all = (text: string) => {
      const ids = encode(text);
      return begin === undefined || ids[0] === begin ? ids : [begin, ...ids];
    };
    if (begin !== undefined) {
      return { whole: true, text: all, prompt: all, spelled: (text) => text };
    }
    throw new UsageError(
      "config.json names no token that begins a text, so the first token of a text cannot be measured",
    );
  }
  refuseOtherTokens(weights);
  const tokenizer = tokenizerOf(own, V);
  const end = V - 1; // <|endoftext|>
  const prompt = (text: string): ArrayLike<number> => {
    if (own) return [end, ...tokenizer.encode(text).filter((id) => id !== end)];
    checkWords(text);
    return narrowTokens([endOfText, ...encode(text)], V);
  };
  return {
    whole,
    text: whole ? prompt : (text) => tokenizer.encode(text, { separators: true }),
    prompt,
    spelled: (text) => (whole ? text : sectionsOf(text, true).join("")),
  };
}
