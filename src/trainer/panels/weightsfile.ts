// A file with weights that the reader has chosen: what is in it is shown before anything is loaded, and where it does not
// say how many heads it has, that is asked.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import type { HuggingFaceFile } from "@llm.ts/kernels/formats/huggingface.ts";
import { blobSource } from "@llm.ts/kernels/formats/source.ts";
import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import { type Preset, presets } from "@llm.ts/kernels/models.ts";
import { integer } from "../../page/numbers.ts";
import { SettingsError, vocabularies } from "../../training/settings.ts";

const shown = ["L", "C", "V", "maxT"] as const;

export class WeightsFile {
  readonly #form: HTMLFormElement;
  readonly #place: HTMLElement;
  readonly #changed: () => void;
  #found: HuggingFaceFile | undefined;
  #trouble: SettingsError | undefined; // with one of the two files
  #reading: Promise<void> = Promise.resolve();

  /**
   * @param place in the form
   * @param changed called when something else is known of the file
   */
  constructor(form: HTMLFormElement, place: HTMLElement, changed: () => void) {
    this.#form = form;
    this.#place = place;
    this.#changed = changed;
    this.#input("weightsFile").addEventListener("change", () => {
      this.#reading = this.#open();
    });
    this.#input("weightsConfig").addEventListener("change", ({ target }) => {
      const [file] = (target as HTMLInputElement).files ?? [];
      if (file) this.#reading = this.#readConfig(file);
    });
    this.#input("heads").addEventListener("input", () => {
      this.#trouble = undefined; // what is typed counts, whatever a config.json said
    });
  }

  /** Waits until what was chosen has been looked into. */
  read(): Promise<void> {
    return this.#reading;
  }

  get file(): File | undefined {
    return this.#files().find((file) => !isConfig(file)) ?? this.#files()[0];
  }

  /**
   * The sizes of the model in the file, the heads as they were given; undefined while there is no file, or it is being read.
   *
   * @throws SettingsError if it cannot be used, or the number of heads is none
   */
  get sizes(): Config | undefined {
    if (this.#trouble) throw this.#trouble;
    if (!this.#found) return undefined;
    const { config, headsFrom } = this.#found;
    if (headsFrom === "file") return config;
    const NH = this.#input("heads").valueAsNumber;
    if (Number.isInteger(NH) && NH >= 1 && config.C % NH === 0) return { ...config, NH };
    throw new SettingsError("heads", `choose a whole number that divides C = ${config.C}`);
  }

  async #open(): Promise<void> {
    const { file } = this;
    this.#found = undefined;
    this.#trouble = undefined;
    this.#show();
    if (!file) return;
    try {
      const { openHuggingFace } = await import("@llm.ts/kernels/formats/huggingface.ts");
      const found = await openHuggingFace(blobSource(file));
      if (file !== this.file) return; // another was chosen meanwhile
      checkVocabulary(found.config);
      this.#found = found;
      this.#input("heads").value = `${this.#guess(found.config)}`;
      this.#show();
      const config = this.#files().find(isConfig);
      if (config) await this.#readConfig(config);
    } catch (error) {
      this.#trouble = trouble("weightsFile", error as Error);
    }
    this.#changed();
  }

  /** A preset that has the same sizes otherwise knows better than a rule. */
  #guess(config: Config): number {
    const chosen = this.#form.querySelector<HTMLInputElement>('[name="preset"]:checked');
    const preset = presets[chosen?.value as Preset];
    return shown.every((size) => preset?.[size] === config[size]) ? preset.NH : config.NH;
  }

  async #readConfig(file: File): Promise<void> {
    if (!this.#found) return;
    try {
      const { readHeads } = await import("@llm.ts/kernels/formats/huggingface.config.ts");
      const NH = readHeads(await file.text(), this.#found.config);
      this.#trouble = undefined;
      this.#input("heads").value = `${NH}`;
      this.#say("config", `${file.name} says ${NH}.`);
    } catch (error) {
      this.#say("config", "");
      this.#trouble = trouble("weightsConfig", error as Error);
    }
    this.#changed();
  }

  #show(): void {
    const found = this.#found;
    this.#part("weights-found").hidden = !found;
    this.#part("weights-heads").hidden = found?.headsFrom !== "guess";
    if (!found) return;
    const { config, notes, headsFrom } = found;
    const heads = headsFrom === "file" ? [`NH = ${config.NH}`] : [];
    const sizes = [...shown.map((size) => `${size} = ${integer(config[size])}`), ...heads];
    this.#say("sizes", `A GPT-2 with ${sizes.join(", ")}. ${notes.join(" ")}`.trim());
    this.#say("config", "");
  }

  #say(name: string, text: string): void {
    const place = this.#place.querySelector(`[data-weights-${name}]`);
    if (place) place.textContent = text;
  }

  #files(): File[] {
    return [...(this.#input("weightsFile").files ?? [])];
  }

  #input(name: string): HTMLInputElement {
    return this.#place.querySelector(`input[name="${name}"]`) as HTMLInputElement;
  }

  #part(name: string): HTMLElement {
    return this.#place.querySelector(`[data-part="${name}"]`) as HTMLElement;
  }
}

function isConfig({ name }: File): boolean {
  return name.endsWith(".json");
}

/** Texts are encoded in GPT-2's vocabulary, or the first part of it. */
function checkVocabulary({ V }: Config): void {
  const { least, most } = vocabularies;
  if (V >= least && V <= most) return;
  throw new FormatError(
    `its vocabulary has ${integer(V)} tokens. Texts are encoded here in GPT-2's ${integer(most)}, or in the first of them, ${least} at least`,
  );
}

function trouble(field: string, { message }: Error): SettingsError {
  return new SettingsError(field, message.replace(/^Hugging Face GPT-2: /, ""));
}
