// The loss over the steps, beside what guessing from counts gives. Observable Plot is loaded when the first chart is drawn.
// A step is read off with the pointer, or with the arrow keys.

import { integer } from "../../page/numbers.ts";
import { strength } from "../../training/counts.ts";
import type { History } from "../../training/history.ts";
import type { Baselines } from "../baselines.ts";
import { pointsOf, readOff, spread } from "./curve.ts";

const pause = 400; // milliseconds between two drawings, at least
const mostPoints = 1000;
const margins = { marginTop: 30, marginLeft: 44, marginRight: 84, marginBottom: 40 };
const names = ["tokens", "pairs", "triples"]; // what was counted
const lineHeight = 14; // of a label
const narrow = 420; // pixels: there is no room for whole sentences in it
const hint =
  "Point at the curve, or move along it with the arrow keys, to read off a step; a click or Enter shows its batch.";

interface Scale {
  apply(value: number): number;
  invert?(value: number): number;
}

export class LossChart {
  readonly #place: HTMLElement; // with the chart, the controls and the texts in it
  readonly #pick: (step: number) => void;
  #history: History = { losses: [], validations: [] };
  #V = 1;
  #steps = 1;
  #baselines: Baselines | null = null;
  #waiting = false;
  #at: number | null = null; // the step that is read off
  #scale: Scale | undefined; // of the steps

