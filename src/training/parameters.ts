// The parameters in a checkpoint, without the rest of the run: for what only reads and writes with the model.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { type Entry, openSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import { bytesOf, type Source } from "@llm.ts/kernels/formats/source.ts";
import { checkFinite, type Weights } from "@llm.ts/kernels/formats/weights.ts";
import { namesOf, shapeOf } from "@llm.ts/kernels/model/parameters.ts";
import { outlineOf } from "@llm.ts/kernels/models.ts";
import { verifyCheckpoint } from "./checkpoint.ts";
import { type Progress, readProgress } from "./progress.ts";
import { configOf } from "./settings.ts";

/**
 * Opens a checkpoint, every byte of which is compared with its checksum first.
 *
 * @throws FormatError if it is none, is damaged, or does not hold the model that it names
 */
export async function openParameters(source: Source): Promise<Weights & { progress: Progress }> {
  await verifyCheckpoint(source);
  const progress = await readProgress(source);
  const config = configOf(progress.settings);
  const { entries, start } = await openSafetensors(source);
  const { parameters } = outlineOf(config);
  for (const name of namesOf(parameters)) {
    const { dtype, shape } = entries.get(`parameters.${name}`) ?? {};
    if (dtype === "F32" && `${shape}` === `${shapeOf(parameters, name, config)}`) continue;
    throw new FormatError(`its parameters.${name} is not that of the model that it names`);
  }
  return {
    config,
    progress,
    async read(name, at, into) {
      const { begin } = entries.get(`parameters.${name}`) as Entry;
      await source.read(bytesOf(into), start + begin + 4 * at);
      checkFinite(`its parameter ${name}`, at, into);
    },
  };
}
