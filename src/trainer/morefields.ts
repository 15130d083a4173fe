// Fields of settings that are only given where they are not as usual: so old runs and links mean what they meant.

import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import type { Settings } from "../training/settings.ts";

/** What holds where nothing is given. */
export const usual = {
  beta1: defaultOptimiser.beta1,
  beta2: defaultOptimiser.beta2,
  maxNorm: defaultOptimiser.maxNorm,
  patience: 0,
  schedule: "cosine",
  order: "shuffled",
  activations: "float32",
  weightFormat: "float32",
} as const;

type Optional = Pick<Settings, keyof typeof usual>;
const names = Object.keys(usual) as (keyof Optional)[];

export function readMore(form: HTMLFormElement): Optional {
  const given: Record<string, unknown> = {};
  for (const name of names) {
    const field = fieldOf(form, name);
    if (!field) continue;
    const value = field instanceof HTMLInputElement ? field.valueAsNumber : field.value;
    if (value !== usual[name]) given[name] = value;
  }
  return given;
}

export function writeMore(form: HTMLFormElement, settings: Optional): void {
  for (const name of names) {
    const field = fieldOf(form, name);
    if (field) field.value = String(settings[name] ?? usual[name]);
  }
}

function fieldOf(form: HTMLFormElement, name: string): HTMLInputElement | HTMLSelectElement | null {
  return form.querySelector(`:is(input, select)[name="${name}"]`);
}
