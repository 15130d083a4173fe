// Changing a run while it goes: another learning rate, more steps.

import { integer } from "../../page/numbers.ts";
import { changeSentence, changeSettings, rateAt, type Wish } from "../../training/changes.ts";
import type { Change, ValidationRow } from "../../training/history.ts";
import { type Settings, SettingsError } from "../../training/settings.ts";
import { forgive, readOrMark } from "../form.ts";

const fields = { learningRate: "newRate", steps: "newSteps" } as const;

export class HandPanel {
  readonly #place: HTMLElement;
  readonly #form: HTMLFormElement;
  #settings: Settings | undefined;
  #step = 0;

  /** @param change has the run changed */
  constructor(place: HTMLElement, change: (wish: Wish) => void) {
    this.#place = place;
    this.#form = place.querySelector("form") as HTMLFormElement;
    forgive(this.#form, () => this.#read());
    this.#form.addEventListener("input", () => this.#tellNext());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wish = readOrMark(this.#form, () => this.#read(), true);
      if (wish) change(wish);
    });
  }

  /** Shows what holds now. */
  show(settings: Settings, changes: readonly Change[] = []): void {
    this.#settings = settings;
    for (const [setting, name] of Object.entries(fields)) {
      this.#field(name).value = String(settings[setting as keyof typeof fields]);
    }
    const told = changes.map(
      (change) => `after step ${integer(change.step)} ${changeSentence(change)}`,
    );
    this.#say("changes", told.length > 0 ? `Changed: ${told.join("; ")}.` : "");
    this.#tellNext();
  }

  /** Shows which checkpoint is kept as the best; null: none. */
  best(row: ValidationRow | null): void {
    const place = this.#place.querySelector<HTMLElement>('[data-hand="best"]');
    const text = place?.querySelector("p");
    if (!place || !text) return;
    place.hidden = row === null;
    if (row) {
      text.textContent = `The best checkpoint is kept: step ${integer(row.step)}, validation loss ${row.loss.toFixed(4)}.`;
    }
  }

  /** @param step updates done */
  at(step: number): void {
    this.#step = step;
    if ((this.#place as HTMLDetailsElement).open) this.#tellNext();
  }

  /** The rate of the next step with what is typed, and that of the last. */
  #tellNext(): void {
    const { settings, step } = this.#wished() ?? {};
    if (!settings || step === undefined) return;
    const rate = (at: number) => rateAt(settings, at).toPrecision(3);
    const over = step >= settings.steps;
    this.#say(
      "next",
      over
        ? `All ${integer(settings.steps)} steps are done.`
        : `Step ${integer(step + 1)} has a rate of ${rate(step + 1)}, step ${integer(settings.steps)}, the last, one of ${rate(settings.steps)}.`,
    );
  }

  /** The settings with what is typed; undefined while that makes no sense. */
  #wished(): { settings: Settings; step: number } | undefined {
    if (!this.#settings) return undefined;
    try {
      this.#read();
    } catch {
      return undefined;
    }
    return { settings: { ...this.#settings, ...this.#typed() }, step: this.#step };
  }

  #typed(): Required<Wish> {
    return {
      learningRate: this.#field(fields.learningRate).valueAsNumber,
      steps: this.#field(fields.steps).valueAsNumber,
    };
  }

  /** What is typed and is another than what holds. @throws SettingsError naming the field that is wrong */
  #read(): Wish {
    const { learningRate, steps } = this.#typed();
    const now = this.#settings;
    if (!now) return {};
    const wish: Wish = {
      ...(learningRate !== now.learningRate && { learningRate }),
      ...(steps !== now.steps && { steps }),
    };
    try {
      changeSettings(now, this.#step, wish);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      const name = error.setting === "learningRate" ? fields.learningRate : fields.steps;
      throw new SettingsError(name, error.message);
    }
    return wish;
  }

  #field(name: string): HTMLInputElement {
    return this.#form.querySelector(`input[name="${name}"]`) as HTMLInputElement;
  }

  #say(what: string, text: string): void {
    const place = this.#place.querySelector(`[data-hand="${what}"]`);
    if (place && place.textContent !== text) place.textContent = text;
  }
}
