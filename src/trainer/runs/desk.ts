// All that the trainer has to do with other runs than the one that is shown: the list of those that are kept, doing one
// again with a change, and links to settings.

import { sentence } from "../../page/numbers.ts";
import type { RunPlan } from "../../training/plan.ts";
import type { Settings } from "../../training/settings.ts";
import { writeSettings } from "../form.ts";
import type { Other } from "../panels/lossfigure.ts";
import { RunsPanel } from "../panels/runs.ts";
import { SweepPanel } from "../panels/sweep.ts";
import type { Report } from "../protocol.ts";
import { Again, type Original } from "./again.ts";
import type { KeptRun } from "./kept.ts";
import { linkOf, readLink } from "./link.ts";

/** What is chosen in the form. */
export interface Chosen {
  readonly plan: RunPlan;
  readonly text: string; // its name
  readonly weights: string; // as they are noted of a run
}

export interface DeskHost {
  readonly form: HTMLFormElement;
  part<E extends HTMLElement = HTMLElement>(name: string): E;
  chosen(): Chosen;
  /** Whether there is a run, and whether it has steps left. */
  state(): { open: boolean; goesOn: boolean };
  /** The settings in the form; undefined where they are wrong, which is then marked. */
  settings(): Settings | undefined;
  /** Has runs trained one after another. @returns whether that has begun */
  train(settings: Settings[]): boolean;
  /** Closes the run that is open. */
  stop(): void;
  /** The form says something else than before. */
  changed(): void;
  /** Lays runs over the loss chart. */
  lay(others: readonly Other[]): void;
  /** Draws the chart again, soon. */
  redraw(): void;
  confirm(question: string, yes: string): Promise<boolean>;
  download(file: Blob, name: string): void;
  say(text: string, now?: boolean): void;
  /** Shows how far it is, from 0 to 1. */
  progress(done: number): void;
  alert(text: string): void;
}

export class RunsDesk {
  readonly #host: DeskHost;
  readonly #panel: RunsPanel;
  readonly #again: Again;
  readonly #sweep: SweepPanel;
  #next: KeptRun | undefined; // to be done again when the run that is open is closed

  constructor(host: DeskHost) {
    this.#host = host;
    this.#again = new Again(host.form, host.part("again"));
    this.#panel = new RunsPanel(host.part("runs"), {
      lay: (others) => host.lay(others),
      confirm: (question, yes) => host.confirm(question, yes),
      again: (run) => void this.#doAgain(run),
      link: (settings) => void this.copyLink(settings),
    });
    const result = host.part("sweep-result");
    this.#sweep = new SweepPanel(host.part<HTMLFormElement>("sweep"), result, {
      settings: () => host.settings(),
      train: (settings) => this.#trainSeries(settings),
      follow: (name, V, history) => this.#panel.follow(name, V, history),
      redraw: () => host.redraw(),
      keep: (run) => this.#panel.keepOf(run),
      tell: (text, done) => {
        host.say(text, done === 1);
        host.progress(done);
      },
      use: (rate) => this.#useRate(rate),
    });
    addEventListener("hashchange", () => this.followLink());
  }

  /** Whether there is something in the chart besides the run that is shown. */
  get laid(): boolean {
    return this.#panel.laid;
  }

  /** What the worker says, after the trainer has heard it. */
  hear(report: Report): void {
    this.#panel.hear(report);
    this.#sweep.hear(report);
    if (report.type === "opened") this.#again.begin(null);
    if (report.type !== "found" || !this.#next) return;
    this.#fillFrom(this.#next);
    this.#next = undefined;
  }

  /** The run that was shown is thrown away. */
  forget(): void {
    this.#panel.forget();
  }

  /** Says of the form what is no more as it was, and which rates are around the one in it. */
  mark(): void {
    const { plan, text, weights } = this.#host.chosen();
    this.#sweep.show(plan.settings);
    const told = this.#again.show(plan, text, weights);
    if (told) this.#host.say(told); // in the bar, which stays in view
  }

  /** Fills the form with the settings in the address, if there are some. */
  followLink(): void {
    try {
      const settings = readLink(location.hash);
      if (!settings) return;
      const { plan } = this.#host.chosen();
      if (this.#host.state().open) {
        this.#host.alert("The link is about another run. Stop this one, then follow it again.");
      } else {
        const device = { tier: plan.tier, adapter: "" };
        this.#fill({ settings, text: null, weights: "", device, what: "the link" });
      }
    } catch (error) {
      const why = sentence((error as Error).message);
      this.#host.alert(`The settings in the address of this page cannot be used. ${why}`);
    }
  }

  async copyLink(settings: Settings): Promise<void> {
    const link = linkOf(settings, location.href);
    try {
      await navigator.clipboard.writeText(link);
      this.#host.say("The link is copied. It has the settings in it, but not the text.");
    } catch {
      history.replaceState(null, "", link);
      this.#host.say("The browser does not let it be copied, so the address of this page is it.");
    }
  }

  /** The curves that are in the chart, as numbers. */
  saveCurves(): void {
    this.#host.download(this.#panel.curves(), "llm.ts-runs.csv");
  }

  /** The chart as a picture. */
  async savePicture(): Promise<void> {
    const { pictureOf } = await import("./picture.ts");
    try {
      this.#host.download(await pictureOf(this.#host.part("losses")), "llm.ts-losses.png");
    } catch (error) {
      this.#host.alert(`The chart cannot be saved: ${sentence((error as Error).message)}`);
    }
  }

  /** A run that is open is closed first: it can be resumed until another one begins. */
  async #doAgain(run: KeptRun): Promise<void> {
    const { open, goesOn } = this.#host.state();
    const question = "Stop the run that is open? It can be resumed until another one begins.";
    if (goesOn && !(await this.#host.confirm(question, "Stop"))) return;
    if (!open) return this.#fillFrom(run);
    this.#next = run;
    this.#host.stop();
  }

  #trainSeries(settings: Settings[]): boolean {
    if (!this.#host.train(settings)) return false;
    this.#panel.clear();
    this.#host.part<HTMLDetailsElement>("drawer").open = false;
    this.#host.part<HTMLDetailsElement>("runs").open = true;
    this.#host.form.closest("llm-trainer")?.scrollIntoView();
    return true;
  }

  #useRate(rate: number): void {
    const { form } = this.#host;
    const field = form.querySelector<HTMLInputElement>('[name="learningRate"]');
    if (!field) return;
    field.value = String(rate);
    this.#host.changed();
    this.#host.say(`The learning rate in the settings is ${rate} now.`);
  }

  #fillFrom(run: KeptRun): void {
    this.#fill({ ...run, what: `the run “${run.name}”` });
    const rate = this.#host.form.querySelector<HTMLInputElement>('[name="learningRate"]');
    rate?.focus();
    rate?.select();
  }

  /** @param original of a text that is null, whatever the settings choose is right */
  #fill(original: Omit<Original, "text"> & { text: string | null }): void {
    this.#again.begin(null);
    writeSettings(this.#host.form, original.settings);
    this.#host.part<HTMLDetailsElement>("drawer").open = true;
    this.#host.changed();
    this.#again.begin({ ...original, text: original.text ?? this.#host.chosen().text });
    this.mark();
  }
}