  /** @param pick told which step's batch the reader wants to see */
  constructor(place: HTMLElement, pick: (step: number) => void) {
    this.#place = place;
    this.#pick = pick;
    new ResizeObserver(() => this.draw()).observe(this.#chart);
    place.addEventListener("change", () => void this.#drawNow());
    const plot = this.#part("plot");
    plot.addEventListener("pointermove", (event) => this.#point(event));
    plot.addEventListener("pointerdown", (event) => this.#point(event));
    plot.addEventListener("pointerleave", () => this.#read(null));
    plot.addEventListener("click", () => this.#choose());
    plot.addEventListener("blur", () => this.#read(null));
    plot.addEventListener("keydown", (event) => this.#key(event));
    this.#read(null);
  }

  /** @param history is read whenever the chart is drawn, so that rows may be added to it */
  show(history: History, V: number, steps: number): void {
    this.#history = history;
    this.#V = V;
    this.#steps = steps;
    this.#read(null);
    this.draw();
  }

  /** @param baselines null where nothing is known of this run's text, or not yet */
  compare(baselines: Baselines | null): void {
    this.#baselines = baselines;
    this.#part("baselines").textContent = baselines
      ? `Dashed: the loss of guessing from counts in the training text, of single tokens, of pairs, of triples, on the same ${integer(baselines.targets)} targets as the validation loss. A rare context leans on a shorter one, which weighs as much as ${strength} sightings.`
      : "";
    this.draw();
  }

  /** Draws soon: at most a few times a second, and not at all while the page is hidden. */
  draw(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    setTimeout(() => {
      requestAnimationFrame(() => {
        this.#waiting = false;
        void this.#drawNow();
      });
    }, pause);
  }

  get #chart(): HTMLElement {
    return this.#part("chart");
  }

  #part(name: string): HTMLElement {
    return this.#place.querySelector(`[data-part="${name}"]`) as HTMLElement;
  }

  get #window(): number {
    return Number(this.#place.querySelector<HTMLSelectElement>('[data-part="window"]')?.value);
  }

  #isLog(axis: "x" | "y"): boolean {
    return this.#place.querySelector(`[data-part="log-${axis}"]:checked`) !== null;
  }

  async #drawNow(): Promise<void> {
    const { losses, validations } = this.#history;
    const width = this.#chart.clientWidth;
    if (width === 0 || losses.length + validations.length === 0) return;
    const Plot = await import("@observablehq/plot");
    const uniform = Math.log(this.#V);
    const [logX, logY] = [this.#isLog("x"), this.#isLog("y")];
    const points = pointsOf(losses, this.#window, mostPoints);
    const measured = logX ? validations.filter(({ step }) => step > 0) : validations;
    const last = losses.at(-1)?.step ?? 0;
    const height = Math.max(240, Math.min(330, width * 0.56));
    const counted = (this.#baselines?.losses ?? []).map((loss, order) => ({
      loss,
      label: `${names[order]} ${loss.toFixed(2)}`,
    }));
    const all = [points, measured, counted].flat().map(({ loss }) => loss);
    const bend = logY ? Math.log : Number;
    const straighten = logY ? Math.exp : Number;
    const why = width < narrow ? "" : ": all tokens equally likely";
    const span = bend(Math.max(uniform, ...all)) - bend(Math.min(uniform, ...all));
    const gap = (span * lineHeight) / (height - margins.marginTop - margins.marginBottom);
    const places = spread(
      counted.map(({ loss }) => bend(loss)),
      gap,
    ).map(straighten);
    const figure = Plot.plot({
      ariaLabel: "Training loss and validation loss over the steps",
      ariaDescription: describe(this.#history, uniform, this.#baselines),
      width,
      height,
      ...margins,
      style: { background: "none", fontSize: "13px" },
      x: {
        type: logX ? "log" : "linear",
        label: "step →",
        domain: [logX ? 1 : 0, Math.min(this.#steps, Math.max(10, last * 1.05))],
        ticks: logX ? 4 : 6,
        tickFormat: (step: number) => integer(step),
      },
      y: {
        type: logY ? "log" : "linear",
        label: "↑ loss, in nats for a token",
        grid: true,
        nice: !logY,
        ticks: 6,
        tickFormat: (loss: number) => loss.toFixed(1),
      },
      marks: [
        Plot.ruleY([uniform], { stroke: "var(--ink-soft)", strokeDasharray: "4 3" }),
        Plot.text([`ln ${this.#V} = ${uniform.toFixed(2)}${why}`], {
          y: uniform,
          frameAnchor: "right",
          textAnchor: "end",
          dy: -9,
          fill: "var(--ink-soft)",
        }),
        Plot.ruleY(counted, { y: "loss", stroke: "var(--mark-3)", strokeDasharray: "4 3" }),
        Plot.text(counted, {
          y: (_, i) => places[i],
          text: "label",
          frameAnchor: "right",
          textAnchor: "start",
          dx: 5,
          fill: "var(--mark-3)",
        }),
        Plot.dot(points, {
          x: "step",
          y: "loss",
          r: 1.5,
          fill: "var(--mark-1)",
          fillOpacity: 0.35,
        }),
        Plot.lineY(points, { x: "step", y: "smooth", stroke: "var(--mark-1)", strokeWidth: 2 }),
        Plot.lineY(measured, { x: "step", y: "loss", stroke: "var(--mark-4)", strokeWidth: 2 }),
        Plot.dot(measured, { x: "step", y: "loss", r: 3, fill: "var(--mark-4)" }),
      ],
    });
    figure.setAttribute("role", "img");
    for (const part of figure.querySelectorAll<SVGGElement>("g[aria-label]")) {
      part.dataset.mark = part.getAttribute("aria-label") ?? "";
      part.removeAttribute("aria-label"); // nothing in an image has a name of its own
    }
    this.#scale = figure.scale("x");
    this.#chart.replaceChildren(figure);
    this.#read(this.#at);
  }

  // Reading off.

  #point({ clientX }: PointerEvent): void {
    const svg = this.#chart.querySelector("svg");
    const step = svg && this.#scale?.invert?.(clientX - svg.getBoundingClientRect().left);
    if (step) this.#read(step);
  }

  #key(event: KeyboardEvent): void {
    const last = this.#history.losses.at(-1)?.step ?? 0;
    const at = this.#at ?? last;
    const far = Math.max(1, Math.round(last / 20));
    const steps: Record<string, number> = {
      ...{ ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1 },
      ...{ PageDown: at - far, PageUp: at + far, Home: 1, End: last },
    };
    if (event.key === "Escape") this.#read(null);
    if (event.key === "Enter") this.#choose();
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.#read(steps[event.key]);
  }

  #choose(): void {
    if (this.#at !== null) this.#pick(this.#at);
  }

  /** @param wanted any number: the step nearest to it is read off; null: none */
  #read(wanted: number | null): void {
    const plot = this.#part("plot");
    const line = this.#part("crosshair");
    const last = this.#history.losses.at(-1)?.step ?? 0;
    this.#at =
      wanted === null || last === 0 ? null : Math.round(Math.max(1, Math.min(last, wanted)));
    const text = this.#at === null ? hint : readOff(this.#history, this.#at, this.#window);
    this.#part("readout").textContent = text;
    plot.setAttribute("aria-valuemin", String(Math.min(1, last)));
    plot.setAttribute("aria-valuemax", String(last));
    plot.setAttribute("aria-valuenow", String(this.#at ?? last));
    plot.setAttribute("aria-valuetext", text);
    line.hidden = this.#at === null || !this.#scale;
    if (this.#at !== null && this.#scale)
      line.style.insetInlineStart = `${this.#scale.apply(this.#at)}px`;
  }
}

function describe(
  { losses, validations }: History,
  uniform: number,
  baselines: Baselines | null,
): string {
  const first = losses[0];
  const last = losses.at(-1);
  const validation = validations.at(-1);
  const parts = [`The loss of equally likely tokens is ${uniform.toFixed(2)}.`];
  if (first && last) {
    parts.push(
      `Training loss: ${first.loss.toFixed(2)} at step ${first.step}, ${last.loss.toFixed(2)} at step ${last.step}.`,
    );
  }
  if (validation) {
    parts.push(`Validation loss: ${validation.loss.toFixed(2)} at step ${validation.step}.`);
  }
  const counted = baselines?.losses.map((loss, order) => `${loss.toFixed(2)} of ${names[order]}`);
  if (counted) parts.push(`Guessed from counts: ${counted.join(", ")}.`);
  return parts.join(" ");
}
