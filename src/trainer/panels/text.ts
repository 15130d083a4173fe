// The text to train on: the site's or the reader's own, how many tokens it has in the model's vocabulary, and whether the
// separators in a text of the reader's own are to be read as such.

import { integer } from "../../page/numbers.ts";
import type { RunPlan } from "../../training/plan.ts";
import { countSeparators } from "../../training/separators.ts";
import { configOf, type Settings, withVocabulary } from "../../training/settings.ts";
import { tasks } from "../../training/tasks.ts";
import { markError } from "../form.ts";
import type { OwnText, Report } from "../protocol.ts";
import { countsSentence, epochsSentence, type TokenCounts } from "../tokencounts.ts";

const largestCounted = 50_000_000; // bytes; a larger text is refused when it is read

type Counted = Extract<Report, { type: "counted" }>;
type Ask = (key: string, text: OwnText | null, settings: Settings) => void;

/** What a text is cut into where that is not said by the settings: files with a tokenizer, or none. */
type Tokens = () => readonly File[];

const notes = {
  gpt2: "",
  characters:
    "Each character of the text is a token. The checkpoint has them. The weights can be saved for PyTorch, but not for llama.cpp, which knows no such vocabulary.",
  pairs:
    "The merges of lesson 2, learned from this text before the first step. The checkpoint has them, and so have the files for llama.cpp.",
  published:
    "The tokens are those that the model came with. The checkpoint has its tokenizer, so that the run goes on without the files.",
  task: "Each problem is a text of its own, and each of its characters a token. The prompt asks one that the model never sees.",
};

/** What the tokens of a text depend on. */
function keyOf(text: OwnText | null, settings: Settings, tokens: readonly File[]): string {
  const told = ({ name, size, lastModified }: File) => [name, size, lastModified];
  const { T, seed, task, vocabulary, vocabularySize } = settings;
  const V = vocabulary === "pairs" ? vocabularySize : !vocabulary && configOf(settings).V;
  return JSON.stringify([
    ...[text && told(text.file), text?.separators, T],
    ...[vocabulary, V, task, task && seed],
    vocabulary === "published" && tokens.map(told),
  ]);
}

export class TextPanel {
  readonly #form: HTMLFormElement;
  readonly #place: HTMLElement;
  readonly #ask: Ask;
  readonly #tokens: Tokens;
  readonly #counted = new Map<string, Counted>();
  #asked = ""; // the key that was asked for last
  #plan: RunPlan | undefined;

  /**
   * @param place in the form
   * @param ask has a text's tokens counted; `hear` is given the answer
   * @param tokens gives the files of a model that has its own
   */
  constructor(form: HTMLFormElement, place: HTMLElement, ask: Ask, tokens: Tokens) {
    this.#form = form;
    this.#place = place;
    this.#ask = ask;
    this.#tokens = tokens;
    this.#input("file")?.addEventListener("change", () => void this.#offer());
  }

