// The files with weights that the reader has chosen: what is in them is shown before anything is loaded, and where they do not
// say how many heads a GPT-2 has, that is asked.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import {
  type Config,
  countParameters,
  isLlama,
  kindOf,
  type Preset,
  presets,
} from "@llm.ts/kernels/models.ts";
import { integer } from "../../page/numbers.ts";
import type { OpenWeights } from "../../training/opening.ts";
import { mostTokens, type Settings, SettingsError, vocabularies } from "../../training/settings.ts";

const shown = ["L", "C", "V", "maxT"] as const;

/** What of the settings the files decide. */
export type Model = Required<Pick<Settings, "sizes">> & Pick<Settings, "vocabulary">;

interface Found {
  readonly family: string;
  readonly weights: Pick<OpenWeights, "config" | "headsGuessed" | "notes">;
  readonly published: boolean; // whether its tokens are its own
}

export class WeightsFile {
  readonly #form: HTMLFormElement;
  readonly #place: HTMLElement;
  readonly #changed: () => void;
  #found: Found | undefined;
  #name = "";
  #trouble: SettingsError | undefined; // with one of the files
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

  get files(): File[] {
    return [...(this.#input("weightsFile").files ?? [])];
  }

  /** What a run that begins with them is said to begin with. */
  get name(): string {
    return this.#name;
  }

  /**
   * The model in the files, the heads as they were given; undefined while there is none, or it is being read.
   *
   * @throws SettingsError if it cannot be used, or the number of heads is none
   */
  get model(): Model | undefined {
    if (this.#trouble) throw this.#trouble;
    if (!this.#found) return undefined;
    const { weights, published } = this.#found;
    const { config, headsGuessed } = weights;
    if (!headsGuessed) return { sizes: config, ...(published && { vocabulary: "published" }) };
    const NH = this.#input("heads").valueAsNumber;
    if (Number.isInteger(NH) && NH >= 1 && config.C % NH === 0) {
      return { sizes: { ...config, NH }, ...(published && { vocabulary: "published" }) };
    }
    throw new SettingsError("heads", `choose a whole number that divides C = ${config.C}`);
  }

  async #open(): Promise<void> {
    const { files } = this;
    this.#found = undefined;
    this.#trouble = undefined;
    this.#show();
    if (files.length === 0) return;
    const same = () =>
      files.length === this.files.length && files.every((file, i) => file === this.files[i]);
    try {
      const [{ familyOf, mainOf, openChosen }, { vocabularyToTrain }] = await Promise.all([
        import("../weightfiles.ts"),
        import("../../training/opening.ts"),
      ]);
      const weights = await openChosen(files);
      if (!same()) return; // others were chosen meanwhile
      const published = vocabularyToTrain(weights) !== undefined;
      checkVocabulary(weights.config, published);
      this.#found = { family: familyOf(weights.config), weights, published };
      this.#name = mainOf(files)?.name ?? "";
      this.#input("heads").value = `${this.#headsOf(weights)}`;
      this.#show();
    } catch (error) {
      if (!same()) return;
      this.#trouble = trouble("weightsFile", error as Error);
    }
    this.#changed();
  }

  /** Where they are a guess, a preset that has the same sizes otherwise knows better than a rule. */
  #headsOf({ config, headsGuessed }: Found["weights"]): number {
    const chosen = this.#form.querySelector<HTMLInputElement>('[name="preset"]:checked');
    const preset = presets[chosen?.value as Preset];
    const alike = headsGuessed && preset && kindOf(preset) === kindOf(config);
    return alike && shown.every((size) => preset[size] === config[size]) ? preset.NH : config.NH;
  }

  async #readConfig(file: File): Promise<void> {
    const config = this.#found?.weights.config;
    if (!config || isLlama(config)) return;
    try {
      const { readHeads } = await import("@llm.ts/kernels/formats/huggingface.config.ts");
      const NH = readHeads(await file.text(), config);
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
    this.#part("weights-heads").hidden = !found?.weights.headsGuessed;
    if (!found) return;
    this.#say("sizes", told(found));
    this.#say("config", "");
  }

  #say(name: string, text: string): void {
    const place = this.#place.querySelector(`[data-weights-${name}]`);
    if (place) place.textContent = text;
  }

  #input(name: string): HTMLInputElement {
    return this.#place.querySelector(`input[name="${name}"]`) as HTMLInputElement;
  }

  #part(name: string): HTMLElement {
    return this.#place.querySelector(`[data-part="${name}"]`) as HTMLElement;
  }
}

/** What is in the files, in a few sentences. */
function told({ family, weights: { config, notes, headsGuessed }, published }: Found): string {
  const sizes: [string, number][] = shown.map((size) => [size, config[size]]);
  if (!headsGuessed) sizes.push(["NH", config.NH]);
  if (isLlama(config)) sizes.push(["NKV", config.NKV], ["F", config.F]);
  const listed = sizes.map(([name, size]) => `${name} = ${integer(size)}`).join(", ");
  const all = isLlama(config) ? `: ${integer(countParameters(config))} parameters` : "";
  const tokens = published ? ["Texts are cut into the tokens that it came with."] : [];
  return [`A ${family} with ${listed}${all}.`, ...tokens, ...notes].join(" ");
}

/** Texts are encoded in GPT-2's vocabulary or the first part of it, or by the tokenizer that came with the model. */
function checkVocabulary({ V }: Config, published: boolean): void {
  if (published) {
    if (V <= mostTokens) return;
    throw new FormatError(
      `its vocabulary has ${integer(V)} tokens, and in this page a model may have ${integer(mostTokens)}: npm run generate can write with it, or choose a model with fewer tokens`,
    );
  }
  const { least, most } = vocabularies;
  if (V >= least && V <= most) return;
  throw new FormatError(
    `its vocabulary has ${integer(V)} tokens. Texts are encoded here in GPT-2's ${integer(most)}, or in the first of them, ${least} at least, unless a tokenizer.json is chosen with the weights`,
  );
}

function trouble(field: string, { message }: Error): SettingsError {
  return new SettingsError(field, message.replace(/^Hugging Face GPT-2: /, ""));
}
