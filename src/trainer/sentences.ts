// What the trainer says of a run, in sentences.

import { integer, sentence } from "../page/numbers.ts";
import type { Progress } from "../training/progress.ts";
import { modelName } from "../training/settings.ts";
import type { Report } from "./protocol.ts";

/** What a run is: its model, text and settings. */
export function titleOf({ settings, text, weights }: Progress): string {
  const { B, T, seed, learningRate, recompute } = settings;
  const { activations = "float32", weightFormat = "float32" } = settings;
  const from = weights ? `, begun with ${weights}` : "";
  const again = recompute ? ", LayerNorm and GELU computed again" : "";
  const format = activations === "float32" ? "" : `, activations in ${activations}`;
  const matrices = weightFormat === "float32" ? "" : `, matrices read in ${weightFormat}`;
  return `${modelName(settings)} on ${text.name}${from}: B = ${B}, T = ${T}, learning rate ${learningRate}, seed ${seed}${again}${format}${matrices}`;
}

/** The run that can be gone on with. */
export function offerOf({ settings, text, step, savedAt }: Progress): string {
  const run = `A run of ${modelName(settings)} on ${text.name} stopped at step ${integer(step)}`;
  return step === settings.steps
    ? `${run}, its last, ${when(savedAt)}. Open it to draw samples, or to save it to a file.`
    : `${run} of ${integer(settings.steps)}, ${when(savedAt)}.`;
}

/**
 * Why a run has stopped, and what to do.
 *
 * @param kept whether there is a checkpoint of it
 */
export function faultOf(
  { message, cause }: Extract<Report, { type: "fault" }>,
  kept: boolean,
): string {
  const otherwise =
    cause === "numbers" ? "start over with a lower learning rate" : "choose WebAssembly";
  const next = kept
    ? `The last checkpoint is kept. Resume it, or ${otherwise}.`
    : sentence(otherwise);
  return `Training stopped: ${sentence(message)} ${next}`;
}

/** Of which step the last checkpoint is. */
export const savedAt = (step: number): string => `step ${integer(step)}`;

function when(time: number): string {
  return new Date(time).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
}
