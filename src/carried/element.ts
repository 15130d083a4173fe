// The page's side of a figure in which a small model reads the reader's sentence. What it shows at first was drawn when the
// site was built; the worker starts when something else is wanted, or where a run of the reader's is kept.

import { integer, sentence as sentenceOf } from "../page/numbers.ts";
import { type Kept, keepSentence, readSentence } from "../reader/sentence.ts";
import type { Command, FoundRun, ModelName, Question, Report } from "./answer.ts";
import { draw, type Part } from "./drawn.ts";

const pause = 200; // milliseconds without a key before a sentence is read

class Carried extends HTMLElement {
  #worker: Worker | undefined;
  #run: FoundRun | null = null;
  #seed = 1;
  #number = 0; // of the newest question
  #typing: ReturnType<typeof setTimeout> | undefined;
  #asked = new Map<number, Question>();
  #waiting = false; // whether there is another question once the worker has answered

  connectedCallback(): void {
    const kept = readSentence();
    if (kept) this.#text.value = kept.sentence;
    this.addEventListener("input", ({ target }) => {
      this.#showSliders();
      clearTimeout(this.#typing);
      const wait = target === this.#text ? pause : 0;
      this.#typing = setTimeout(() => this.#changed(), wait);
    });
    this.querySelector("[data-again]")?.addEventListener("click", () => {
      this.#seed++;
      this.#ask();
    });
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        void this.#begin(kept);
      },
      { rootMargin: "200px" },
    );
    observer.observe(this);
  }

  disconnectedCallback(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  get #part(): Part {
    return this.dataset.part as Part;
  }

  get #text(): HTMLInputElement {
    return this.querySelector("[data-text]") as HTMLInputElement;
  }

  get #model(): ModelName {
    const yours = this.querySelector<HTMLInputElement>('input[value="yours"]');
    return this.#run && yours?.checked ? "yours" : "course";
  }

  get #sampling(): Question["sampling"] {
    if (this.#part !== "sampling") return null;
    const [temperature, topP] = [...this.querySelectorAll<HTMLInputElement>("[data-slider]")].map(
      ({ valueAsNumber }) => valueAsNumber,
    );
    return { temperature, topP, seed: this.#seed };
  }

  /** What was kept comes back, from whichever lesson; the switch appears where there is a run. */
  async #begin(kept: Kept | null): Promise<void> {
    const looks = await hasRuns();
    if (looks) this.#tell({ type: "find" });
    if (looks && kept?.model === "yours") return; // it is asked when it has been found
    if (kept && kept.sentence !== this.#text.defaultValue) this.#ask();
  }

  #changed(): void {
    const { value: sentence } = this.#text;
    // A run that is gone may come back: the choice is kept until the reader makes another.
    const model = this.#run ? this.#model : (readSentence()?.model ?? "course");
    keepSentence({ sentence, model });
    this.#ask();
  }

  /** Asks what is wanted now, once the worker has answered what it was asked before. */
  #ask(): void {
    if (this.#asked.size > 0) {
      this.#waiting = true;
      return;
    }
    const question = { sentence: this.#text.value, sampling: this.#sampling };
    this.#asked.set(++this.#number, question);
    this.#tell({ type: "ask", number: this.#number, model: this.#model, question });
  }

  #tell(command: Command): void {
    if (!this.#worker) {
      this.#worker = new Worker(new URL("../workers/carried.ts", import.meta.url), {
        type: "module",
      });
      this.#worker.onmessage = ({ data }: MessageEvent<Report>) => this.#hear(data);
      this.#worker.onerror = () => this.#fail("This could not be loaded. Reload the page");
    }
    this.#worker.postMessage(command);
  }

  #hear(report: Report): void {
    if (report.type === "found") {
      this.#offer(report.run);
      return;
    }
    const question = this.#asked.get(report.number);
    this.#asked.delete(report.number);
    if (this.#waiting) {
      this.#waiting = false;
      this.#ask();
      return;
    }
    if (report.type === "failed") {
      this.#fail(report.message);
      return;
    }
    const { temperature = 1, topP = 1 } = question?.sampling ?? {};
    const { table, says } = draw[this.#part](report.answer, { temperature, topP });
    this.#place("table").innerHTML = table;
    this.#place("table").dataset.model = this.#model;
    this.#place("says").textContent = says;
  }

  #fail(message: string): void {
    this.#asked.clear();
    this.#place("table").replaceChildren();
    this.#place("says").textContent = sentenceOf(message);
  }

  /** The switch, where there is a run. What the reader chose in another lesson is chosen here too. */
  #offer(run: FoundRun | null): void {
    const wants = readSentence();
    if (run && !run.refusal) {
      this.#run = run;
      this.#place("yours").textContent = `yours: ${run.name}, after ${integer(run.step)} steps`;
      this.#place("switch").hidden = false;
      this.#place("none").hidden = true;
      const yours = this.querySelector<HTMLInputElement>('input[value="yours"]');
      if (yours && wants?.model === "yours") yours.checked = true;
    } else if (run?.refusal) {
      this.#place("none").textContent = run.refusal;
    }
    if (wants?.model === "yours") this.#ask();
  }

  #showSliders(): void {
    for (const slider of this.querySelectorAll<HTMLInputElement>("[data-slider]")) {
      const output = slider.parentElement?.querySelector("output");
      if (output) output.textContent = slider.valueAsNumber.toFixed(Number(slider.dataset.slider));
    }
  }

  #place(name: "table" | "says" | "switch" | "yours" | "none"): HTMLElement {
    return this.querySelector(`[data-${name}]`) as HTMLElement;
  }
}

/** Whether the trainer has ever kept something here: without, no worker has to look. */
async function hasRuns(): Promise<boolean> {
  try {
    const root = await navigator.storage.getDirectory();
    await root.getDirectoryHandle("checkpoints");
    return true;
  } catch {
    return false;
  }
}

customElements.define("llm-carried", Carried);
