// Under the losses, over the same steps: the length of the gradient, the learning rate and the speed. Drawn while they are open.

import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import type * as PlotModule from "@observablehq/plot";
import { plotStyle } from "../../figures/controls.ts";
import { integer } from "../../page/numbers.ts";
import { rateAt, settingsAt } from "../../training/changes.ts";
import type { History, LossRow } from "../../training/history.ts";
import type { Settings } from "../../training/settings.ts";
import { isIn, pointsOf, type Range } from "./curve.ts";

const mostPoints = 1000;
const height = 96;

/** A number that every step has. */
export interface Strip {
  readonly name: string;
  readonly unit: string;
  readonly log: boolean;
  readonly exact?: boolean; // it follows from the settings: nothing in it is to be smoothed
  readonly rule?: { readonly at: number; readonly label: string };
  value(row: LossRow): number;
  text(value: number): string;
}

/** What is drawn of a run. The speed counts every token that a step reads. */
export function stripsOf({ changes = [] }: History, settings: Settings): Strip[] {
  const { maxNorm = defaultOptimiser.maxNorm } = settings;
  const tokens = settings.B * settings.T * settings.accumulation;
  return [
    {
      name: "Length of the gradient",
      unit: "before clipping",
      log: true,
      ...(maxNorm > 0 && { rule: { at: maxNorm, label: `clipped at ${maxNorm}` } }),
      value: ({ norm }) => norm,
      text: (norm) => norm.toPrecision(3),
    },
    {
      name: "Learning rate",
      unit: "",
      log: false,
      exact: true,
      value: ({ step }) => rateAt(settingsAt(settings, changes, step), step),
      text: (rate) => String(Number(rate.toPrecision(3))),
    },
    {
      name: "Speed",
      unit: "tokens per second",
      log: false,
      value: ({ seconds }) => tokens / seconds,
      text: (speed) => integer(speed),
    },
  ];
}

/** How the chart above is drawn. */
interface Above {
  readonly domain: Range; // of its steps
  readonly range: Range; // the same in pixels
  readonly width: number;
  readonly window: number; // steps over which values are smoothed
  readonly logX: boolean;
}

export class Strips {
  readonly #place: HTMLDetailsElement;
  readonly #body: HTMLElement;
  readonly #line: HTMLElement;
  #strips: { strip: Strip; name: HTMLElement; chart: HTMLElement }[] = [];
  #rows: readonly LossRow[] = [];
  #above: Above | undefined;

  /** @param opened told when the reader opens them: now they have to be drawn */
  constructor(place: HTMLElement, opened: () => void) {
    this.#place = place as HTMLDetailsElement;
    this.#body = place.querySelector("[data-strips]") as HTMLElement;
    this.#line = place.querySelector(".crosshair") as HTMLElement;
    place.addEventListener("toggle", () => this.#place.open && opened());
  }

  draw(Plot: typeof PlotModule, history: History, settings: Settings, above: Above): void {
    this.#place.hidden = history.losses.length === 0; // a run that is only laid over has none of these
    if (!this.#place.open || this.#place.hidden) return;
    this.#rows = history.losses;
    this.#above = above;
    const strips = stripsOf(history, settings);
    if (this.#strips.length === 0) this.#strips = strips.map((strip) => this.#add(strip));
    this.#strips.forEach((each, i) => {
      each.strip = strips[i];
      each.chart.replaceChildren(picture(Plot, strips[i], history.losses, above));
    });
  }

  /** @param at the step that is read off; null: the last one */
  read(at: number | null): void {
    const { domain, range, logX } = this.#above ?? {};
    this.#line.hidden = at === null || !domain || at < domain[0] || at > domain[1];
    if (at !== null && domain && range && !this.#line.hidden) {
      const bend = logX ? Math.log : Number;
      const [from, to, step] = [...domain, at].map(bend);
      const x = range[0] + ((range[1] - range[0]) * (step - from)) / (to - from);
      this.#line.style.insetInlineStart = `${x}px`;
    }
    const row = at === null ? this.#rows.at(-1) : this.#rows.find(({ step }) => step === at);
    for (const { strip, name } of this.#strips) {
      const unit = strip.unit ? `, ${strip.unit}` : "";
      name.textContent = row
        ? `${strip.name}${unit}: ${strip.text(strip.value(row))} at step ${integer(row.step)}`
        : `${strip.name}${unit}`;
    }
  }

  #add(strip: Strip) {
    const [name, chart] = [document.createElement("p"), document.createElement("div")];
    this.#body.append(name, chart);
    return { strip, name, chart };
  }
}

function picture(
  Plot: typeof PlotModule,
  strip: Strip,
  losses: readonly LossRow[],
  { domain, range, width, window, logX }: Above,
): Element {
  const rows = losses.map((row) => ({ step: row.step, loss: strip.value(row) }));
  const points = pointsOf(rows, strip.exact ? 1 : window, mostPoints, domain);
  const values = rows.filter(isIn(domain)).map(({ loss }) => loss);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const { rule } = strip;
  const rules = rule && rule.at > least / 2 && rule.at < most * 2 ? [rule] : [];
  const lowest = Math.min(least, ...rules.map(({ at }) => at));
  const seen = (tick: number) => tick >= lowest && tick <= most;
  const figure = Plot.plot({
    ariaLabel: strip.name,
    ariaDescription: `Between ${strip.text(least)} and ${strip.text(most)}.`,
    ...{ width, height, marginTop: 8, marginBottom: 18 },
    ...{ marginLeft: range[0], marginRight: width - range[1] },
    style: plotStyle,
    x: { type: logX ? "log" : "linear", domain, ticks: [], label: null },
    y: {
      ...{ type: strip.log ? "log" : "linear", grid: true, label: null, zero: !strip.log },
      ticks: strip.log ? powers(lowest, most).filter(seen) : 2,
      tickFormat: short,
    },
    marks: [
      Plot.ruleY(rules, { y: "at", stroke: "var(--ink-soft)", strokeDasharray: "4 3" }),
      Plot.text(rules, {
        ...{ y: "at", text: "label", frameAnchor: "right", textAnchor: "start", dx: 5 },
        fill: "var(--ink-soft)",
      }),
      Plot.dot(strip.exact ? [] : points, {
        ...{ x: "step", y: "loss", r: 1.5, fill: "var(--mark-1)", fillOpacity: 0.35 },
      }),
      Plot.lineY(points, { x: "step", y: "smooth", stroke: "var(--mark-1)", strokeWidth: 2 }),
    ],
  });
  figure.setAttribute("role", "img");
  for (const part of figure.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label");
  return figure;
}

/** Round numbers for a logarithmic axis: each power of ten, and where there are few of them their doubles and halves too. */
export function powers(least: number, most: number): number[] {
  const [from, to] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const all = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  return to - from > 2 ? all : all.flatMap((power) => [power, 2 * power, 5 * power]);
}

/** A number at an axis, of few letters. */
export function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(2))}M`;
  if (value >= 1e3) return `${Number((value / 1e3).toPrecision(2))}k`;
  if (value === 0 || value >= 0.01) return String(Number(value.toPrecision(2)));
  const [digits, power] = Number(value.toPrecision(2)).toExponential().split("e-");
  return `${digits}e−${power}`;
}
