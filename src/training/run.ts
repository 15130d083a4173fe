// The loop around a session: step after step, with validation, samples and checkpoints when they are due, and commands
// in between. Commands wait for the running step; after every step, those that have arrived are carried out first.

import { LossFault } from "@llm.ts/kernels/model/train.ts";
import { GpuFault } from "@llm.ts/kernels/runtime/gpu/fault.ts";
import type { Wish } from "./changes.ts";
import type { Clock } from "./clock.ts";
import { TextError } from "./encoding.ts";
import type { RunEvent, RunState } from "./events.ts";
import type { Question } from "./inside/inside.ts";
import { Watch } from "./inside/watch.ts";
import { bestOf, isOver } from "./patience.ts";
import type { Progress, Sample } from "./progress.ts";
import type { Session } from "./session.ts";
import { defaultSampling, type Sampling, SettingsError } from "./settings.ts";
import type { Keeper } from "./store.ts";
import { tiers } from "./tiers.ts";

/** Lets everything that is waiting, such as a message from the page, have its turn. */
export type Tick = () => Promise<void>;

/** What a run goes on with after its device was lost. */
export interface Renewed<Tensor, Ids> {
  session: Session<Tensor, Ids>; // where the last checkpoint left it
  message: string; // for the reader
}

const secondsBetweenSaves = 30; // but for the first, which is written after the first step
const longestSaveOfSample = 2; // seconds: what is drawn in a pause is kept at once where that takes no longer
const secondsBetweenWords = 0.1; // of a sample, as it is written
const secondsAhead = 0.5; // of work that the device may have before it: no longer than a reader waits for a pause
const mostAhead = 4; // steps
const secondsBetweenTimings = 1; // of the kernels of a step, which slows that step a little
const secondsBetweenMeasurements = 2; // of tensors, at least
const longestShare = 1 / 20; // of the time, for saves and measurements: where they are slow, they are rarer

export class Run<Tensor, Ids> {
  session: Session<Tensor, Ids>;
  sampling: Sampling | null; // null: no samples but those that are asked for
  /** Steps after which a checkpoint is written; without it, it is when half a minute has passed. */
  saveEvery: number | null = null;
  /** Bytes of a GPU's memory, shown beside the plan. */
  bytes: () => number | null = () => null;
  /** Times kernels, where the device can. */
  clock: () => Clock | null = () => null;
  /** Makes a session on a new device if an error came from the loss of the old one, else gives null. */
  renew: (error: Error) => Promise<Renewed<Tensor, Ids> | null> = async () => null;

  readonly #store: Keeper | null;
  readonly #report: (report: RunEvent) => void;
  readonly #tick: Tick;
  readonly #jobs: (() => Promise<void>)[] = [];
  #state: RunState = "paused";
  #pumping = false;
  #timing = false; // whether the reader wants to know what each kernel takes
  #opened: string | null = null; // the tensor whose values are wanted besides
  #measureAt = Infinity; // when tensors are measured next, in milliseconds; Infinity: nobody wants to know
  readonly #watch = new Watch(longestShare);
  #timed: { step: number; clock: Clock } | null = null; // a step whose kernels are timed, and that is not finished
  #timedAt = -Infinity; // when the last such step was, in milliseconds
  #saved = { step: -1, drawn: -1, at: performance.now(), took: 0 }; // at and took in milliseconds
  #tried = false; // whether a checkpoint was to be written

  /** @param store where checkpoints are kept; null where there is no such place */
  constructor(
    session: Session<Tensor, Ids>,
    sampling: Sampling | null,
    store: Keeper | null,
    report: (report: RunEvent) => void,
    tick: Tick,
  ) {
    this.session = session;
    this.sampling = sampling;
    this.#store = store;
    this.#report = report;
    this.#tick = tick;
  }

