// The page's side of training: a form, buttons, numbers and figures around the training worker. Nothing is computed here.

import { rememberChoice } from "../gpu/choices.ts";
import { download } from "../page/download.ts";
import { duration, integer, sentence } from "../page/numbers.ts";
import { changeSentence } from "../training/changes.ts";
import { toCsv } from "../training/csv.ts";
import type { WeightsKind } from "../training/kinds.ts";
import { planRun, type RunPlan } from "../training/plan.ts";
import type { Progress } from "../training/progress.ts";
import { defaultSampling, defaults, modelName, type Settings } from "../training/settings.ts";
import { bestTier } from "../training/tiers.ts";
import { confirmed } from "./confirm.ts";
import { type Controls, controlsOf, type View } from "./controls.ts";
import { showKinds, takeDrops } from "./drops.ts";
import {
  fitWarmup,
  forgive,
  markError,
  presetOf,
  readOrMark,
  readSampling,
  readSettings,
  writeSampling,
  writeSettings,
} from "./form.ts";
import { Bar } from "./panels/bar.ts";
import { DevicePanel, describeDevice } from "./panels/device.ts";
import { drawMemory } from "./panels/memory.ts";
import { keep, readKept } from "./panels/sampling.ts";
import { ShownRun } from "./panels/shown.ts";
import { TextPanel } from "./panels/text.ts";
import { WeightsPanel } from "./panels/weights.ts";
import { keepStorage } from "./persist.ts";
import {
  type Command,
  type Computer,
  type Report,
  readReport,
  type StoreState,
} from "./protocol.ts";
import { RunsDesk } from "./runs/desk.ts";
import { faultOf, offerOf, titleOf } from "./sentences.ts";
import { showSizes } from "./sizefields.ts";
import { summaryOf } from "./summary.ts";
import { askTask } from "./taskprompt.ts";
import { readVocabulary } from "./vocabularyfields.ts";

class Trainer extends HTMLElement {
  #worker: Worker | undefined;
  #view: View = "looking";
  #plan: RunPlan = planRun(defaults.tiny, bestTier(false)); // of the run, or of what the form says
  #fits = true; // whether the settings in the form fit into memory
  #store: StoreState = "none";
  #offered: Progress | null = null; // the run that could be resumed
  #reported = 0; // when the worker last said something, as performance.now()
  #run!: ShownRun; // from connectedCallback on
  #device: DevicePanel | undefined;
  #weights: WeightsPanel | undefined;
  #text: TextPanel | undefined;
  #runs: RunsDesk | undefined;
  #followFocus = false; // whether a button had the focus when it went away
  #bar: Bar | undefined;

