// The sizes of a model of the reader's own, as fields.

import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import { paddedVocabulary } from "@llm.ts/kernels/model/config.ts";
import { isLlama, type Preset, presets } from "@llm.ts/kernels/models.ts";
import { type Settings, SettingsError } from "../training/settings.ts";

export const base: Preset = "tiny"; // whose other settings it begins with

/** What each is called, and the most of it that a page is good for. */
export const sizes = {
  L: ["L, layers", 1, 48],
  NH: ["NH, heads", 1, 64],
  C: ["C, channels", 1, 2048],
  V: ["V, tokens it knows", 257, 50257],
  maxT: ["Longest text, in tokens", 1, 1024],
} as const;

const names = Object.keys(sizes) as (keyof typeof sizes)[];

export const isOwn = (form: HTMLFormElement): boolean =>
  form.querySelector('[name="preset"][value="own"]:checked') !== null;

/** @throws SettingsError naming the first field that is wrong */
export function readSizes(form: HTMLFormElement): Config {
  const values = Object.fromEntries(
    names.map((name) => {
      const value = fieldOf(form, name)?.valueAsNumber ?? Number.NaN;
      const [what, least, most] = sizes[name];
      if (Number.isInteger(value) && value >= least && value <= most) return [name, value];
      const given = Number.isNaN(value) ? "is missing" : `is ${value}`;
      throw new SettingsError(
        name,
        `${what}: it ${given}; choose a whole number from ${least} to ${most}`,
      );
    }),
  ) as Record<keyof typeof sizes, number>;
  const { C, NH, V } = values;
  if (C % NH !== 0) {
    throw new SettingsError(
      "NH",
      `the heads share the C = ${C} channels evenly: NH = ${NH} does not divide it`,
    );
  }
  return { ...values, Vp: paddedVocabulary(V) };
}

/** Chooses the model of these settings: a preset, or the reader's own. */
export function writeSizes(form: HTMLFormElement, settings: Settings): void {
  const { preset, sizes: own, vocabulary } = settings;
  const known = presets[preset];
  // The fields are a GPT-2's: a Llama of other sizes is that of a file.
  const isOther =
    own &&
    !isLlama(own) &&
    names.some((name) => own[name] !== known[name] && !(vocabulary && name === "V"));
  for (const radio of form.querySelectorAll<HTMLInputElement>('input[name="preset"]')) {
    radio.checked = radio.value === (isOther ? "own" : preset);
  }
  for (const name of names) {
    const field = fieldOf(form, name);
    if (field) field.value = String((isOther && own ? own : known)[name]);
  }
  showSizes(form);
}

export function showSizes(form: HTMLFormElement): void {
  const place = form.querySelector<HTMLElement>('[data-part="sizes"]');
  if (place) place.hidden = !isOwn(form);
}

function fieldOf(form: HTMLFormElement, name: string): HTMLInputElement | null {
  return form.querySelector(`[data-part="sizes"] input[name="${name}"]`);
}
