// The page about the reader's progress: what is kept, and the ways to take it along, bring it back and forget it.

import { download } from "../page/download.ts";
import {
  collectProgress,
  forgetProgress,
  formatProgress,
  mergeProgress,
  type Progress,
  parseProgress,
  storeProgress,
} from "./progress.ts";

class ProgressPage extends HTMLElement {
  connectedCallback(): void {
    this.#part<HTMLElement>("tools").hidden = false;
    this.#part("save").addEventListener("click", () => this.#save());
    this.#part("open").addEventListener("change", () => this.#open());
    const dialog = this.#part<HTMLDialogElement>("dialog");
    this.#part("forget").addEventListener("click", () => dialog.showModal());
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "forget") this.#forget();
      dialog.returnValue = "";
    });
    this.#show();
  }

  #show(): void {
    const progress = this.#progress();
    if (!progress) return;
    for (const row of this.querySelectorAll<HTMLElement>("[data-slug]")) {
      const slug = row.dataset.slug ?? "";
      const read = row.querySelector("[data-read]");
      if (read) read.textContent = progress.read[slug] ? formatDay(progress.read[slug]) : "not yet";
      const edits = row.querySelector("[data-edits]");
      const count = Object.keys(progress.edits).filter((key) => key.startsWith(`${slug}/`)).length;
      if (edits) edits.textContent = String(count);
      for (const exercise of row.querySelectorAll<HTMLElement>("[data-exercise]")) {
        const passed = progress.passed[exercise.dataset.exercise ?? ""];
        exercise.textContent = passed ? `passed on ${formatDay(passed)}` : "not yet";
        exercise.classList.toggle("passed", Boolean(passed));
      }
    }
    const [read, passed, edits] = [progress.read, progress.passed, progress.edits].map(
      (part) => Object.keys(part).length,
    );
    this.#part("summary").textContent =
      `You have read ${read} of ${this.dataset.lessons} lessons to their end, passed ${passed} of ${this.dataset.exercises} exercises, and edited ${edits} ${edits === 1 ? "cell" : "cells"}.`;
  }

  #save(): void {
    const progress = this.#progress();
    if (!progress) return;
    const now = new Date().toISOString();
    const file = new Blob([formatProgress(progress, now)], { type: "application/json" });
    const name = `llm.ts-progress-${now.slice(0, 10)}.json`;
    download(file, name);
    this.#say(`Saved as ${name}.`);
  }

  async #open(): Promise<void> {
    const input = this.#part<HTMLInputElement>("open");
    const file = input.files?.[0];
    input.value = ""; // so that the same file can be chosen again
    if (!file) return;
    try {
      const added = parseProgress(await file.text());
      storeProgress(localStorage, mergeProgress(collectProgress(localStorage), added));
      this.#show();
      this.#say(`${file.name} was added to what this browser holds.`);
    } catch (error) {
      this.#say((error as Error).message, true);
    }
  }

  #forget(): void {
    try {
      forgetProgress(localStorage);
      this.#show();
      this.#say("All progress is forgotten.");
    } catch {
      this.#say("This browser does not let the site change what it stores.", true);
    }
  }

  /** What this browser holds; null, with a sentence, where it lets the site store nothing. */
  #progress(): Progress | null {
    try {
      return collectProgress(localStorage);
    } catch {
      this.#part("summary").textContent =
        "This browser does not let the site store anything, so there is no progress to show.";
      return null;
    }
  }

  #say(text: string, wrong = false): void {
    const status = this.#part("status");
    status.textContent = text;
    status.classList.toggle("wrong", wrong);
  }

  #part<Part extends HTMLElement>(name: string): Part {
    return this.querySelector(`[data-part="${name}"]`) as Part;
  }
}

const formatDay = (time: string): string =>
  new Date(time).toLocaleDateString("en-GB", { dateStyle: "medium" });

customElements.define("llm-progress", ProgressPage);
