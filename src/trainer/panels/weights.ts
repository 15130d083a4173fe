// What a run begins with: random numbers, OpenAI's weights, which the reader may download, or those of a file.

import { type Config, kindOf, presets } from "@llm.ts/kernels/models.ts";
import { duration } from "../../page/numbers.ts";
import type { Settings } from "../../training/settings.ts";
import { gpt2Bytes } from "../../weights/address.ts";
import type { DownloadProgress, Kept } from "../../weights/download.ts";
import type { WeightsCommand, WeightsReport } from "../../weights/protocol.ts";
import { markError } from "../form.ts";
import type { Weights } from "../protocol.ts";
import { type Model, WeightsFile } from "./weightsfile.ts";

const published = "gpt2-124M"; // the preset that OpenAI's weights fit

export class WeightsPanel {
  readonly #form: HTMLFormElement;
  readonly #place: HTMLElement;
  readonly #file: WeightsFile;
  #worker: Worker | undefined;
  #kept: Kept = { state: "none" };
  #busy = false;

  /**
   * @param place in the form
   * @param changed called when the model that the weights are of has changed
   */
  constructor(form: HTMLFormElement, place: HTMLElement, changed: () => void) {
    this.#form = form;
    this.#place = place;
    this.#file = new WeightsFile(form, place, changed);
    place.addEventListener("click", ({ target }) => {
      const { weights } = (target as HTMLElement).dataset;
      if (weights) this.#send(weights as WeightsCommand["type"]);
    });
  }

  /** Shows what there is to choose for a preset. */
  show({ preset }: Settings): void {
    const fits = preset === published;
    const option = this.#part("published");
    option.hidden = !fits;
    if (!fits && this.#choice() === "downloaded") this.choose("random");
    if (fits && !this.#worker) this.#send("look");
  }

  /** The choice, or undefined where something is still to be done, which is then said. */
  chosen(): Weights | undefined {
    const choice = this.#choice();
    if (choice === "downloaded" && this.#kept.state !== "whole") {
      markError(this.#form, "weightsFile", "download OpenAI's weights first");
      return undefined;
    }
    if (choice !== "file") return choice === "downloaded" ? "downloaded" : "random";
    if (this.#file.model) return this.#file.files;
    markError(this.#form, "weightsFile", "choose a file with weights first");
    return undefined;
  }

  /** What a run that begins with the choice notes of it: "" for random numbers. */
  get name(): string {
    const choice = this.#choice();
    if (choice === "file") return this.#file.name;
    return choice === "downloaded" ? "OpenAI's weights" : "";
  }

  /** Waits until the reader's file has been looked into. */
  read(): Promise<void> {
    return this.#file.read();
  }

  /** The files whose tokens a text is to be cut into; without them GPT-2's. */
  get tokens(): File[] {
    return this.#choice() === "file" ? this.#file.files : [];
  }

  /**
   * What of the settings the reader's files decide: the sizes, where they are not the preset's, and whose tokens it has.
   *
   * @throws SettingsError if they are of no use
   */
  model(preset: Settings["preset"]): Partial<Model> {
    const model = this.#choice() === "file" ? this.#file.model : undefined;
    if (!model) return {};
    const { sizes, ...vocabulary } = model;
    const known: Config = presets[preset];
    const same =
      kindOf(known) === kindOf(sizes) &&
      Object.entries(known).every(
        ([name, size]) => JSON.stringify(sizes[name as keyof Config]) === JSON.stringify(size),
      );
    return same ? vocabulary : model;
  }

  choose(value: "random" | "downloaded" | "file"): void {
    const radio = this.#form.querySelector<HTMLInputElement>(
      `input[name="weights"][value="${value}"]`,
    );
    if (radio) radio.checked = true;
  }

  #choice(): FormDataEntryValue | null {
    return new FormData(this.#form).get("weights");
  }

  #send(type: WeightsCommand["type"]): void {
    if (!this.#worker) {
      this.#worker = new Worker(new URL("../../workers/weights.ts", import.meta.url), {
        type: "module",
      });
      this.#worker.onmessage = ({ data }) => this.#hear(data);
    }
    if (type === "download") {
      this.#busy = true;
      this.choose("downloaded");
      this.#say("Asking for the file.");
    }
    this.#worker.postMessage({ type } satisfies WeightsCommand);
    this.#showButtons();
  }

  #hear(report: WeightsReport): void {
    if (report.type === "trouble") this.#trouble(report.message);
    else if (report.type === "progress") this.#showProgress(report.progress);
    else this.#showKept(report.kept);
  }

  #trouble(message: string): void {
    const place = this.#part("weights-trouble");
    place.textContent = message;
    place.hidden = message === "";
  }

  #showProgress({ phase, done, total = gpt2Bytes, bytesPerSecond }: DownloadProgress): void {
    this.#trouble("");
    const bar = this.#part<HTMLProgressElement>("weights-bar");
    bar.hidden = false;
    bar.value = done / total;
    const left =
      bytesPerSecond > 0 ? `, about ${duration((total - done) / bytesPerSecond)} left` : "";
    this.#say(
      phase === "downloading"
        ? `${megabytes(done)} of ${megabytes(total)}${left}.`
        : `Checking what has come: ${Math.round((100 * done) / total)}%.`,
    );
  }

  #showKept(kept: Kept): void {
    this.#kept = kept;
    this.#busy = false;
    this.#part("weights-bar").hidden = true;
    const texts: Record<Kept["state"], () => string> = {
      none: () => `Not downloaded. It is ${megabytes(gpt2Bytes)}, and stays in this browser.`,
      part: () => {
        const { done, total = gpt2Bytes } = kept as Extract<Kept, { state: "part" }>;
        return `${megabytes(done)} of ${megabytes(total)} have come.`;
      },
      whole: () => {
        const { file } = kept as Extract<Kept, { state: "whole" }>;
        const how = file.checked === "SHA-256" ? "its SHA-256 is right" : "its structure is right";
        return `Downloaded: ${megabytes(file.bytes)}, ${how}.`;
      },
    };
    this.#say(texts[kept.state]());
    this.#showButtons();
  }

  #showButtons(): void {
    const { state } = this.#kept;
    const labels = {
      none: `Download ${megabytes(gpt2Bytes)}`,
      part: "Download the rest",
      whole: "",
    };
    const button = (name: string) =>
      this.#place.querySelector(`[data-weights="${name}"]`) as HTMLButtonElement;
    button("download").hidden = this.#busy || state === "whole";
    button("download").textContent = labels[state];
    button("cancel").hidden = !this.#busy;
    button("discard").hidden = this.#busy || state === "none";
  }

  #say(text: string): void {
    this.#part("weights-state").textContent = text;
  }

  #part<E extends HTMLElement = HTMLElement>(name: string): E {
    return this.#place.querySelector(`[data-part="${name}"]`) as E;
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
