// A run that is to be done again with one change: its settings are in the form, and what the reader changes is marked there.

import type { RunPlan } from "../../training/plan.ts";
import { type Settings, settingNames } from "../../training/settings.ts";
import { differences } from "./compare.ts";
import type { KeptRun } from "./kept.ts";

/** What is to be done again. */
export type Original = Pick<KeptRun, "settings" | "text" | "weights" | "device"> & {
  readonly what: string; // the run “first”; the link
};

export class Again {
  readonly #form: HTMLFormElement;
  readonly #place: HTMLElement;
  #original: Original | null = null;

  /** @param place of the sentence that says what is changed */
  constructor(form: HTMLFormElement, place: HTMLElement) {
    this.#form = form;
    this.#place = place;
  }

  /** @param original null: nothing is marked any more */
  begin(original: Original | null): void {
    this.#original = original;
    this.#place.hidden = original === null;
    this.#place.textContent = "";
    if (original === null) this.#mark(null);
  }

  /** Marks what is no more as it was. @returns the sentence about it, if it is another than before */
  show({ settings, tier }: RunPlan, text: string, weights: string): string | null {
    const original = this.#original;
    if (!original) return null;
    const adapter = tier === original.device.tier ? original.device.adapter : "";
    const now = { settings, text, weights, device: { tier, adapter }, changes: [] };
    const changed = differences([{ ...original, changes: [] }, now]);
    this.#mark(original.settings, settings);
    const told = sentenceOf(
      original.what,
      changed.map(({ label, values: [was, is] }) => `${label}: ${is}, was ${was}`),
    );
    if (this.#place.textContent === told) return null;
    this.#place.textContent = told;
    return told;
  }

  #mark(was: Settings | null, is = was): void {
    for (const input of this.#form.querySelectorAll<HTMLInputElement>('input[type="number"]')) {
      const label = input.labels?.[0]?.querySelector("span");
      const name = settingNames.find((each) => each === input.name);
      if (!label || !name) continue;
      const [before, now] = [was?.[name], is?.[name]];
      if (before !== undefined && now !== undefined && before !== now) {
        label.dataset.was = String(before);
      } else delete label.dataset.was;
    }
  }
}

export function sentenceOf(what: string, changes: readonly string[]): string {
  const told = changes.join("; ");
  if (changes.length === 0)
    return `These are the settings of ${what}. Change one of them, then start.`;
  const many =
    changes.length > 1
      ? ` With ${changes.length} changes at once, none of them alone explains what comes out.`
      : "";
  return `The settings of ${what}, but for ${changes.length === 1 ? "one change" : `${changes.length} changes`}. ${told}.${many}`;
}
