// Brings cells to life. This file is all that a page loads before a reader touches one: the editor, the compiler and the
// grader follow when they are needed.

import type { Edited } from "../language/protocol.ts";
import { byFinger } from "../page/finger.ts";
import { fingerprint, keepEdit, readEdit } from "../reader/edits.ts";
import { markPassed, readPassed } from "../reader/passed.ts";
import { noteTry } from "../reader/tries.ts";
import { type CellElement, changedEvent } from "./changed.ts";
import type { Editor, Problem } from "./editor.ts";
import type { Result } from "./execute.ts";
import { indentOf } from "./indent.ts";
import type { Level } from "./messages.ts";
import type { Mark } from "./sentences.ts";
import type { CompilerMessage } from "./shader.ts";
import type { Standing } from "./standing.ts";
import { triedEvent } from "./tried.ts";
import { wholesOf } from "./whole.ts";

const editing = byFinger
  ? "What you type is kept in this browser."
  : "Ctrl+Space completes. Tab indents; Escape, then Tab, leaves the editor. Ctrl+Enter runs.";

class Cell extends HTMLElement implements CellElement {
  #original = "";
  #listing!: HTMLPreElement;
  #editor: Editor | undefined;
  #opening: Promise<Editor> | undefined;
  #stop: AbortController | undefined;
  #endFigure: (() => void) | undefined;
  #saving = 0;
  #seed: number | undefined; // of a drawn case that was wrong
  #arrays: Standing[] | undefined; // how they came out in the attempt before
  #taken: string | null = null; // the reader's text, after Reset and until the next change

  connectedCallback(): void {
    const listing = this.querySelector<HTMLPreElement>("[data-code] pre");
    if (!listing || this.#listing) return;
    this.#listing = listing;
    this.#original = listing.textContent ?? "";
    this.#button("run").disabled = false;
    this.#button("run").addEventListener("click", () => this.#runByButton());
    this.#button("stop").addEventListener("click", () => this.#stop?.abort());
    this.#button("reset").addEventListener("click", () => {
      if (this.#taken === null) this.#reset();
      else this.#giveBack(this.#taken);
    });
    this.querySelector("[data-more]")?.addEventListener("click", (event) => {
      this.#showWhole();
      // The button is gone: the keyboard's focus goes to what it has shown. A finger did not have it.
      if ((event as MouseEvent).detail === 0) this.#focusCode();
    });
    this.#listenToListing();
    addEventListener("pagehide", () => this.#save());
    this.#restore();
    if ("automatic" in this.dataset) this.#runWhenSeen();
  }

  disconnectedCallback(): void {
    this.#stop?.abort();
    this.#endFigure?.();
  }

  /** Runs from the keyboard, and brings the verdict into view: the reader was looking at the code. */
  async #runByKey(): Promise<void> {
    await this.run();
    this.#part("status").scrollIntoView({ block: "nearest" });
  }

  /** Runs, and brings what comes of it into view where the button still is: below it there may be nothing left of a screen. */
  async #runByButton(): Promise<void> {
    if (this.#stop) return;
    await this.run();
    const { top, bottom } = this.#button("run").getBoundingClientRect();
    if (bottom < 0 || top > innerHeight) return; // the reader has moved on
    for (const part of ["lines", "status"] as const) {
      if (!this.#part(part).hidden) this.#part(part).scrollIntoView({ block: "nearest" });
    }
  }

  /** Runs what stands in the cell, and shows what comes of it. */
  async run(): Promise<void> {
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    // Switched off it would lose the keyboard's focus for as long as the run lasts: it only says that it waits.
    this.#button("run").ariaDisabled = "true";
    this.#button("stop").disabled = false;
    this.#show("running", "Running");
    this.#part("lines").replaceChildren();
    this.#part("lines").hidden = true;
    this.#part("details").replaceChildren();
    this.#part("standing").replaceChildren();
    this.#mark([]);
    const { file = "", region, check, exercise, mistakes } = this.dataset;
    try {
      const { runCell } = await import("./bench.ts");
      const { text } = this;
      const result = await runCell({
        file,
        region,
        check,
        exercise: exercise ?? mistakes,
        text,
        seed: this.#seed,
        signal: stop.signal,
        onLine: (level, text) => this.#addLine(level, text),
        onTurning: (line, says) => {
          const own = this.#ownLine(line);
          const where = own ? `Line ${line}` : `Line ${line} of the file`;
          this.#show("running", `Still running. ${where}: ${says}. Stop ends it.`);
          if (own) this.#mark([{ line: own, message: says, severity: "warning" }]);
        },
      });
      this.#countTry(result, text);
      await this.#showResult(result);
    } catch (error) {
      this.#show(
        "wrong",
        `This cell could not be run: ${(error as Error).message}. Reload the page.`,
      );
    } finally {
      this.#stop = undefined;
      const stopHasFocus = document.activeElement === this.#button("stop");
      this.#button("run").ariaDisabled = null;
      if (stopHasFocus) this.#button("run").focus(); // Stop is switched off, and would lose it
      this.#button("stop").disabled = true;
    }
  }