  /** The reader's text, null for the site's, undefined where a file is still to be chosen, which is then said. */
  chosen(): OwnText | null | undefined {
    if (!this.#is("own")) return null;
    const file = this.#file();
    if (file) return this.#text();
    markError(this.#form, "file", "choose a text file first");
    this.#input("file")?.focus();
    return undefined;
  }

  /** What the chosen text is called. */
  get name(): string {
    const task = this.#plan?.settings.task;
    if (task) return tasks[task].says;
    const site = this.#part("site-text").dataset.title ?? "";
    return this.#is("own") ? (this.#file()?.name ?? "a text of your own") : site;
  }

  /** Shows how many tokens the text has for this plan, and has them counted where that is not known. */
  show(plan: RunPlan): void {
    this.#plan = plan;
    const { task, vocabulary } = plan.settings;
    const site = this.#part("site-text");
    const title = site.dataset.title ?? "";
    const known: Record<string, TokenCounts> = JSON.parse(site.dataset.counts ?? "{}");
    const { V } = plan.config;
    const siteCounts =
      (vocabulary ? undefined : known[V]) ?? (this.#is("site") && this.#look(null)?.counts);
    site.textContent = siteCounts ? countsSentence(title, siteCounts, V) : title;
    const taskCounts = task && this.#look(null)?.counts;
    this.#part("task-text").textContent = taskCounts
      ? `${integer(taskCounts.train)} tokens to train on, ${integer(taskCounts.validation)} for validation, in a vocabulary of ${taskCounts.V}`
      : "";
    const counts = task ? taskCounts : this.#is("own") ? this.#showOwn(V) : siteCounts;
    this.#part("epochs").textContent = counts ? epochsSentence(plan.settings, counts) : "";
    const given = Boolean(task) || vocabulary === "published"; // so that there is nothing to choose
    this.#place.querySelector<HTMLElement>(".vocabulary")?.toggleAttribute("hidden", given);
    this.#part("pairs").hidden = vocabulary !== "pairs" || given;
    this.#part("vocabulary-note").textContent = task ? notes.task : notes[vocabulary ?? "gpt2"];
  }

  /** The settings with the vocabulary that the text is known to have; as they are while nobody has counted. */
  fit(settings: Settings): Settings {
    if (!settings.vocabulary || settings.vocabulary === "published") return settings;
    const V = this.#counted.get(keyOf(this.#text(), settings, []))?.counts?.V;
    return withVocabulary(settings, V ?? settings.vocabularySize ?? 128);
  }

  /** The answer to what was asked. */
  hear(counted: Counted): void {
    this.#counted.set(counted.key, counted);
    if (this.#plan) this.show(this.#plan);
  }

  /** Whoever was asked is not there any more. */
  askAgain(): void {
    this.#asked = "";
    if (this.#plan) this.show(this.#plan);
  }

  #showOwn(V: number): TokenCounts | undefined {
    const place = this.#part("own-text");
    const file = this.#file();
    place.hidden = !file;
    if (!file) return undefined;
    const { counts, message } = this.#look(this.#text()) ?? {};
    place.textContent = counts
      ? `${countsSentence(file.name, counts, V)}.`
      : (message ?? "Its tokens are being counted.");
    return counts ?? undefined;
  }

  /** What is known of a text; where nothing is, it is asked for. */
  #look(text: OwnText | null): Counted | undefined {
    if (!this.#plan) return undefined;
    const { settings } = this.#plan;
    const key = keyOf(text, settings, this.#tokens());
    const found = this.#counted.get(key);
    if (!found && this.#asked !== key) {
      this.#asked = key;
      this.#ask(key, text, settings);
    }
    return found;
  }

  /** What is chosen; null for all but a file of the reader's. */
  #text(): OwnText | null {
    const file = this.#is("own") ? this.#file() : undefined;
    return file ? { file, separators: this.#input("separators")?.checked ?? false } : null;
  }

  #is(kind: "site" | "own" | "task"): boolean {
    return this.#place.querySelector(`[name="text"][value="${kind}"]:checked`) !== null;
  }

  #part(name: string): HTMLElement {
    return this.#place.querySelector(`[data-part="${name}"]`) as HTMLElement;
  }

  /** Shows the choice, where the text has separators in it. */
  async #offer(): Promise<void> {
    const label = this.#place.querySelector<HTMLElement>('[data-part="separators"]');
    const file = this.#file();
    const box = this.#input("separators");
    if (!label || !box) return;
    label.hidden = true;
    box.checked = true;
    const count = file && file.size <= largestCounted ? countSeparators(await file.text()) : 0;
    if (count === 0 || file !== this.#file()) return; // another was chosen meanwhile
    const [times, words] = label.querySelectorAll("[data-count]");
    times.textContent = count === 1 ? "once" : `${integer(count)} times`;
    words.textContent = count === 1 ? "it" : "each";
    label.hidden = false;
  }

  #file(): File | undefined {
    return this.#input("file")?.files?.[0];
  }

  #input(name: string): HTMLInputElement | null {
    return this.#place.querySelector(`input[name="${name}"]`);
  }
}
