// Short runs at several learning rates: what is to be tried, how far it is, and how they came out.

import { integer } from "../../page/numbers.ts";
import type { History } from "../../training/history.ts";
import type { Progress } from "../../training/progress.ts";
import { configOf, type Settings } from "../../training/settings.ts";
import { forgive, readOrMark } from "../form.ts";
import type { Report } from "../protocol.ts";
import { curveOf, type End, type KeptRun } from "../runs/kept.ts";
import { type Outcome, outcomesOf, ratesAround, sweepOf, verdictOf } from "../runs/sweep.ts";

export interface SweepHost {
  /** The settings in the form; undefined where they are wrong, which is then marked. */
  settings(): Settings | undefined;
  /** Has runs trained one after another. @returns whether that has begun */
  train(settings: Settings[]): boolean;
  /** Lays the run that is trained over the chart. */
  follow(name: string, V: number, history: History): void;
  redraw(): void;
  keep(run: Omit<KeptRun, "name">): void;
  tell(text: string, done: number): void;
  /** Puts a rate into the form. */
  use(rate: number): void;
}

interface Trained {
  readonly progress: Progress;
  readonly history: History;
  seconds: number;
}

export class SweepPanel {
  readonly #form: HTMLFormElement;
  readonly #result: HTMLElement;
  readonly #host: SweepHost;
  #settings: Settings | undefined; // in the form
  #count = 0; // of the runs
  #index = 0; // of the one that is trained
  #trained: Trained | undefined;
  #kept: Omit<KeptRun, "name">[] = [];

  constructor(form: HTMLFormElement, result: HTMLElement, host: SweepHost) {
    this.#form = form;
    this.#result = result;
    this.#host = host;
    forgive(form, () => sweepOf({} as Settings, [], this.#steps));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
    form.addEventListener("input", () => this.#tellRates());
    result.addEventListener("click", ({ target }) => {
      const { rate } = (target as HTMLElement).dataset;
      if (rate !== undefined) host.use(Number(rate));
    });
  }

  /** Tells which rates would be tried. */
  show(settings: Settings): void {
    this.#settings = settings;
    this.#tellRates();
  }

  #tellRates(): void {
    if (!this.#settings) return;
    const { learningRate, warmup } = this.#settings;
    const rates = ratesAround(learningRate, this.#factor);
    const quarter = Math.floor(this.#steps / 4);
    const warm = warmup > quarter ? ` The warm-up is ${integer(quarter)} steps, a quarter.` : "";
    this.#part("sweep-rates").textContent = `Rates: ${rates.join(", ")}.${warm}`;
  }

  hear(report: Report): void {
    if (report.type === "series run") {
      const history: History = { losses: [], validations: [] };
      const { settings } = report.progress;
      this.#trained = { progress: report.progress, history, seconds: 0 };
      this.#index = report.index;
      this.#host.follow(`rate ${settings.learningRate}`, configOf(settings).V, history);
    } else if (report.type === "series event") this.#hearRun(report.event);
    else if (report.type === "series done") this.#tellResult();
  }

  #hearRun(event: Extract<Report, { type: "series event" }>["event"]): void {
    const trained = this.#trained;
    if (!trained) return;
    const { history, progress } = trained;
    const { learningRate, steps } = progress.settings;
    if (event.type === "validation") history.validations.push(event.row);
    if (event.type === "step") {
      const { step, loss, seconds } = event.row;
      history.losses.push(event.row);
      trained.seconds += seconds;
      this.#host.tell(
        `Learning rate ${learningRate}, ${this.#index + 1} of ${this.#count}: step ${integer(step)} of ${integer(steps)}, loss ${loss.toFixed(2)}.`,
        (this.#index + step / steps) / this.#count,
      );
      this.#host.redraw();
    }
    if (event.type === "state" && event.state === "finished") this.#keep(trained, "finished");
    if (event.type === "fault" && event.cause === "numbers") this.#keep(trained, "diverged");
  }

  #keep({ progress, history, seconds }: Trained, end: End): void {
    const { begun, savedAt, settings, text, weights, device } = progress;
    const { tier, adapter } = device;
    const run = {
      ...{ begun: begun ?? savedAt, settings, changes: [], text: text.name, weights, seconds, end },
      ...{ step: history.losses.length, curve: curveOf(history), sample: null },
      device: { tier, adapter },
    };
    this.#kept.push(run);
    this.#host.keep(run);
  }

  #start(): void {
    const settings = this.#host.settings();
    if (!settings) return;
    const rates = ratesAround(settings.learningRate, this.#factor);
    const series = readOrMark(this.#form, () => sweepOf(settings, rates, this.#steps), true);
    if (!series || !this.#host.train(series)) return;
    this.#count = series.length;
    this.#kept = [];
    this.#result.hidden = true;
  }

  #tellResult(): void {
    const outcomes = outcomesOf(this.#kept);
    const verdict = verdictOf(outcomes, this.#kept[0]?.settings.steps ?? 0);
    const place = this.#result.querySelector('[data-part="sweep-verdict"]');
    if (place) place.textContent = verdict;
    this.#result.querySelector("tbody")?.replaceChildren(...outcomes.map(line));
    this.#result.hidden = false;
    this.#host.tell(`${verdict.split(". ")[0].replace(/\.$/, "")}.`, 1); // the rest is beside the table
  }

  get #steps(): number {
    return this.#form.querySelector<HTMLInputElement>('[name="sweepSteps"]')?.valueAsNumber ?? 0;
  }

  get #factor(): number {
    return Number(this.#part<HTMLSelectElement>("sweep-factor").value);
  }

  #part<E extends HTMLElement = HTMLElement>(name: string): E {
    return this.#form.querySelector(`[data-part="${name}"]`) as E;
  }
}

function line({ rate, loss, best }: Outcome): HTMLTableRowElement {
  const row = document.createElement("tr");
  row.toggleAttribute("data-best", best);
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = String(rate);
  row.append(head);
  row.insertCell().textContent =
    loss === null ? "diverged" : `${loss.toFixed(4)}${best ? ", the least" : ""}`;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.dataset.rate = String(rate);
  button.textContent = "Use this rate";
  button.setAttribute("aria-label", `Use this rate: ${rate}`);
  row.insertCell().append(button);
  return row;
}
