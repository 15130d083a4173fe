// Where the weights that a command begins with come from: llm.c's checkpoint, Hugging Face's safetensors, or a checkpoint of
// our own. What a file is, is told by its content.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { readHeads } from "@llm.ts/kernels/formats/huggingface.config.ts";
import { openHuggingFace, weightsOf } from "@llm.ts/kernels/formats/huggingface.ts";
import { openModel } from "@llm.ts/kernels/formats/llmc.ts";
import { type Header, openSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import { bytesOf, type Source } from "@llm.ts/kernels/formats/source.ts";
import { checkFinite, type Weights } from "@llm.ts/kernels/formats/weights.ts";
import { parameterLength } from "@llm.ts/kernels/gpt2/parameters.ts";
import { verifyCheckpoint } from "../training/checkpoint.ts";
import { readProgress } from "../training/progress.ts";
import { configOf } from "../training/settings.ts";
import { openFile, reading, readWhole } from "./files.ts";

/** A model that is in a file. It is read when it is asked for, so the file is open until `close`. */
export interface StoredModel extends Weights {
  readonly says: string; // what kind of file it is
  close(): void;
}

const llmcMagic = 20240326;

/** Opens a model of any kind that there is. @throws Error with a sentence that names the file */
export async function openModelFile(path: string): Promise<StoredModel> {
  const file = openFile(path);
  try {
    const { says, config, read } = await reading(path, () => recognise(file, path));
    return {
      ...{ says, config, close: file.close },
      read: (name, start, into) => reading(path, () => read(name, start, into)),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function recognise(file: Source, path: string): Promise<Weights & { says: string }> {
  if ((await firstInteger(file)) === llmcMagic) {
    return { ...(await openModel(file)), says: "llm.c's checkpoint" };
  }
  const header = await openSafetensors(file);
  if (header.metadata.format?.startsWith("llm.ts checkpoint")) return openOwn(file, header);
  return { ...(await openPublished(file, path)), says: "Hugging Face's safetensors" };
}

async function firstInteger(file: Source): Promise<number> {
  if (file.size < 8) {
    throw new FormatError(`it has only ${file.size} bytes: it is no model, or cut short`);
  }
  const bytes = new Uint8Array(4);
  await file.read(bytes, 0);
  return new DataView(bytes.buffer).getInt32(0, true);
}

/** The weights of a run's checkpoint, which come after its text and its history. */
async function openOwn(
  file: Source,
  { entries, start }: Header & { start: number },
): Promise<Weights & { says: string }> {
  await verifyCheckpoint(file);
  const { settings, step } = await readProgress(file);
  const config = configOf(settings);
  return {
    config,
    says: `a checkpoint of ours, after ${step} steps`,
    async read(name, first, into) {
      const entry = entries.get(`parameters.${name}`);
      if (entry?.dtype !== "F32" || entry.end - entry.begin !== 4 * parameterLength(name, config)) {
        throw new FormatError(`its parameters.${name} is not that of the model that it names`);
      }
      await file.read(bytesOf(into), start + entry.begin + 4 * first);
      checkFinite(`parameters.${name}`, first, into);
    },
  };
}

/** Weights as Hugging Face publishes them. config.json beside them says how many heads there are. */
async function openPublished(file: Source, path: string): Promise<Weights> {
  const opened = await openHuggingFace(file);
  const beside = join(dirname(path), "config.json");
  if (opened.headsFrom !== "guess" || !existsSync(beside)) return weightsOf(opened);
  const NH = readHeads(new TextDecoder().decode(readWhole(beside)), opened.config);
  return weightsOf(await openHuggingFace(file, NH));
}