  /** An answer to an exercise, until it has passed. As it stands at first it is none. */
  #countTry(result: Result, text: string): void {
    const { key = "", exercise } = this.dataset;
    if (!exercise || text === this.#original) return;
    if (result.type === "stopped" || (result.type === "problem" && !result.place)) return;
    if (!(key in readPassed())) noteTry(key, text);
    const passed = result.type === "ran" && result.verdict?.passed;
    if (!passed) dispatchEvent(new CustomEvent(triedEvent, { detail: key }));
  }

  async #showResult(result: Result): Promise<void> {
    if (result.type === "stopped") return this.#show("", "Stopped.");
    if (result.type === "problem") return this.#showProblem(result);
    if (result.type === "uncompiled") return this.#showMessages(result.messages);
    const { verdict, values, milliseconds, comparison, messages = [], play } = result;
    if (verdict) {
      this.#seed = verdict.seed ?? (verdict.passed ? undefined : this.#seed);
      const { showVerdict } = await import("./result.ts");
      const playing = play && { play, light: (line: number | null) => this.#light(line) };
      this.#show(verdict.passed ? "right" : "wrong", verdict.says);
      await this.#showStanding(verdict.arrays);
      this.#part("details").replaceChildren(...showVerdict(verdict, comparison, playing));
      this.#showMessages(messages);
      this.#markLines(verdict.marks ?? []);
      if (verdict.passed && this.dataset.exercise) {
        this.#save(); // training takes the text from where it is kept
        markPassed(this.dataset.key ?? "");
      }
    } else if ("automatic" in this.dataset) {
      this.#show("", ""); // the figure speaks for itself
    } else {
      this.#show("", `Ran in ${Math.max(1, Math.round(milliseconds))} ms.`);
    }
    if (this.dataset.figure) await this.#draw(this.dataset.figure, values);
  }

  /** Which arrays are right, and what has changed since the attempt before. */
  async #showStanding(arrays: Standing[] | undefined): Promise<void> {
    if (!arrays) return;
    const { describeStanding, showStanding } = await import("./standing.ts");
    const says = describeStanding(arrays, this.#arrays);
    this.#part("standing").append(showStanding(arrays, this.#arrays) ?? "", says);
    this.#arrays = arrays;
  }

