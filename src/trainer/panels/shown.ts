// The run that is open, or was last: its curve, its numbers, what it wrote, and the panels on its model.

import { duration, integer } from "../../page/numbers.ts";
import type { Change, History } from "../../training/history.ts";
import type { RunPlan } from "../../training/plan.ts";
import type { Progress, Sample } from "../../training/progress.ts";
import type { View } from "../controls.ts";
import { forecast, numbersOf } from "../numbers.ts";
import type { Command, Report, StoreState } from "../protocol.ts";
import { savedAt } from "../sentences.ts";
import { LossChart } from "./chart.ts";
import { HandPanel } from "./hand.ts";
import { InsidePanel } from "./inside.ts";
import { KernelTable } from "./kernels.ts";
import type { Other } from "./lossfigure.ts";
import { deviceMemory } from "./memory.ts";
import { SampleList } from "./samples.ts";
import { showScore } from "./score.ts";
import { Scrubber } from "./scrubber.ts";
import { TensorTable } from "./tensors.ts";

export interface ShownHost {
  part<E extends HTMLElement = HTMLElement>(name: string): E;
  /** The place of a number; null where the page has none of this name. */
  number(name: string): Element | null;
  plan(): RunPlan;
  view(): View;
  send(command: Command): void;
  /** @param spoken for screen readers, where it is another text */
  say(text: string, now?: boolean, spoken?: string): void;
  /** For screen readers alone, and not each time. */
  speak(text: string): void;
  alert(text: string): void;
  /** The run is further than before. */
  advanced(): void;
}

/** What the worker reports of the run that goes. */
type Heard =
  | "step"
  | "tensors"
  | "spread"
  | "inside"
  | "kernels"
  | "validation"
  | "best"
  | "score"
  | "writing"
  | "sample"
  | "saved"
  | "not saved"
  | "batch"
  | "baselines";

type Of<Type extends Report["type"]> = Extract<Report, { type: Type }>;

export class ShownRun {
  readonly #host: ShownHost;
  readonly #chart: LossChart;
  readonly #samples: SampleList;
  readonly #kernels: KernelTable;
  readonly #tensors: TensorTable;
  readonly #inside: InsidePanel;
  readonly #hand: HandPanel;
  #history: History = { losses: [], validations: [] };
  #seconds = 0; // of training
  #bytes: number | null = null; // of a GPU's memory that are taken
  #saved = ""; // about the last checkpoint
  #notSaved = ""; // why the last one could not be written; "" if it was
  #kept = false; // whether there is one of this run