  continue(): void {
    this.do(async () => this.#enter(this.session.finished ? "finished" : "running"));
  }

  /** Takes effect after the running step. */
  pause(): void {
    this.do(async () => {
      if (this.#state !== "running") return;
      await this.save(false);
      this.#enter("paused");
    });
  }

  /** Ends the run. What it has learned is in the store. */
  stop(): void {
    this.do(async () => {
      await this.save(false);
      this.#enter("stopped");
    });
  }

  /** Does something between two steps; at once, where none is running. */
  do(job: () => Promise<void>): void {
    this.#jobs.push(job);
    void this.#pump();
  }

  /** Draws a sample because the reader asked for one. */
  draw(): void {
    this.do(() => this.#sample(true));
  }

  /** Changes settings from the next step on. A run that was finished goes on where there is more to do. */
  change(wish: Wish): void {
    this.do(async () => {
      try {
        const changes = this.session.change(wish);
        this.#report({ type: "changed", settings: this.session.settings, changes });
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error;
        this.#report({ type: "refused", message: error.message, setting: error.setting });
        return;
      }
      this.#saved.step = -1; // what is in the store does not know of it
      if (this.#state === "finished" && !this.session.finished) this.#enter("running");
      await this.save();
    });
  }

  /** Goes on, once it is told to, with another session: that of an earlier checkpoint. */
  goBack(make: () => Promise<Renewed<Tensor, Ids>>): void {
    this.do(async () => {
      this.#goOnWith(await make());
      this.#enter("paused");
      await this.save(false);
    });
  }

  /** Tells what the model as it is loses on the tokens of a step's batch. */
  inspect(step: number): void {
    this.do(async () => {
      this.#report({ type: "batch", inspection: await this.session.inspect(step) });
    });
  }

  /** Reports from now on what the kernels of a step take, every second or so, or no more. */
  timeKernels(on: boolean): void {
    this.#timing = on;
    this.#timedAt = -Infinity;
    if (on && this.clock() === null) this.#report({ type: "kernels", times: null });
  }

  /**
   * Reports from now on what a step does to each tensor, now and then, or no more.
   *
   * @param opened a tensor of which it is told besides how its values are spread: at once, and after each measured step
   */
  measureTensors(on: boolean, opened: string | null = null): void {
    this.#measureAt = on ? 0 : Infinity;
    this.#opened = on ? opened : null;
    if (this.#opened !== null && this.#state !== "stopped") this.do(() => this.#spread());
  }

  async #spread(): Promise<void> {
    const spread = this.#opened === null ? null : await this.session.spread(this.#opened);
    if (spread) this.#report({ type: "spread", step: this.session.step, spread });
  }

  /** Looks inside the model from now on: at once, now and then while training goes on, and where it ends. null: no more. */
  watch(question: Question | null): void {
    this.do(async () => {
      this.#watch.ask(question);
      await this.#look();
    });
  }

  /**
   * Writes a checkpoint, unless nothing has been learned or drawn since the last one. A failure is reported; the run goes on.
   *
   * @param goesOn whether training does after it, for the sentence about a failure
   */
  async save(goesOn = this.#state === "running" && !this.session.finished): Promise<void> {
    const { step, drawn } = this.session;
    if (!this.#store || this.#state === "stopped") return;
    if (step === this.#saved.step && drawn === this.#saved.drawn) return;
    const began = performance.now();
    this.#tried = true;
    try {
      const progress: Progress = this.session.progress();
      const bytes = await this.#store.save(progress, this.session.parts());
      const at = performance.now();
      this.#saved = { step, drawn, at, took: at - began };
      this.#report({ type: "saved", step, bytes });
    } catch (error) {
      if (error instanceof GpuFault) throw error; // not the storage is at fault
      this.#saved.at = performance.now(); // the next attempt has time too
      this.#report({ type: "not saved", message: this.#saveFailure(error as Error, goesOn) });
    }
  }

  #enter(state: RunState): void {
    this.#state = state;
    this.#report({ type: "state", state });
    this.#watch.restart();
    if (state !== "stopped" && this.#watch.question) this.do(() => this.#look());
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (;;) {
        if (this.#jobs.length === 0 && this.#state !== "running") break;
        try {
          await this.#turn();
        } catch (error) {
          const renewed = await this.renew(error as Error);
          if (renewed === null) throw error;
          this.#goOnWith(renewed);
        }
        await this.#tick();
      }
    } catch (error) {
      this.#jobs.length = 0;
      this.#state = "stopped";
      const cause = error instanceof LossFault ? "numbers" : "device";
      this.#report({ type: "fault", message: (error as Error).message, cause });
    } finally {
      this.#pumping = false;
    }
  }

  /** A job, or else a step. A job stays in the list until it is done, so that it is done after a loss of the device too. */
  async #turn(): Promise<void> {
    const [job] = this.#jobs;
    if (!job) return this.#step();
    await this.#settle();
    await job();
    this.#jobs.shift();
  }

  #goOnWith({ session, message }: Renewed<Tensor, Ids>): void {
    this.session = session;
    this.#saved.step = -1; // what is in the store may be nothing at all
    this.#timed = null;
    this.timeKernels(this.#timing);
    const { history } = session;
    this.#report({ type: "resumed", progress: session.progress(), history, message });
    if (this.#watch.question) this.do(() => this.#look());
  }

  async #step(): Promise<void> {
    const { session } = this;
    if (!session.finished) {
      if (session.history.validations.length === 0) await this.#validate();
      if (performance.now() >= this.#measureAt) {
        await this.#settle();
        if (!session.finished) await this.#measuredStep();
      } else {
        this.#handOver();
        await this.#finish();
      }
    }
    if (this.#watch.due) {
      await this.#settle();
      await this.#look();
    }
    if (session.finished || this.#saveIsDue()) {
      await this.#settle();
      await this.save();
    }
    if (session.finished) this.#enter("finished");
  }

  async #measuredStep(): Promise<void> {
    const { session } = this;
    const began = performance.now();
    const before = await session.parametersNow();
    const read = performance.now();
    this.#timeIfDue(() => session.handOver());
    await this.#finish();
    const finished = performance.now();
    const rows = before && (await session.measure(before));
    if (rows) await this.#spread();
    const now = performance.now();
    const took = read - began + now - finished;
    const pause = Math.max(1000 * secondsBetweenMeasurements, took / longestShare);
    // Unless the reader has closed the panel meanwhile, or nothing can be measured at all.
    if (this.#measureAt !== Infinity) this.#measureAt = before ? now + pause : Infinity;
    this.#report({ type: "tensors", step: session.step, rows });
  }

  /**
   * Hands steps to the device, so that it has the next one before it is done with this. None goes past one after which
   * something is due that needs the model as it is then.
   */
  #handOver(): void {
    const { session } = this;
    const { steps, validateEvery, sampleEvery } = session.settings;
    const next = (every: number) => (Math.floor(session.step / every) + 1) * every;
    const end = Math.min(
      ...[steps, next(validateEvery), next(sampleEvery), next(this.saveEvery ?? steps)],
    );
    const most = Math.max(1, Math.min(this.#stepsAhead(), end - session.step));
    while (session.ahead < most) this.#timeIfDue(() => session.handOver());
  }

  /** Has the kernels that `step` calls timed, if the reader wants to know and the last time is a while ago. */
  #timeIfDue(step: () => void): void {
    const due = performance.now() - this.#timedAt >= 1000 * secondsBetweenTimings;
    const clock = this.#timing && due && this.#timed === null ? this.clock() : null;
    if (clock) clock.on = true;
    try {
      step();
    } finally {
      if (clock) clock.on = false;
    }
    const { session } = this;
    if (clock) this.#timed = { step: session.step + session.ahead, clock };
  }

  async #tellTimes(): Promise<void> {
    if (this.#timed?.step !== this.session.step) return;
    const times = await this.#timed.clock.take();
    this.#timed = null;
    this.#timedAt = performance.now();
    if (this.#timing) this.#report({ type: "kernels", times });
  }

  /** A device that computes a step when it is handed over has nothing to gain from the next. */
  #stepsAhead(): number {
    const { device, history } = this.session;
    const last = history.losses.at(-1);
    if (!tiers[device.tier].overlaps || !last) return 1;
    return Math.min(mostAhead, Math.floor(secondsAhead / last.seconds));
  }

  /** Waits for a step, and does what is due after it: no other is under way then. */
  async #finish(): Promise<void> {
    const { session } = this;
    const { B, T, accumulation, validateEvery, sampleEvery } = session.settings;
    const row = await session.finish();
    this.#report({ type: "step", row, tokens: B * T * accumulation, bytes: this.bytes() });
    await this.#tellTimes();
    const { finished, step } = session;
    if (finished || step % validateEvery === 0) await this.#validate();
    if (this.sampling && (finished || step % sampleEvery === 0)) await this.#sample(false);
  }

  /** Waits for all steps that were handed over. */
  async #settle(): Promise<void> {
    while (this.session.ahead > 0) await this.#finish();
  }

  async #validate(): Promise<void> {
    this.#report({ type: "validation", row: await this.session.validate() });
    if (this.session.questions.length > 0) {
      this.#report({ type: "score", row: await this.session.score() });
    }
    await this.#keepIfBest();
    this.#pauseIfOver();
  }

  async #look(): Promise<void> {
    try {
      const seen = await this.#watch.look(this.session);
      if (seen) this.#report({ type: "inside", ...seen });
    } catch (error) {
      if (!(error instanceof TextError)) throw error;
      this.#report({ type: "refused", message: error.message, setting: "sentence" });
    }
  }

  /** Keeps the checkpoint of the best validation, where that is wanted. */
  async #keepIfBest(): Promise<void> {
    const { history, settings, step } = this.session;
    const row = history.validations.at(-1);
    if (!settings.keepBest || !this.#store?.saveBest || step === 0) return;
    if (!row || bestOf(history.validations.filter(({ step }) => step > 0)) !== row) return;
    try {
      await this.#store.saveBest(this.session.progress(), this.session.parts());
      this.#report({ type: "best", row });
    } catch (error) {
      if (error instanceof GpuFault) throw error;
      const why = this.#store.whyFull(error as Error) ?? (error as Error).message;
      this.#report({ type: "notice", message: `The best checkpoint could not be kept. ${why}.` });
    }
  }

  /** Pauses where the validation loss has not become better for as long as the reader wants to wait. */
  #pauseIfOver(): void {
    const { history, settings, finished } = this.session;
    const { patience = 0 } = settings;
    if (finished || !isOver(history.validations, patience)) return;
    const best = bestOf(history.validations);
    const since = history.validations.filter(({ step }) => step > (best?.step ?? 0)).length;
    const many = since === 1 ? "the one validation" : `the ${since} validations`;
    const message = `The run pauses: in ${many} since step ${best?.step.toLocaleString("en-GB")} the loss has not been better than ${best?.loss.toFixed(4)}. It can be continued.`;
    this.#report({ type: "notice", message });
    this.pause();
  }

