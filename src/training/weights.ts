// Published weights into a model, and a model's weights out into a file.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { openHuggingFace, readHuggingFace } from "@llm.ts/kernels/formats/huggingface.ts";
import type { Source } from "@llm.ts/kernels/formats/source.ts";
import { piecesOf, type Weights } from "@llm.ts/kernels/formats/weights.ts";
import { namesOf } from "@llm.ts/kernels/model/parameters.ts";
import {
  type AnyModel,
  type Config,
  countParameters,
  kindOf,
  outlineOf,
} from "@llm.ts/kernels/models.ts";
import { encodeWeights, holdsTokens, type WeightsKind } from "./kinds.ts";
import { vocabularyOf } from "./merges.ts";
import type { Tokenizer } from "./tokenizers.ts";

const farthestAhead = 1 << 25; // 32 MiB. Without a limit, a GPU's driver could hold all weights a second time

type Model<Tensor, Ids> = Pick<AnyModel<Tensor, Ids>, "backend" | "config" | "parameters">;

/**
 * Fills the parameters of a model from a file in Hugging Face's format, piece by piece. m and v stay as they are.
 *
 * @param onProgress told after each piece how many bytes of how many were read
 * @throws FormatError if the file is no GPT-2, or one of other sizes: nothing is written then; or if one of its weights is
 *   not a number: the parameters must then be filled anew
 */
export async function loadWeights<Tensor, Ids>(
  { backend, config, parameters }: Model<Tensor, Ids>,
  source: Source,
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  const file = await openHuggingFace(source, config.NH);
  checkSizes(file.config, config);
  await readHuggingFace(file, writerOf({ backend, config, parameters }), onProgress);
}

/**
 * Fills the parameters of a model from any kind of file, piece by piece. m and v stay as they are.
 *
 * @param say told after each piece which part is read, from 0 to 1
 * @throws FormatError if its sizes are others than the model's: nothing is written then; and as reading it does
 */
export async function fillParameters<Tensor, Ids>(
  model: Model<Tensor, Ids>,
  weights: Weights,
  say: (done: number) => void = () => {},
): Promise<void> {
  checkSizes(weights.config, model.config);
  const write = writerOf(model);
  const all = countParameters(model.config);
  let done = 0;
  for await (const { name, start, values } of piecesOf(weights.config, weights.read)) {
    await write(name, start, values);
    done += values.length;
    say(done / all);
  }
}

/** Writes values of a parameter to a model, and waits now and then until the device has taken them in. */
function writerOf<Tensor, Ids>({ backend, config, parameters }: Model<Tensor, Ids>) {
  const table = outlineOf(config).parameters;
  const vector = namesOf(table).find((name) => table[name].shape(config).length === 1) as string;
  let ahead = 0; // bytes that the device may not have taken in yet
  return async (name: string, start: number, values: Float32Array) => {
    backend.write(backend.view(parameters[name], start, values.length), values);
    backend.submit();
    ahead += values.byteLength;
    if (ahead < farthestAhead) return;
    await backend.read(backend.view(parameters[vector], 0, 1)); // waits until it has
    ahead = 0;
  };
}

/**
 * The model as a file, a few megabytes at a time.
 *
 * @param metadata notes for the header of safetensors, such as the step of training
 * @param tokenizer for a kind of file that has tokens in it; without it GPT-2's, or the beginning of it
 * @throws RangeError if the kind of file cannot hold one of its weights, FormatError if it cannot say the model's tokens
 */
export function exportWeights<Tensor, Ids>(
  { backend, config, parameters }: Model<Tensor, Ids>,
  metadata: Readonly<Record<string, string>> = {},
  kind: WeightsKind = "safetensors",
  tokenizer?: Pick<Tokenizer, "vocabulary" | "published">,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const weights: Weights = {
    config,
    async read(name, start, into) {
      await backend.read(backend.view(parameters[name], start, into.length), into);
    },
  };
  const { vocabulary = () => vocabularyOf(config.V), published } = tokenizer ?? {};
  const tokens = holdsTokens(kind) ? { vocabulary: vocabulary(), published } : {};
  return encodeWeights(kind, weights, { metadata, ...tokens });
}

function checkSizes(got: Config, expected: Config): void {
  const value = (config: Config, name: string) =>
    JSON.stringify((config as unknown as Record<string, unknown>)[name]);
  const names = Object.keys({ ...got, ...expected });
  const differ = names.filter((name) => value(got, name) !== value(expected, name));
  if (differ.length === 0) return;
  // Of two architectures one has what the other knows nothing of.
  const same = kindOf(got) === kindOf(expected);
  const told = new Set(["L", "NH", "C", "V", "maxT", ...(same ? differ : [])]);
  const list = (config: Config) =>
    Array.from(told, (name) => `${name} = ${value(config, name)}`).join(", ");
  const has = same ? "has" : `is a ${kindOf(expected)} with`;
  throw new FormatError(
    `the file holds a ${kindOf(got)} with ${list(got)}, but the model that was chosen ${has} ${list(expected)}: choose the one that fits the file`,
  );
}
