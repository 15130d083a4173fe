// Opens a file with weights that a path names, and what is beside it.

import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import type { Source } from "@llm.ts/kernels/formats/source.ts";
import type { Config } from "@llm.ts/kernels/models.ts";
import { type OpenWeights, openParts, openWeights, whyTokensUnknown } from "../training/opening.ts";
import { UsageError } from "./command.ts";
import { type OpenFile, openFile, reading, readWhole } from "./files.ts";

const indexName = "model.safetensors.index.json";

/** Whether the file is none with weights, but a list of those. */
export const isIndex = (path: string): boolean => path.endsWith(".index.json");

/** The file that a path means: of a folder its model.safetensors, or the list of its parts. */
export function fileAt(path: string): string {
  const folder = existsSync(path) && statSync(path).isDirectory();
  if (!folder) return path;
  const whole = join(path, "model.safetensors");
  const index = join(path, indexName);
  return !existsSync(whole) && existsSync(index) ? index : whole;
}

/**
 * Uses the weights of a file, which is open for so long.
 *
 * @param path of the file, or of a folder as Hugging Face publishes it
 * @param heads for safetensors that do not say how many
 * @throws Error if the file cannot be read, FormatError if there is no model in it that is computed here
 */
export async function withWeights<Result>(
  path: string,
  heads: number | undefined,
  use: (weights: OpenWeights) => Promise<Result>,
): Promise<Result> {
  const files: OpenFile[] = [];
  const open = (path: string): Source => {
    const file = openFile(path);
    files.push(file);
    return file;
  };
  const folder = {
    text: (name: string) => beside(path, name),
    part: (name: string) => open(join(dirname(path), name)),
  };
  try {
    const weights = await reading(path, async () => {
      const opened = isIndex(path)
        ? await openParts(new TextDecoder().decode(readWhole(path)), folder, heads)
        : await openWeights(basename(path), open(path), folder, heads);
      return opened.headsGuessed
        ? { ...opened, notes: [...opened.notes, guessed(opened.config)] }
        : opened;
    });
    const read: OpenWeights["read"] = (...piece) => reading(path, () => weights.read(...piece));
    return await use({ ...weights, read });
  } finally {
    for (const file of files) file.close();
  }
}

/** The text of a file in the same folder, if there is one. */
function beside(path: string, name: string): string | undefined {
  const other = join(dirname(path), name);
  return existsSync(other) ? new TextDecoder().decode(readWhole(other)) : undefined;
}

/** @throws FormatError if the number of heads is a guess, and the model not one of OpenAI's, for which it is right */
function guessed({ L, C, NH }: Config): string {
  const published: Record<number, number> = { 12: 768, 24: 1024, 36: 1280, 48: 1600 }; // C by L
  if (published[L] === C) {
    return `It does not say how many heads it has; ${NH} as in OpenAI's GPT-2 of that size.`;
  }
  throw new FormatError(
    "it does not say how many heads it has: put its config.json beside it, or say --heads to npm run convert",
  );
}

/** @throws UsageError if a model's tokens are neither GPT-2's nor told by files beside it: GPT-2's would be others in it */
export function refuseOtherTokens(weights: OpenWeights): void {
  const { otherTokens } = weights;
  const why = whyTokensUnknown(weights);
  if (why !== undefined) throw new UsageError(why);
  if (!otherTokens) return;
  throw new UsageError(
    `its tokens are of a kind that is not read here (${otherTokens}): convert it with --to safetensors, and put the model's tokenizer.json and config.json beside that`,
  );
}
