// The files with weights that a reader has chosen, one or several: told apart, and opened as one model.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { modelTypeOf } from "@llm.ts/kernels/formats/huggingface.llama.config.ts";
import { blobSource } from "@llm.ts/kernels/formats/source.ts";
import { type Config, isLlama } from "@llm.ts/kernels/models.ts";
import {
  type Folder,
  kindOf,
  type OpenWeights,
  openParts,
  openWeights,
} from "../training/opening.ts";

const whole = "model.safetensors";
const parted = `${whole}.index.json`;

const isJson = ({ name }: File): boolean => /\.json$/i.test(name);
const isIndex = ({ name }: File): boolean => name.endsWith(".index.json");
const hasWeights = ({ name }: File): boolean => /\.(safetensors|gguf|bin)$/i.test(name);

/** The file with the weights, or the list of its parts: as of a folder, which has more in it. Without either, whatever there is. */
export function mainOf(files: readonly File[]): File | undefined {
  return (
    files.find(({ name }) => name === whole) ??
    files.find(isIndex) ??
    files.find(hasWeights) ??
    files.find((file) => !isJson(file)) ??
    files[0]
  );
}

/**
 * Opens the model in these files. Nothing of its weights is read yet.
 *
 * @param heads for a GPT-2 in safetensors, which need not say how many it has
 * @throws FormatError if it is no model that is computed here, or a file is missing; the message says which
 */
export async function openChosen(files: readonly File[], heads?: number): Promise<OpenWeights> {
  const main = mainOf(files);
  if (!main) throw new FormatError("there is no file: choose one with weights");
  const folder = folderOf(files);
  if (isIndex(main)) return openParts(await main.text(), folder);
  if (isJson(main)) {
    throw new FormatError(
      `there are no weights in ${main.name}: choose the model.safetensors or the .gguf that it belongs to as well`,
    );
  }
  const others = files.filter((file) => file !== main && hasWeights(file));
  if (others.length > 0 && main.name !== whole) {
    throw new FormatError(
      `there are weights in ${main.name} and in ${others[0].name}: choose one of them, or, if they are parts of one model, its ${parted} as well`,
    );
  }
  const source = blobSource(main);
  if ((await kindOf(source)) === "checkpoint") {
    throw new FormatError(
      "it is a checkpoint of a run, and not weights alone: open it below, where it says “Open a checkpoint”",
    );
  }
  const opened = await openWeights(main.name, source, folder);
  if (!opened.headsGuessed || heads === undefined) return opened;
  return openWeights(main.name, source, folder, heads);
}

/** The chosen files by their names. A config.json that was saved under another name is the JSON that is nothing else. */
function folderOf(files: readonly File[]): Folder {
  const named = (name: string) => files.find((file) => file.name === name);
  const unnamed = files.filter((file) => isJson(file) && !isIndex(file) && !notConfig(file));
  return {
    async text(name) {
      const file = named(name) ?? (name === "config.json" ? unnamed[0] : undefined);
      return file?.text();
    },
    part(name) {
      const file = named(name);
      if (file) return blobSource(file);
      throw new FormatError(`a part of the weights is missing: choose ${name} as well`);
    },
  };
}

const families = { llama: "Llama", mistral: "Mistral", gemma: "Gemma" };

/** What such a model is called. */
export function familyOf(config: Config): string {
  return isLlama(config) ? families[modelTypeOf(config)] : "GPT-2";
}

const notConfig = ({ name }: File): boolean => /token|vocab|merges|generation/i.test(name);