  #showProblem({ message, place }: Extract<Result, { type: "problem" }>): void {
    if (!place) {
      this.#show("wrong", message);
      return;
    }
    const line = place.path === this.dataset.file ? this.#ownLine(place.line) : null;
    const where = line ? `Line ${place.line}` : `In ${place.path}`;
    this.#show("wrong", `${where}: ${message}`);
    if (line) this.#mark([{ line, message }]);
  }

  /** Marks the lines of a verdict, as those of errors are marked. */
  #markLines(marks: readonly Mark[]): void {
    const problems = marks.flatMap(({ line, says, severity }) => {
      const own = this.#ownLine(line);
      return own ? [{ line: own, message: says, severity }] : [];
    });
    if (problems.length > 0) this.#mark(problems);
  }

  /** Lights a line of the file, and no other. */
  #light(lineOfFile: number | null): void {
    const line = lineOfFile === null ? null : this.#ownLine(lineOfFile);
    this.#editor?.light(line);
    for (const [i, each] of [...this.#listing.querySelectorAll(".line")].entries()) {
      each.classList.toggle("cell-lit", i + 1 === line);
    }
  }

  /** What the compiler of a shader says: the first error as the cell's answer, all of it below and in the editor. */
  #showMessages(messages: readonly CompilerMessage[]): void {
    const problems: Problem[] = [];
    for (const message of messages) {
      const { severity, text, line, column } = message;
      const own = this.#ownLine(line);
      if (own) problems.push({ ...message, line: own, message: text });
      const at = own ? `Line ${line}, column ${column}` : `${this.dataset.file}, line ${line}`;
      const where = line > 0 ? `${at}: ` : "";
      const levels = { error: "error", warning: "warn", info: "log" } as const;
      this.#addLine(levels[severity], `${where}${severity}: ${text}`);
    }
    this.#mark(problems);
    const errors = messages.filter(({ severity }) => severity === "error");
    if (errors.length === 0) return;
    const [{ line, text }] = errors;
    const more =
      errors.length > 1 ? ` There are ${errors.length} errors; all are listed below.` : "";
    const where = this.#ownLine(line)
      ? `Line ${line}`
      : `Line ${line} of the file, outside this cell`;
    this.#show("wrong", `This does not compile. ${line > 0 ? `${where}: ` : ""}${text}.${more}`);
  }

  /** The line of the cell, counted from 1, for a line of its file; null for one that the cell does not show. */
  #ownLine(lineOfFile: number): number | null {
    const line = lineOfFile - Number(this.dataset.firstLine) + 1;
    return line >= 1 && line <= this.text.split("\n").length ? line : null;
  }

  async #draw(name: string, values: Record<string, unknown>): Promise<void> {
    this.#endFigure?.();
    const drawing = this.#part("drawing");
    try {
      const { drawFigure } = await import("../figures/draw.ts");
      this.#endFigure = await drawFigure(name, this.dataset.file ?? "", values, drawing);
    } catch (error) {
      drawing.replaceChildren();
      this.#show("wrong", `The figure cannot be drawn: ${(error as Error).message}.`);
    }
  }

  #addLine(level: Level, text: string): void {
    const line = document.createElement("pre");
    line.className = level;
    line.textContent = text;
    const lines = this.#part("lines");
    lines.hidden = false;
    lines.append(line);
  }

  // The editor.

  /** What is in the cell now. */
  get text(): string {
    return this.#editor?.text() ?? this.#listing.textContent ?? "";
  }

  /** Whether that is something else than the lesson's code. */
  get changed(): boolean {
    return this.text !== this.#original;
  }

  async replaceText(text: string, line: number, says: string): Promise<void> {
    this.#showWhole();
    const editor = await this.#open();
    editor.replace(text, line);
    editor.focus();
    clearTimeout(this.#saving);
    this.#saving = 0; // kept here, so that nothing takes the place of what is said
    const failure = keepEdit(this.dataset.key ?? "", text, this.#original);
    this.#note(failure ?? `${says}${byFinger ? "" : " Ctrl+Z in the editor undoes this."}`);
  }

  say(text: string): void {
    this.#save(); // here, so that nothing takes the place of what is said
    this.#note(text);
  }

  #listenToListing(): void {
    const listing = this.#listing;
    listing.addEventListener("pointerenter", () => import("./editor.ts"), { once: true });
    // Reached with Tab, the listing becomes an editor that Tab still leaves: see createEditor.
    listing.addEventListener("focus", () => {
      if (listing.matches(":focus-visible")) this.#edit();
    });
    listing.addEventListener("click", (event) => {
      const selection = getSelection();
      if (selection && !selection.isCollapsed) return; // the reader is copying
      this.#edit({ x: event.clientX, y: event.clientY });
    });
    this.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
        event.preventDefault();
        this.#runByKey();
      }
    });
  }

  /** A long listing that was shown in part. */
  #focusCode(): void {
    if (this.#editor) this.#editor.focus();
    else this.#listing.focus();
  }

  #showWhole(): void {
    this.dataset.whole = "";
  }

  async #edit(pointer?: { x: number; y: number }): Promise<void> {
    this.#showWhole();
    try {
      const editor = await this.#open();
      const { activeElement } = document;
      const waiting = activeElement === document.body || activeElement === this.#listing;
      if (pointer || waiting) editor.focus(pointer);
    } catch {
      this.#note("The editor could not be loaded. Reload the page to edit this cell.");
    }
  }

  /** Puts the editor in the place of the listing, once. */
  #open(): Promise<Editor> {
    this.#opening ??= this.#makeEditor();
    this.#opening.catch(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #makeEditor(): Promise<Editor> {
    const { createEditor } = await import("./editor.ts");
    const grow = () => editor.element.style.removeProperty("min-block-size");
    const editor = createEditor({
      text: this.#listing.textContent ?? "",
      label: `Code: ${this.dataset.title}`,
      describedBy: `${this.id}-note`,
      language: this.dataset.file?.endsWith(".wgsl") ? "wgsl" : "typescript",
      firstLine: Number(this.dataset.firstLine),
      whole: (text) => this.#whole(text),
      onTypes: (problems) => this.#noteTypes(problems),
      onChange: () => {
        grow();
        this.#changed();
      },
      onRun: () => this.#runByKey(),
    });
    const hadFocus = document.activeElement === this.#listing;
    // How high lines are that it has not drawn yet the editor guesses, and a guess must not move the page.
    editor.element.style.minBlockSize = `${this.#listing.offsetHeight}px`;
    addEventListener("resize", grow, { once: true });
    this.#listing.replaceWith(editor.element);
    this.#editor = editor;
    if (hadFocus) editor.focus();
    editor.element.addEventListener("focusin", () => this.#note(editing), { once: true });
    return editor;
  }

  /** The cell's file with the reader's text in it. */
  async #whole(text: string): Promise<Edited & { begins: number }> {
    const { file: path = "", region } = this.dataset;
    if (!region) return { path, text, begins: 0 };
    const { putBack } = await import("./sources.ts");
    const whole = await putBack(path, region, text);
    const before = whole.split("\n", Number(this.dataset.firstLine) - 1);
    return { path, text: whole, begins: before.join("\n").length + Math.sign(before.length) };
  }

  #noteTypes(problems: number | string): void {
    const standing = this.#part("note").textContent ?? "";
    if (standing !== "" && !standing.includes(editing)) return; // that an edit cannot be kept matters more
    let says = "";
    if (typeof problems === "string") says = `${problems}: types are not checked. `;
    else if (problems === 1) says = `One type does not agree${byFinger ? "" : ": F8 goes there"}. `;
    else if (problems > 1) {
      says = `${problems} types do not agree${byFinger ? "" : ": F8 goes to the next"}. `;
    }
    this.#note(says + editing);
  }

  #mark(problems: readonly Problem[]): void {
    if (problems.length > 0) this.#showWhole();
    if (this.#editor) {
      this.#editor.mark(problems);
      return;
    }
    for (const line of this.#listing.querySelectorAll(".cell-bad-line")) {
      line.classList.remove("cell-bad-line");
    }
    const lines = this.#listing.querySelectorAll(".line");
    for (const { line, severity = "error" } of problems) {
      if (severity === "error") lines[line - 1]?.classList.add("cell-bad-line");
    }
  }

  // Edits.

  #changed(): void {
    this.#offerReset(null);
    this.dispatchEvent(new Event(changedEvent));
    clearTimeout(this.#saving);
    this.#saving = window.setTimeout(() => this.#save(), 300);
  }

  #save(): void {
    if (!this.#saving) return;
    clearTimeout(this.#saving);
    this.#saving = 0;
    const failure = keepEdit(this.dataset.key ?? "", this.text, this.#original);
    this.#note(failure ?? editing);
  }

  /** Shows an edit that was kept. It does not run until the reader says so. */
  #restore(): void {
    const edit = readEdit(this.dataset.key ?? "");
    if (!edit || edit.text === this.#original) return;
    showText(this.#listing, edit.text);
    this.#button("reset").disabled = false;
    this.dispatchEvent(new Event(changedEvent));
    setTimeout(() => this.#open(), 1000); // for its colours; nothing waits for it
    const date = new Date(edit.on).toLocaleDateString("en-GB", { dateStyle: "long" });
    const changed =
      edit.of === fingerprint(this.#original) ? "" : " The lesson's code has changed since.";
    this.#note(`You edited this on ${date}.${changed} Reset brings the lesson's code back.`);
  }

  #reset(): void {
    this.#stop?.abort();
    const before = this.text;
    this.#put(this.#original, "The lesson's code is back. Undo brings yours back.");
    this.#offerReset(before);
    this.#mark([]);
    this.#show("", "");
    this.#part("lines").hidden = true;
    this.#part("details").replaceChildren();
    this.#part("standing").replaceChildren();
  }

  /** Undoes a reset: where there are no keys, the editor's own undo is out of reach. */
  #giveBack(text: string): void {
    this.#put(text, "Your code is back.");
    this.#offerReset(null);
  }

  /** Shows a text and keeps it at once, so that nothing takes the place of what is said. */
  #put(text: string, says: string): void {
    if (this.#editor) this.#editor.replace(text);
    else showText(this.#listing, text);
    clearTimeout(this.#saving);
    this.#saving = 0;
    this.#note(keepEdit(this.dataset.key ?? "", text, this.#original) ?? says);
    this.dispatchEvent(new Event(changedEvent));
  }

  /** @param taken what Reset has just taken away: its button undoes that; null: it resets */
  #offerReset(taken: string | null): void {
    this.#taken = taken;
    const button = this.#button("reset");
    button.textContent = taken === null ? "Reset" : "Undo";
    button.disabled = taken === null && !this.changed;
  }

  /** A figure draws itself, but never from an edit that the reader has not asked to run. */
  #runWhenSeen(): void {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        if (this.text === this.#original) this.run();
        else this.#show("", "You have changed this figure's code. Run it to draw the figure.");
      },
      { rootMargin: "200px" },
    );
    observer.observe(this);
  }

  // Parts.

  #button(name: "run" | "stop" | "reset"): HTMLButtonElement {
    return this.querySelector(`[data-${name}]`) as HTMLButtonElement;
  }

  #part(name: "lines" | "details" | "drawing" | "status" | "standing" | "note"): HTMLElement {
    return this.querySelector(`[data-${name}]`) as HTMLElement;
  }

  #show(kind: "" | "running" | "right" | "wrong", text: string): void {
    const status = this.#part("status");
    status.className = `cell-status ${kind}`;
    status.textContent = text;
  }

  #note(text: string): void {
    const note = this.#part("note");
    if (note.textContent !== text) note.textContent = text;
  }
}

/** A text in a listing, without colours: they come with the editor. */
function showText(listing: HTMLPreElement, text: string): void {
  const code = listing.querySelector("code") ?? listing;
  const lines = text.split("\n").flatMap((content, i) => {
    const line = document.createElement("span");
    line.className = "line";
    let done = 0;
    for (const [from, to] of wholesOf(content)) {
      const whole = document.createElement("span");
      whole.className = "whole";
      whole.textContent = content.slice(from, to);
      line.append(content.slice(done, from), whole);
      done = to;
    }
    line.append(content.slice(done));
    line.style.setProperty("--in", String(indentOf(content)));
    return i === 0 ? [line] : ["\n", line];
  });
  code.replaceChildren(...lines);
}

customElements.define("llm-cell", Cell);
