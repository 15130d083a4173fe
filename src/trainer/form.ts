// The settings of a run as fields of a form, each named after the setting.

import { sentence } from "../page/numbers.ts";
import {
  checkSampling,
  checkSettings,
  defaults,
  isNumberSetting,
  type NumberSetting,
  type Sampling,
  type Settings,
  SettingsError,
  usualWarmup,
} from "../training/settings.ts";
import { readMore, writeMore } from "./morefields.ts";
import { base, isOwn, readSizes, writeSizes } from "./sizefields.ts";
import { readVocabulary, writeVocabulary } from "./vocabularyfields.ts";

/**
 * Reads the settings.
 *
 * @param model what a file with weights decides: the sizes of a model that is no preset, and whose tokens it has
 * @throws SettingsError naming the first field that is wrong
 */
export function readSettings(
  form: HTMLFormElement,
  model: Pick<Settings, "sizes" | "vocabulary"> = {},
): Settings {
  const preset = presetOf(form);
  const own = model.sizes ?? (isOwn(form) ? readSizes(form) : undefined);
  const settings: Record<string, unknown> = own ? { preset, sizes: own } : { preset };
  for (const name of numbersOf(preset)) settings[name] = field(form, name)?.valueAsNumber;
  settings.recompute = field(form, "recompute")?.checked;
  if (field(form, "keepBest")?.checked) settings.keepBest = true;
  Object.assign(settings, vocabularyOf(form, model), readMore(form));
  return checkSettings(settings);
}

/** @throws SettingsError if a model that came with its tokens is to be trained on a task, which has tokens of its own */
function vocabularyOf(form: HTMLFormElement, { vocabulary }: Pick<Settings, "vocabulary">) {
  const chosen = readVocabulary(form);
  if (vocabulary !== "published") return chosen;
  if (chosen.task === undefined) return { vocabulary };
  throw new SettingsError(
    "task",
    "a task is spelt in characters of its own, and the model in the chosen files reads other tokens: choose a text, or random weights",
  );
}

/** Puts settings into the fields. */
export function writeSettings(form: HTMLFormElement, settings: Settings): void {
  writeSizes(form, settings);
  writeMore(form, settings);
  for (const name of numbersOf(settings.preset)) {
    const input = field(form, name);
    if (input) input.value = String(settings[name]);
  }
  const recompute = field(form, "recompute");
  if (recompute) recompute.checked = settings.recompute ?? false;
  const best = field(form, "keepBest");
  if (best) best.checked = settings.keepBest ?? false;
  writeVocabulary(form, settings);
  markWarmup(form, settings.warmup !== usualWarmup(settings));
}

/** Keeps the warm-up shorter than the run while the number of steps is typed, until the reader types a warm-up. */
export function fitWarmup(form: HTMLFormElement): void {
  form.addEventListener("input", ({ target }) => {
    const [steps, warmup] = [field(form, "steps"), field(form, "warmup")];
    if (target === warmup) markWarmup(form, true);
    if (target !== steps || !warmup || "chosen" in warmup.dataset) return;
    const count = steps?.valueAsNumber ?? Number.NaN;
    if (Number.isInteger(count)) {
      warmup.value = String(usualWarmup({ preset: presetOf(form), steps: count }));
    }
  });
}

/** Notes whether the warm-up is the reader's own choice. */
function markWarmup(form: HTMLFormElement, chosen: boolean): void {
  field(form, "warmup")?.toggleAttribute("data-chosen", chosen);
}

/** Reads how samples are to be drawn. @throws SettingsError naming the first field that is wrong */
export function readSampling(form: HTMLFormElement): Sampling {
  return checkSampling({
    prompt: field(form, "prompt")?.value ?? "",
    temperature: field(form, "temperature")?.valueAsNumber,
    topK: field(form, "topK")?.valueAsNumber,
    topP: field(form, "topP")?.valueAsNumber,
    length: field(form, "length")?.value === "" ? undefined : field(form, "length")?.valueAsNumber,
    stop: field(form, "stop")?.checked,
  });
}

/** Puts into the fields how samples are to be drawn. */
export function writeSampling(form: HTMLFormElement, sampling: Sampling): void {
  for (const [name, value] of Object.entries(sampling)) {
    const input = field(form, name);
    if (!input) continue;
    if (typeof value === "boolean") input.checked = value;
    else input.value = String(value);
  }
}

/** Takes the marks of errors away. */
export function clearErrors(form: HTMLFormElement): void {
  for (const input of form.querySelectorAll("[aria-invalid]"))
    input.removeAttribute("aria-invalid");
  for (const message of form.querySelectorAll("[data-error]")) message.textContent = "";
}

/**
 * Marks the field of a setting and puts the reason beside it.
 *
 * @returns whether the form has such a field
 */
export function markError(form: HTMLFormElement, setting: string, message: string): boolean {
  const input = field(form, setting);
  const place = form.querySelector(`[data-error="${CSS.escape(setting)}"]`);
  if (!input || !place) return false;
  input.setAttribute("aria-invalid", "true");
  place.textContent = sentence(message);
  for (let fold = input.closest("details"); fold; ) {
    fold.open = true;
    fold = fold.parentElement?.closest("details") ?? null;
  }
  return true;
}

/** Runs `read`; marks the field of a SettingsError and gives undefined. Other errors pass. */
export function readOrMark<T>(form: HTMLFormElement, read: () => T, focus = false): T | undefined {
  clearErrors(form);
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    if (!markError(form, error.setting, error.message)) throw error;
    if (focus) field(form, error.setting)?.focus();
    return undefined;
  }
}

/**
 * Takes the mark of an error away as soon as what is typed is right, and not only when the field is left: the reader leaves
 * it by pressing a button, and a line that goes away at that moment would move the button from under the pointer.
 */
export function forgive(form: HTMLFormElement, read: () => unknown): void {
  form.addEventListener("input", ({ target }) => {
    if ((target as Element).matches("[aria-invalid]")) readOrMark(form, read);
  });
}

export function presetOf(form: HTMLFormElement): Settings["preset"] {
  // Not through FormData, which leaves out fields that are disabled.
  const chosen = form.querySelector<HTMLInputElement>('input[name="preset"]:checked');
  return chosen?.value === "own" ? base : (chosen?.value as Settings["preset"]);
}

function numbersOf(preset: Settings["preset"]): NumberSetting[] {
  return Object.keys(defaults[preset] ?? defaults.tiny).filter(isNumberSetting);
}

function field(form: HTMLFormElement, name: string): HTMLInputElement | null {
  return form.querySelector<HTMLInputElement>(
    `:is(input, textarea, select)[name="${CSS.escape(name)}"]`,
  );
}