  connectedCallback(): void {
    this.#bar = new Bar(this.#part("bar"));
    this.#run = new ShownRun({
      part: (name) => this.#part(name),
      number: (name) => this.querySelector(`[data-number="${name}"]`),
      plan: () => this.#plan,
      view: () => this.#view,
      send: (command) => this.#send(command),
      say: (text, now, spoken) => this.#say(text, now, spoken),
      speak: (text) => this.#bar?.speak(text),
      alert: (text) => this.#alert(text),
      advanced: () => this.#showProgress(),
    });
    this.#device = new DevicePanel(this.#part("device"), () => this.#settingsChanged());
    this.#weights = new WeightsPanel(this.#form, this.#part("weights"), () =>
      this.#settingsChanged(),
    );
    const tokens = () => this.#weights?.tokens ?? [];
    this.#text = new TextPanel(
      this.#form,
      this.#part("text"),
      (key, text, settings) => {
        const weights = settings.vocabulary === "published" ? tokens() : "random";
        this.#send({ type: "count", key, text, settings, weights });
      },
      tokens,
    );
    this.#runs = new RunsDesk({
      form: this.#form,
      part: (name) => this.#part(name),
      chosen: () => ({
        plan: this.#plan,
        text: this.#text?.name ?? "",
        weights: this.#weights?.name ?? "",
      }),
      state: () => ({ open: this.#isOpen(), goesOn: this.#isOpen() && this.#view !== "finished" }),
      settings: () => readOrMark(this.#form, () => this.#readSettings(), true),
      train: (settings) => this.#trainSeries(settings),
      stop: () => this.#stop(),
      changed: () => this.#settingsChanged(),
      lay: (others) => {
        this.#run.lay(others);
        this.#showParts();
      },
      redraw: () => this.#run.redraw(),
      confirm: (question, yes) => this.#confirm(question, yes),
      download,
      say: (text, now = true) => this.#say(text, now),
      progress: (done) => this.#bar?.show(done),
      alert: (text) => this.#alert(text),
    });
    writeSettings(this.#form, defaults.tiny);
    const sampling = readKept();
    if (sampling) writeSampling(this.#part<HTMLFormElement>("sampling"), sampling);
    this.#listen();
    this.#settingsChanged();
    this.#runs.followLink();
    this.#lookWhenSeen();
    setInterval(() => this.#showRunningStep(), 1000);
  }

  /** The worker is loaded when the trainer comes into view. */
  #lookWhenSeen(): void {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        this.#startWorker({ type: "look" });
      },
      { rootMargin: "200px" },
    );
    observer.observe(this);
  }

  #part<E extends HTMLElement = HTMLElement>(name: string): E {
    const found = this.querySelector<E>(`[data-part="${name}"]`);
    if (!found) throw new Error(`llm-trainer: the part ${name} is missing`);
    return found;
  }

  get #form(): HTMLFormElement {
    return this.#part("settings");
  }

  // What the reader does.

  #listen(): void {
    const actions: Record<string, () => void> = {
      resume: () =>
        this.#open({ type: "resume", computer: this.#computer(), sampling: this.#sampling() }),
      discard: () => this.#discard(),
      pause: () => {
        this.#send({ type: "pause" });
        this.#say("Pausing after the running step.", true);
      },
      continue: () => {
        this.#send({ type: "continue" });
        this.#say("Going on.", true);
      },
      cancel: () => {
        this.#startWorker({ type: "look" });
        this.#say("Cancelled.", true);
      },
      stop: () => this.#stop(),
      reset: () => this.#reset(),
      link: () => void this.#runs?.copyLink(this.#plan.settings),
      curves: () => this.#runs?.saveCurves(),
      png: () => void this.#runs?.savePicture(),
      csv: () =>
        download(new Blob([toCsv(this.#run.history)], { type: "text/csv" }), this.#name("csv")),
      export: () => this.#send({ type: "export" }),
      "export-best": () => this.#send({ type: "export best" }),
      back: () => void this.#goBack(),
      "export-weights": () => {
        const { value } = this.#part<HTMLSelectElement>("weights-kind");
        this.#send({ type: "export weights", kind: value as WeightsKind });
      },
    };
    this.addEventListener("click", ({ target }) => {
      const button = (target as Element).closest<HTMLButtonElement>("button[data-action]");
      if (button) actions[button.dataset.action ?? ""]?.();
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#start();
    });
    this.#form.addEventListener("change", ({ target }) =>
      this.#changed(target as HTMLInputElement),
    );
    fitWarmup(this.#form);
    forgive(this.#form, () => this.#readSettings());
    const sampling = this.#part<HTMLFormElement>("sampling");
    forgive(sampling, () => readSampling(sampling));
    sampling.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#drawSample();
    });
    sampling.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      sampling.requestSubmit();
    });
    sampling.addEventListener("change", () => {
      const changed = readOrMark(sampling, () => readSampling(sampling));
      if (changed) keep(changed);
      if (changed && this.#isOpen()) this.#send({ type: "sampling", sampling: changed });
    });
    const file = this.#part<HTMLInputElement>("checkpoint");
    file.addEventListener("change", () => void this.#import(file));
    for (const part of ["text", "weights"]) takeDrops(this.#part(part));
    // Either may be the last thing this page hears.
    addEventListener("pagehide", () => this.#saveIfOpen());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#saveIfOpen();
    });
  }

  #changed(input: HTMLInputElement): void {
    if (input.name === "preset") showSizes(this.#form);
    if (input.name === "preset" && input.value !== "own") {
      const preset = input.value as Settings["preset"];
      const { seed } = this.#plan.settings;
      writeSettings(this.#form, { ...defaults[preset], seed, ...readVocabulary(this.#form) });
    }
    if (input.name === "file" && input.files?.length) {
      const own = this.#form.querySelector<HTMLInputElement>('input[name="text"][value="own"]');
      if (own) own.checked = true;
    }
    if (input.name === "weightsFile" && input.files?.length) this.#weights?.choose("file");
    this.#settingsChanged();
  }

  #readSettings(): Settings {
    const settings = readSettings(this.#form, this.#weights?.model(presetOf(this.#form)));
    return this.#text?.fit(settings) ?? settings;
  }

  #settingsChanged(): void {
    const settings = readOrMark(this.#form, () => this.#readSettings());
    if (!settings) return;
    this.#plan = planRun(settings, this.#device?.tier ?? bestTier(false));
    this.#weights?.show(settings);
    this.#text?.show(this.#plan);
    this.#runs?.mark();
    askTask(this.#part<HTMLFormElement>("sampling"), settings);
    this.#summarise(this.#text?.name ?? "");
    this.#fits = drawMemory(this.#part("memory"), this.#plan, this.#device?.gpu ?? null);
    this.#setButtons();
  }

  /** What is chosen, beside the word "Settings". */
  #summarise(text: string): void {
    const length = this.querySelector<HTMLInputElement>('input[name="length"]');
    if (length) length.placeholder = String(this.#plan.settings.sampleLength);
    this.#part("summary").textContent = summaryOf(this.#plan, text, this.#plan.tier);
  }

  async #start(): Promise<void> {
    if (this.#view === "looking") {
      this.dataset.pressed = "reader"; // see #found
      this.#say("Looking for what there is.", true);
      return;
    }
    await this.#weights?.read();
    const settings = readOrMark(this.#form, () => this.#readSettings(), true);
    if (!settings) return;
    const text = this.#text?.chosen();
    const weights = this.#weights?.chosen();
    if (text === undefined || weights === undefined) return;
    const question = `Start over? The run of ${this.#offeredName()} that stopped at step ${integer(this.#offered?.step ?? 0)} is thrown away.`;
    if (this.#offered && !(await this.#confirm(question, "Start over"))) return;
    const [computer, sampling] = [this.#computer(), this.#sampling()];
    this.#open({ type: "start", settings, text, weights, computer, sampling });
  }

  /** Trains runs one after another. @returns whether that has begun */
  #trainSeries(settings: Settings[]): boolean {
    const text = this.#text?.chosen();
    const weights = this.#weights?.chosen();
    if (this.#view !== "idle" || text === undefined || weights === undefined) return false;
    this.#open({ type: "series", settings, text, weights, computer: this.#computer() });
    return true;
  }

  async #import(input: HTMLInputElement): Promise<void> {
    const [file] = input.files ?? [];
    input.value = ""; // so that the same file can be chosen again
    if (!file) return;
    const question = `Open ${file.name}? The run of ${this.#offeredName()} that stopped at step ${integer(this.#offered?.step ?? 0)} is replaced.`;
    if (this.#offered && !(await this.#confirm(question, "Open"))) return;
    this.#open({ type: "import", file, computer: this.#computer(), sampling: this.#sampling() });
  }

  #offeredName(): string {
    return this.#offered ? modelName(this.#offered.settings) : "";
  }

  #open(command: Command): void {
    this.#alert("");
    this.#show("preparing");
    this.#say("Getting ready.", true);
    this.#send(command);
  }

  async #goBack(): Promise<void> {
    const question = "Go back to the best checkpoint? What was learned since is thrown away.";
    if (!(await this.#confirm(question, "Go back"))) return;
    this.#send({ type: "go back", computer: this.#computer() });
    this.#say("Going back to the best checkpoint.", true);
  }

  async #discard(): Promise<void> {
    if (await this.#confirm("Throw away this run and its checkpoints?", "Throw away")) {
      this.#send({ type: "discard" });
    }
  }

  /** The first click waits for the running step and saves; a second one does neither. */
  #stop(): void {
    if (this.#view === "stopping") {
      this.#startWorker({ type: "look" });
      return;
    }
    this.#show("stopping");
    this.#send({ type: "stop" });
  }

  async #reset(): Promise<void> {
    const question = "Reset? This run, its checkpoints and what it has learned are thrown away.";
    if (!(await this.#confirm(question, "Reset"))) return;
    this.#forget();
    this.#startWorker(this.#store === "ours" ? { type: "discard" } : { type: "look" });
  }

  /** Nothing is shown of a run that was thrown away. */
  #forget(): void {
    this.#run.forget();
    this.#runs?.forget();
  }

  #drawSample(): void {
    const form = this.#part<HTMLFormElement>("sampling");
    const sampling = readOrMark(form, () => readSampling(form), true);
    if (!sampling) return;
    keep(sampling);
    this.#send({ type: "sampling", sampling });
    this.#send({ type: "sample" });
    this.#say("Drawing a sample.", true);
  }

  #sampling() {
    const form = this.#part<HTMLFormElement>("sampling");
    return readOrMark(form, () => readSampling(form)) ?? defaultSampling;
  }

  #computer(): Computer {
    return this.#device?.computer() ?? { tier: bestTier(false), choices: [] };
  }

  #confirm(question: string, yes: string): Promise<boolean> {
    return confirmed(this.#part<HTMLDialogElement>("dialog"), question, yes);
  }

  // What the worker says.

  #startWorker(first: Command): void {
    this.#worker?.terminate();
    const worker = new Worker(new URL("../workers/trainer.ts", import.meta.url), {
      type: "module",
    });
    worker.onmessage = ({ data }) => this.#hear(readReport(data));
    worker.onerror = (event) => {
      event.preventDefault();
      const what = event.message ? ` (${event.message})` : "";
      this.#crashed(`The training worker stopped working${what}.`);
    };
    this.#worker = worker;
    this.#offered = null;
    this.#show("looking");
    this.#send(first);
  }

  #send(command: Command): void {
    this.#worker?.postMessage(command);
  }

  #hear(report: Report): void {
    this.#reported = performance.now();
    const hear: {
      [Type in Report["type"]]: (report: Extract<Report, { type: Type }>) => unknown;
    } = {
      ...this.#run.hear,
      found: (each) => this.#found(each),
      preparing: ({ what, done }) => {
        const far = done > 0 && done < 1;
        this.#say(far ? `${what}: ${Math.round(100 * done)}%.` : `${what}.`);
        this.#bar?.show(far ? done : "unknown");
      },
      counted: (each) => {
        this.#text?.hear(each);
        if (this.#view !== "idle") return;
        this.#settingsChanged();
        this.#say("");
        this.#bar?.show(null);
      },
      opened: (each) => this.#opened(each),
      resumed: (each) => this.#resumed(each),
      state: ({ state }) => this.#stateChanged(state),
      changed: (each) => this.#settingsOfRun(each),
      "series run": ({ progress }) => {
        const { choice } = progress.device;
        if (choice) rememberChoice(choice);
      },
      "series event": () => {}, // see RunsDesk
      "series done": () => this.#show("idle"),
      discarded: () => {
        this.#forget();
        this.#startWorker({ type: "look" });
      },
      exported: ({ file, name }) => download(file, name),
      notice: ({ message }) => this.#alert(message),
      refused: ({ message, setting }) => this.#refused(message, setting),
      fault: (each) => this.#fail(faultOf(each, this.#run.kept)),
    };
    (hear[report.type] as (report: Report) => void)(report);
    this.#runs?.hear(report);
  }

  #found({ progress, damage, store, gpu }: Extract<Report, { type: "found" }>): void {
    this.#store = store;
    this.#device?.found(gpu, progress?.device.tier);
    this.#settingsChanged();
    this.#text?.askAgain();
    this.#offered = progress;
    if (damage.length > 0) this.#alert(damage.join(" "));
    if (store === "other tab") {
      this.#alert(
        "Another tab of this site is training and keeps its checkpoints. A run that is started here can be trained, but not kept.",
      );
    }
    if (progress) {
      this.#part("offer-text").textContent = offerOf(progress);
    }
    this.#show("idle");
    this.#say("");
    const { pressed } = this.dataset;
    delete this.dataset.pressed;
    // A link does not ask whether to throw a run away, or train beside one: the reader sees what there is.
    const free = progress === null && store !== "other tab";
    if (pressed === "reader" || (pressed === "link" && free)) void this.#start();
  }

  #opened({ progress, history, store, state }: Extract<Report, { type: "opened" }>): void {
    const { settings, text } = progress;
    this.#plan = planRun(settings, progress.device.tier);
    showKinds(this.#part<HTMLSelectElement>("weights-kind"), this.#plan.config);
    this.#store = store;
    writeSettings(this.#form, settings);
    const { device } = progress;
    if (device.choice) rememberChoice(device.choice);
    drawMemory(this.#part("memory"), this.#plan, this.#device?.gpu ?? null);
    this.#summarise(text.name);
    this.#part("title").textContent = titleOf(progress);
    this.#part("computed-by").textContent = describeDevice(device);
    this.#run.open(progress, history, store);
    this.#show(state);
    this.#bringIntoView();
    this.#say("");
    if (store === "ours") void this.#keepStorage();
  }

  /** Nothing should have to be scrolled for, unless the reader has gone elsewhere meanwhile. */
  #bringIntoView(): void {
    const { top } = this.getBoundingClientRect();
    const { bottom } = this.#part("chart").getBoundingClientRect();
    if (top >= 0 && top < innerHeight && bottom > innerHeight) this.scrollIntoView();
  }

  async #keepStorage(): Promise<void> {
    this.#part("may-go").hidden = await keepStorage();
  }

  /** The device was lost, and the run has gone back to where it could go on from. */
  #resumed({ progress, history, message }: Extract<Report, { type: "resumed" }>): void {
    this.#plan = { ...this.#plan, settings: progress.settings };
    this.#run.resume(progress, history);
    this.#alert(message);
  }

  /** The run has other settings than before. */
  #settingsOfRun({ settings, changes }: Extract<Report, { type: "changed" }>): void {
    this.#plan = { ...this.#plan, settings };
    this.#run.change(changes);
    this.#summarise(this.#text?.name ?? "");
    const told = changes.map(changeSentence).join("; ");
    this.#say(told ? `From the next step on: ${told}.` : "Nothing was changed.", true);
  }

  #stateChanged(state: Extract<Report, { type: "state" }>["state"]): void {
    const step = integer(this.#run.steps);
    const begins = "The loss before the first step, on the validation text.";
    const sentences = {
      running: this.#run.history.validations.length === 0 ? begins : "Training.",
      paused: `Paused at step ${step}.`,
      finished: `All ${step} steps are done.`,
      stopped: `Stopped at step ${step}.`,
    };
    if (state === "stopped") this.#startWorker({ type: "look" });
    else if (this.#view !== "stopping") this.#show(state);
    this.#say(sentences[state], true);
  }

  #refused(message: string, setting: string | undefined): void {
    if (this.#view === "preparing") this.#show("idle");
    if (this.#view === "looking") this.#startWorker({ type: "look" });
    this.#say("", true);
    const forms = [this.#form, this.#part<HTMLFormElement>("sampling"), this.#run.form];
    const marked = setting && forms.some((form) => markError(form, setting, message));
    this.#alert(marked ? "" : sentence(message));
  }

  /** A worker that fails before it has said anything would fail again. */
  #crashed(message: string): void {
    if (this.#view === "looking") this.#alert(`${message} Reload the page to try again.`);
    else this.#fail(`${message} What it had saved is kept.`);
  }

  #fail(message: string): void {
    this.#startWorker({ type: "look" });
    this.#alert(message);
  }

  // What the reader sees.

  #show(view: View): void {
    const wasOpen = this.#isOpen();
    const active = document.activeElement;
    if (active !== document.body) this.#followFocus = active?.matches("[data-action]") ?? false;
    this.#view = view;
    this.dataset.view = view;
    const open = this.#isOpen();
    // A run that begins is what one has come for: its settings make way.
    if (open && !wasOpen) this.#part<HTMLDetailsElement>("drawer").open = false;
    this.#showParts();
    this.#part("offer").hidden = view !== "idle" || !this.#offered;
    this.#part("closed").hidden = open;
    this.#part("closed").textContent = this.#offered
      ? "This run is closed. To draw samples and to save it to a file, resume it first."
      : "This run is closed, and no checkpoint of it was kept.";
    if (view === "running" || view === "paused" || view === "finished") this.#run.expect(view);
    this.#showProgress();
    this.#part<HTMLFieldSetElement>("choices").disabled = view !== "idle";
    this.#setButtons();
    this.#moveFocus();
    if (view === "stopping") {
      this.#say("Stopping after the running step. To give that step up, press Stop at once.", true);
    }
  }

  /** The parts that belong to a run, while there is one; of kept runs that are laid over each other, the chart alone. */
  #showParts(): void {
    const shown = this.#isOpen() || this.#run.steps > 0;
    for (const part of ["numbers", "title", "computed-by"]) this.#part(part).hidden = !shown;
    const run = this.#part("run");
    run.hidden = !shown && !this.#runs?.laid;
    run.toggleAttribute("data-chart-only", !shown);
  }

  /** How far the run is, or what comes before it. */
  #showProgress(): void {
    const { steps } = this.#run;
    if (this.#isOpen()) {
      const begun = steps > 0 || this.#view !== "running";
      this.#bar?.show(begun ? steps / this.#plan.settings.steps : "unknown");
    } else this.#bar?.show(this.#view === "preparing" ? "unknown" : null);
  }

  /** A reader at the keyboard whose button has gone finds the next one focused, unless they have moved on. */
  #moveFocus(): void {
    const { next } = this.#controls;
    const gone = document.activeElement?.matches("body, :disabled, [hidden]") ?? true;
    if (this.#followFocus && next && gone) this.#button(next).focus({ preventScroll: true });
  }

  #isOpen(): boolean {
    return this.#controls.open;
  }

  get #controls(): Controls {
    const { step = 0, settings } = this.#offered ?? {};
    return controlsOf(this.#view, {
      fits: this.#fits,
      offered: this.#offered !== null,
      done: step === settings?.steps,
      kept: this.#store === "ours",
    });
  }

  #say(text: string, now?: boolean, spoken?: string): void {
    this.#bar?.say(text, now, spoken);
  }

  #setButtons(): void {
    const { buttons, help } = this.#controls;
    const said = this.#part("help");
    if (said.textContent !== help) said.textContent = help;
    for (const [action, { hidden, disabled, text }] of Object.entries(buttons)) {
      const button = this.#button(action);
      if (hidden !== undefined) button.hidden = hidden;
      if (disabled !== undefined) button.disabled = disabled;
      if (text !== undefined) button.textContent = text;
    }
  }

  #button(action: string): HTMLButtonElement {
    const found = this.querySelector<HTMLButtonElement>(`button[data-action="${action}"]`);
    if (!found) throw new Error(`llm-trainer: the button ${action} is missing`);
    return found;
  }

  /** A step of a large model takes minutes, and so does a sample. This shows that the worker is alive. */
  #showRunningStep(): void {
    const place = this.#part("running-step");
    const seconds = (performance.now() - this.#reported) / 1000;
    const shown = this.#view === "running" || this.#view === "stopping";
    place.hidden = !shown || seconds < 3;
    place.textContent = place.hidden
      ? ""
      : `Still at work, ${duration(seconds)} after the last news.`;
  }

  #alert(text: string): void {
    const place = this.#part("alert");
    place.textContent = text;
    place.hidden = text === "";
  }

  #saveIfOpen(): void {
    if (this.#isOpen()) this.#send({ type: "save" });
  }

  #name(ending: string): string {
    return `llm.ts-${this.#plan.settings.preset}-step-${this.#run.steps}.${ending}`;
  }
}

customElements.define("llm-trainer", Trainer);