  /** A sample that no one asked for is given up when a command arrives. */
  async #sample(asked: boolean): Promise<void> {
    let sample: Sample | undefined;
    let told = performance.now();
    try {
      sample = await this.session.sample(this.sampling ?? defaultSampling, async (soFar) => {
        if (performance.now() - told >= 1000 * secondsBetweenWords) {
          this.#report({ type: "writing", sample: soFar() });
          told = performance.now();
        }
        await this.#tick();
        return this.#jobs.length === (asked ? 1 : 0);
      });
    } catch (error) {
      if (!(error instanceof TextError)) throw error;
      this.#report({ type: "refused", message: error.message, setting: "prompt" });
      return;
    }
    // Nothing else will have it kept while the run is paused, and what is told to be there should survive a reload.
    const quick = this.#saved.took <= 1000 * longestSaveOfSample;
    if (sample && asked && this.#state !== "running" && quick) await this.save(false);
    if (sample) this.#report({ type: "sample", sample, asked });
    else this.#report({ type: "writing", sample: null });
    if (!sample && asked) this.#report({ type: "notice", message: "The sample was given up." });
  }

  /** What could not be written, what there still is, and what to do: as things are at this moment. */
  #saveFailure(error: Error, goesOn: boolean): string {
    const what =
      this.#store?.whyFull(error) ?? `The checkpoint could not be written (${error.message})`;
    const training = goesOn ? "Training goes on. " : "";
    const kept = this.#store?.kept
      ? `The checkpoint of step ${this.#store.kept.step.toLocaleString("en-GB")} is kept.`
      : "There is no checkpoint of this run.";
    return `${what}. ${training}${kept} To keep what has been learned since, ${this.#store?.advice}.`;
  }

  #saveIsDue(): boolean {
    if (this.saveEvery !== null) return this.session.step % this.saveEvery === 0;
    if (!this.#store) return false;
    if (!this.#tried && !this.#store.kept) return true;
    const { at, took } = this.#saved;
    const pause = Math.max(secondsBetweenSaves * 1000, took / longestShare);
    return performance.now() - at >= pause;
  }
}
