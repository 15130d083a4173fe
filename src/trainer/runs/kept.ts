// A run as it is kept to be compared with others: its settings, its curve and its last sample. Its weights are not kept.

import { isChange } from "../../training/changes.ts";
import type { Change, History, LossRow, ValidationRow } from "../../training/history.ts";
import type { DeviceNote, Sample } from "../../training/progress.ts";
import { checkSettings, type Settings } from "../../training/settings.ts";
import { isTier } from "../../training/tiers.ts";

/** Why there are no more steps in it; "open" while there may be. */
export type End = "open" | "finished" | "diverged";

export interface KeptRun {
  begun: number; // see Progress: no two runs have the same
  name: string;
  settings: Settings; // at the beginning
  changes: Change[]; // of them since
  text: string; // its name
  weights: string; // see Progress
  device: Pick<DeviceNote, "tier" | "adapter">;
  step: number; // updates done
  seconds: number; // spent in training
  end: End;
  curve: Curve;
  sample: Sample | null; // the last
}

export interface Curve {
  every: number; // steps whose mean is one of the losses
  losses: Float32Array<ArrayBuffer>;
  validations: ValidationRow[];
}

/** A loss and the last of the steps that it is the mean of. */
export type Loss = Pick<LossRow, "step" | "loss">;

export const mostLosses = 4000; // of a curve: longer ones are thinned out
export const mostValidations = 1000;

/** The curve of a history, which has a row for each step from the first on. */
export function curveOf({ losses, validations }: History): Curve {
  const every = Math.max(1, Math.ceil(losses.length / mostLosses));
  const means = new Float32Array(Math.ceil(losses.length / every));
  for (let i = 0; i < means.length; i++) {
    const group = losses.slice(i * every, (i + 1) * every);
    means[i] = group.reduce((sum, { loss }) => sum + loss, 0) / group.length;
  }
  return { every, losses: means, validations: thin(validations, mostValidations) };
}

export function lossesOf({ curve, step }: Pick<KeptRun, "curve" | "step">): Loss[] {
  return Array.from(curve.losses, (loss, i) => ({
    step: Math.min((i + 1) * curve.every, step),
    loss,
  }));
}

/** The settings with which a run began. @param settings what they have become by these changes */
export function settingsBefore(settings: Settings, changes: readonly Change[]): Settings {
  const first = { ...settings };
  for (const { setting, from } of changes.toReversed()) first[setting] = from;
  return first;
}

/** How many steps a run is to have. */
export function stepsOf({ settings, changes }: Pick<KeptRun, "settings" | "changes">): number {
  return changes.findLast(({ setting }) => setting === "steps")?.to ?? settings.steps;
}

/** The validation loss at the end; undefined if there was none. */
export const lastValidation = ({ curve }: Pick<KeptRun, "curve">): number | undefined =>
  curve.validations.at(-1)?.loss;

/** Every so many rows, and the last one always. */
function thin<Row>(rows: readonly Row[], most: number): Row[] {
  const every = Math.ceil(rows.length / most);
  return rows.filter((_, i) => (rows.length - 1 - i) % every === 0);
}

/** Whether what was found in storage is a run: an older or a newer site may have left it there. */
export function isKept(value: unknown): value is KeptRun {
  const run = (value ?? {}) as KeptRun;
  try {
    checkSettings(run.settings);
  } catch {
    return false;
  }
  const { curve, device, sample, changes } = run;
  return (
    Array.isArray(changes) &&
    changes.every(isChange) &&
    [run.begun, run.step, run.seconds, curve?.every].every(Number.isFinite) &&
    curve.every >= 1 &&
    [run.name, run.text, run.weights, device?.adapter].every((each) => typeof each === "string") &&
    ["open", "finished", "diverged"].includes(run.end) &&
    isTier(device.tier) &&
    curve.losses instanceof Float32Array &&
    Array.isArray(curve.validations) &&
    curve.validations.every((row) => [row?.step, row?.loss].every(Number.isFinite)) &&
    (sample === null || [sample?.prompt, sample?.text].every((each) => typeof each === "string"))
  );
}
