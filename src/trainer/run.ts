// The loop around a session: step after step, with validation, samples and checkpoints when they are due, and commands
// in between. Commands wait for the running step; after every step, those that have arrived are carried out first.

import { TextError } from "../data/encoding.ts";
import type { Progress, Sample } from "./progress.ts";
import type { Report, RunState } from "./protocol.ts";
import type { Session } from "./session.ts";
import type { Sampling } from "./settings.ts";
import type { Store } from "./store.ts";

/** Lets everything that is waiting, such as a message from the page, have its turn. */
export type Tick = () => Promise<void>;

const secondsBetweenSaves = 30;
const longestShareOfSaving = 1 / 20; // of the time: where a save is slow, saves are rarer

export class Run<Tensor, Ids> {
  readonly session: Session<Tensor, Ids>;
  sampling: Sampling;

  readonly #store: Store | null;
  readonly #report: (report: Report) => void;
  readonly #tick: Tick;
  readonly #jobs: (() => Promise<void>)[] = [];
  #state: RunState = "paused";
  #pumping = false;
  #saved = { step: -1, at: performance.now(), took: 0 }; // at and took in milliseconds

  /** @param store where checkpoints are kept; null where there is no such place */
  constructor(
    session: Session<Tensor, Ids>,
    sampling: Sampling,
    store: Store | null,
    report: (report: Report) => void,
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
      await this.save();
      this.#enter("paused");
    });
  }

  /** Ends the run. What it has learned is in the store. */
  stop(): void {
    this.do(async () => {
      await this.save();
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

  /** Writes a checkpoint, unless nothing has been learned since the last one. A failure is reported; the run goes on. */
  async save(): Promise<void> {
    const { step } = this.session;
    if (!this.#store || this.#state === "stopped" || step === this.#saved.step) return;
    const began = performance.now();
    try {
      const progress: Progress = this.session.progress();
      const bytes = await this.#store.save(progress, this.session.parts());
      const at = performance.now();
      this.#saved = { step, at, took: at - began };
      this.#report({ type: "saved", step, bytes });
    } catch (error) {
      this.#saved.at = performance.now(); // the next attempt has time too
      this.#report({ type: "notice", message: saveFailure(error as Error) });
    }
  }

  #enter(state: RunState): void {
    this.#state = state;
    this.#report({ type: "state", state });
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (;;) {
        const job = this.#jobs.shift();
        if (job) await job();
        else if (this.#state === "running") await this.#step();
        else break;
        await this.#tick();
      }
    } catch (error) {
      this.#jobs.length = 0;
      this.#state = "stopped";
      this.#report({ type: "fault", message: (error as Error).message });
    } finally {
      this.#pumping = false;
    }
  }

  async #step(): Promise<void> {
    const { session } = this;
    const { B, T, accumulation, validateEvery, sampleEvery } = session.settings;
    if (session.history.validations.length === 0) await this.#validate();
    const row = await session.train();
    this.#report({ type: "step", row, tokens: B * T * accumulation });
    const { finished, step } = session;
    if (finished || step % validateEvery === 0) await this.#validate();
    if (finished || step % sampleEvery === 0) await this.#sample(false);
    if (finished || this.#saveIsDue()) await this.save();
    if (finished) this.#enter("finished");
  }

  async #validate(): Promise<void> {
    this.#report({ type: "validation", row: await this.session.validate() });
  }

  /** A sample that no one asked for is given up when a command arrives. */
  async #sample(asked: boolean): Promise<void> {
    let sample: Sample | undefined;
    try {
      sample = await this.session.sample(this.sampling, async () => {
        await this.#tick();
        return this.#jobs.length === 0;
      });
    } catch (error) {
      if (!(error instanceof TextError)) throw error;
      this.#report({ type: "refused", message: error.message, setting: "prompt" });
      return;
    }
    if (sample) this.#report({ type: "sample", sample, asked });
    else if (asked) this.#report({ type: "notice", message: "The sample was given up." });
  }

  #saveIsDue(): boolean {
    const { at, took } = this.#saved;
    const pause = Math.max(secondsBetweenSaves * 1000, took / longestShareOfSaving);
    return performance.now() - at >= pause;
  }
}

function saveFailure(error: Error): string {
  const full = error.name === "QuotaExceededError" || /bytes could be written/.test(error.message);
  const what = full
    ? "The browser's storage for this site is full"
    : `The checkpoint could not be written (${error.message})`;
  const next =
    "Training goes on, and the checkpoint before it is kept. To keep what is learned from here on, free some space or save a checkpoint to a file.";
  return `${what}. ${next}`;
}