  constructor(host: ShownHost) {
    this.#host = host;
    this.#chart = new LossChart(host.part("losses"), (step) => {
      if (!["running", "paused", "finished"].includes(host.view())) return;
      host.say(`Asking the model about the batch of step ${integer(step)}.`, true);
      host.send({ type: "batch", step });
    });
    this.#samples = new SampleList(
      host.part<HTMLOListElement>("samples"),
      new Scrubber(host.part("overtime")),
    );
    this.#kernels = new KernelTable(host.part<HTMLDetailsElement>("kernels"), (on) =>
      host.send({ type: "time kernels", on }),
    );
    this.#tensors = new TensorTable(host.part<HTMLDetailsElement>("tensors"), (on, opened) =>
      host.send({ type: "measure tensors", on, opened }),
    );
    this.#inside = new InsidePanel(host.part("inside"), (question) =>
      host.send({ type: "watch", question }),
    );
    this.#hand = new HandPanel(host.part("hand"), (wish) => {
      host.send({ type: "change", wish });
      host.say("Changing the run after the running step.", true);
    });
  }

  get history(): History {
    return this.#history;
  }

  /** How many steps have been taken. */
  get steps(): number {
    return this.#history.losses.length;
  }

  /** Whether there is a checkpoint of it. */
  get kept(): boolean {
    return this.#kept;
  }

  /** The form in which the question to the model is written. */
  get form(): HTMLFormElement {
    return this.#inside.form;
  }

  /** A run was begun or opened. */
  open(progress: Progress, history: History, store: StoreState): void {
    this.#history = history;
    this.#seconds = progress.seconds;
    this.#bytes = null;
    this.#kept = store === "ours" && progress.step > 0;
    this.#saved = {
      ours: progress.step > 0 ? savedAt(progress.step) : "none yet",
      "other tab": "not kept: another tab is training",
      none: "not kept: this browser gives no place for it",
    }[store];
    this.#hand.best(null);
    this.#chart.compare(null);
    this.#host.part("batch").hidden = true;
    this.#kernels.clear();
    this.#tensors.clear();
    this.#inside.forget();
    this.#inside.ask();
    this.#tensors.ask();
    if (this.#kernels.open) this.#host.send({ type: "time kernels", on: true });
    this.#show(progress.samples);
  }

  /** The run has gone back to where it could go on from. */
  resume({ seconds, samples }: Progress, history: History): void {
    this.#history = history;
    this.#seconds = seconds;
    this.#show(samples);
  }

  /** The run has other settings than before. */
  change(changes: readonly Change[]): void {
    const { settings, config } = this.#host.plan();
    this.#history.changes = [...(this.#history.changes ?? []), ...changes];
    this.#chart.show(this.#history, config.V, settings);
    this.#hand.show(settings, this.#history.changes);
    this.#showNumbers();
  }

  /** Nothing is shown of a run that was thrown away. */
  forget(): void {
    this.#history = { losses: [], validations: [] };
    this.#chart.show(this.#history, this.#host.plan().config.V);
    this.#chart.compare(null);
    this.#samples.clear();
    this.#host.part("batch").hidden = true;
  }

  /** Lays other runs over the curve. */
  lay(others: readonly Other[]): void {
    this.#chart.lay(others);
  }

  redraw(): void {
    this.#chart.draw();
  }

  /** What will be timed next. */
  expect(view: "running" | "paused" | "finished"): void {
    this.#kernels.expect(view);
  }

  /** By the report's type. */
  readonly hear: { readonly [Type in Heard]: (report: Of<Type>) => unknown } = {
    step: (report) => this.#stepDone(report),
    tensors: ({ step, rows }) => this.#tensors.add(step, rows),
    spread: ({ step, spread }) => this.#tensors.show(step, spread),
    inside: ({ inside, cost }) => this.#inside.show(inside, cost),
    kernels: ({ times }) => this.#kernels.add(times),
    validation: ({ row }) => {
      this.#history.validations.push(row);
      this.#chart.draw();
      this.#showNumbers();
      if (row.step === 0 && this.#host.view() === "running") this.#host.say("The first step.");
    },
    best: ({ row }) => this.#hand.best(row),
    score: ({ row }) => {
      this.#history.scores = [...(this.#history.scores ?? []), row];
      this.#showScore();
    },
    writing: ({ sample }) => this.#samples.write(sample),
    sample: ({ sample, asked }) => {
      this.#samples.add(sample);
      const where = `at step ${integer(sample.step)}`;
      if (asked) this.#host.say(`A sample ${where}.`, true, `Sample ${where}: ${sample.text}`);
    },
    saved: ({ step }) => {
      this.#saved = savedAt(step);
      this.#kept = true;
      const shown = this.#host.part("alert").textContent;
      if (this.#notSaved !== "" && shown === this.#notSaved) this.#host.alert("");
      this.#notSaved = "";
      this.#showNumbers();
    },
    "not saved": ({ message }) => {
      this.#notSaved = message;
      this.#host.alert(message);
    },
    batch: async ({ inspection }) => {
      const { showBatch } = await import("./batch.ts");
      showBatch(this.#host.part("batch"), inspection, this.#host.plan().config.V);
      this.#host.say(`The batch of step ${integer(inspection.step)} is below the curve.`, true);
    },
    baselines: ({ losses, targets }) => this.#chart.compare({ losses, targets }),
  };

  #stepDone({ row, bytes }: Of<"step">): void {
    this.#bytes = bytes;
    this.#history.losses.push(row);
    this.#seconds += row.seconds;
    this.#chart.draw();
    this.#showNumbers();
    const { step, loss } = row;
    const all = this.#host.plan().settings.steps;
    // A GPU's first step waits for its shaders to be compiled, and says nothing of the others.
    const first = bytes === null ? 0 : 1;
    const took = this.#history.losses.slice(first, first + 30).map(({ seconds }) => seconds);
    const told = forecast(took, all);
    if (told) this.#host.say(told);
    else this.#host.speak(`Step ${integer(step)} of ${integer(all)}: loss ${loss.toFixed(3)}.`);
  }

  #show(samples: readonly Sample[]): void {
    const { config, settings } = this.#host.plan();
    this.#samples.clear();
    for (const sample of samples) this.#samples.add(sample);
    this.#chart.show(this.#history, config.V, settings);
    this.#hand.show(settings, this.#history.changes);
    this.#showScore();
    this.#showNumbers();
  }

  #showScore(): void {
    showScore(this.#host.part("score"), this.#history.scores, this.#host.plan().settings.steps);
  }

  #showNumbers(): void {
    const plan = this.#host.plan();
    const { B, T, accumulation } = plan.settings;
    const numbers: Record<string, string> = {
      ...numbersOf(this.#history, plan.settings, B * T * accumulation),
      elapsed: duration(this.#seconds),
      saved: this.#saved,
      memory: this.#bytes === null ? "" : deviceMemory(this.#bytes, plan),
    };
    this.#host.part("memory-number").hidden = this.#bytes === null;
    for (const [name, text] of Object.entries(numbers)) {
      const place = this.#host.number(name);
      if (place) place.textContent = text;
    }
    this.#hand.at(this.steps);
    this.#host.advanced();
  }
}
