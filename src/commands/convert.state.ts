// A debug state of llm.c as safetensors, and back. The numbers lie in the same order in both, so that after another header
// the bytes are the same.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { headerBytes } from "@llm.ts/kernels/formats/header.ts";
import { encodeStateHeader, stateHeader } from "@llm.ts/kernels/formats/llmc.ts";
import { type Entry, encodeHeader, openSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import type { Source } from "@llm.ts/kernels/formats/source.ts";
import { type Config, checkConfig } from "@llm.ts/kernels/gpt2/config.ts";
import { parameterNames, parameterShape } from "@llm.ts/kernels/gpt2/parameters.ts";
import { stateFormat } from "../training/opening.ts";

type Listed = readonly [name: string, entry: Pick<Entry, "dtype" | "shape">];

/** The bytes of a file in order. */
type Chunks = AsyncGenerator<Uint8Array, void>;

const bytesAtOnce = 1 << 22;

/**
 * A debug state as safetensors: inputs, targets, logits, loss, and the gradients by the names of the parameters.
 *
 * @param config of its model, which the file does not say
 * @throws FormatError if it is no state of that model
 */
export async function stateToSafetensors(source: Source, config: Config): Promise<Chunks> {
  const first = new Uint8Array(Math.min(headerBytes, source.size));
  await source.read(first, 0);
  const { B, T } = stateHeader(first, source.size, config);
  const metadata = { format: stateFormat, config: JSON.stringify(config) };
  return withHeader(encodeHeader(metadata, tensors(B, T, config)), source, headerBytes);
}

/** The same safetensors as a debug state. @throws FormatError if its tensors are not those of one */
export async function stateFromSafetensors(source: Source): Promise<Chunks> {
  const { metadata, entries, start } = await openSafetensors(source);
  const config = readConfig(metadata.config);
  const [B, T] = entries.get("inputs")?.shape ?? [];
  const list = (tensors: Iterable<Listed>) =>
    JSON.stringify(Array.from(tensors, ([name, { dtype, shape }]) => [name, dtype, shape]));
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  if (list(inOrder) !== list(tensors(B, T, config))) {
    throw new FormatError(
      "its tensors are not those of a debug state, or in another order: convert the .bin again",
    );
  }
  return withHeader(encodeStateHeader(B, T), source, start);
}

/** In the order of llm.c's file. */
function tensors(B: number, T: number, config: Config): Listed[] {
  return [
    ["inputs", { dtype: "I32", shape: [B, T] }],
    ["targets", { dtype: "I32", shape: [B, T] }],
    ["logits", { dtype: "F32", shape: [B, T, config.V] }],
    ["loss", { dtype: "F32", shape: [] }],
    ...parameterNames.map(
      (name): Listed => [
        `gradients.${name}`,
        { dtype: "F32", shape: parameterShape(name, config) },
      ],
    ),
  ];
}

function readConfig(text: string | undefined): Config {
  try {
    const config = JSON.parse(text ?? "");
    checkConfig(config);
    return config;
  } catch {
    throw new FormatError("it does not say the sizes of its model: convert the .bin again");
  }
}

/** Another header, then all bytes of the file from `start` on. */
async function* withHeader(header: Uint8Array, source: Source, start: number): Chunks {
  yield header;
  for (let at = start; at < source.size; at += bytesAtOnce) {
    const bytes = new Uint8Array(Math.min(bytesAtOnce, source.size - at));
    await source.read(bytes, at);
    yield bytes;
  }
}
