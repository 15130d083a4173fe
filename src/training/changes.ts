// Changing a run while it goes. Each step depends only on the settings that hold when it is taken, so a checkpoint that
// has them goes on to the last bit. The changes themselves are kept as well, so that the run can be repeated.

import { learningRate, type Schedule } from "@llm.ts/kernels/model/schedule.ts";
import type { Change } from "./history.ts";
import { checkSettings, type Settings, SettingsError } from "./settings.ts";

/** What can be changed. The rest belongs to the beginning of a run. */
export type Wish = Partial<Pick<Settings, Change["setting"]>>;

const changeable = ["learningRate", "steps"] as const;

/**
 * The settings from the next step on.
 *
 * @param step updates done
 * @throws SettingsError naming the first setting that is wrong
 */
export function changeSettings(
  before: Settings,
  step: number,
  wish: Wish,
): { settings: Settings; changes: Change[] } {
  const { learningRate = before.learningRate, steps = before.steps } = wish;
  const settings = checkSettings({ ...before, learningRate, steps });
  if (wish.steps !== undefined && wish.steps <= step) {
    throw new SettingsError(
      "steps",
      `the number of steps is ${wish.steps}, but ${step} are done already; choose ${step + 1} or more`,
    );
  }
  return { settings, changes: changesOf(before, settings, step) };
}

/** What is another than before, of what can be changed. */
export function changesOf(before: Settings, after: Settings, step: number): Change[] {
  return changeable
    .filter((setting) => after[setting] !== before[setting])
    .map((setting) => ({ step, setting, from: before[setting], to: after[setting] }));
}

/**
 * The learning rate of every step under these settings. Another rate scales the whole of it, warm-up and final rate included;
 * another number of steps stretches it: the next step has the rate that it has in a run of that length.
 */
export function scheduleOf({
  learningRate: lr,
  warmup,
  steps,
  finalRate,
  schedule = "cosine",
}: Settings): Schedule {
  return {
    kind: schedule === "linear" ? "linear" : "cosine",
    lr,
    warmupSteps: warmup,
    totalSteps: steps,
    floor: schedule === "constant" ? lr : lr * finalRate,
  };
}

/** The settings that held at a step, of those that hold now and the changes before them. */
export function settingsAt(now: Settings, changes: readonly Change[], step: number): Settings {
  const settings = { ...now };
  const later = changes.filter((change) => change.step >= step);
  for (const { setting, from } of later.toReversed()) settings[setting] = from;
  return settings;
}

export const rateAt = (settings: Settings, step: number): number =>
  learningRate(scheduleOf(settings), step);

/** A change in words. */
export function changeSentence({ setting, from, to }: Change): string {
  const what = setting === "steps" ? "steps" : "learning rate";
  return `${what} ${from} → ${to}`;
}

/** Whether this is a change that a checkpoint tells of. */
export function isChange(value: unknown): value is Change {
  const { step, setting, from, to } = (value ?? {}) as Change;
  return (
    Number.isSafeInteger(step) &&
    step >= 0 &&
    changeable.includes(setting) &&
    Number.isFinite(from) &&
    Number.isFinite(to)
  );
}
