// The picture of the losses over the steps: those of one run beside what guessing from counts gives, and of others over them.

import type * as PlotModule from "@observablehq/plot";
import { plotStyle } from "../../figures/controls.ts";
import { spread } from "../../figures/spread.ts";
import { integer } from "../../page/numbers.ts";
import type { History, ValidationRow } from "../../training/history.ts";
import type { Baselines } from "../baselines.ts";
import type { Loss } from "../runs/kept.ts";
import { isIn, marksOf, pointsOf, type Range } from "./curve.ts";

/** Another run, laid over the one that is shown. */
export interface Other {
  readonly number: number; // in the list beside the chart
  readonly name: string;
  readonly colour: string;
  readonly every: number; // steps whose mean is one of the losses
  readonly losses: readonly Loss[];
  readonly validations: readonly ValidationRow[];
  readonly V: number;
}

export interface LossPicture {
  readonly history: History; // of the run that is shown; empty if there is none
  readonly V: number;
  readonly steps: number;
  readonly baselines: Baselines | null;
  readonly others: readonly Other[];
  readonly window: number; // steps over which losses are smoothed
  readonly width: number;
  readonly range: Range | null; // of the steps that are drawn; null: all
  readonly logX: boolean;
  readonly logY: boolean;
}

const mostPoints = 1000;
const margins = { marginTop: 30, marginLeft: 44, marginBottom: 40 };
const marginRight = 84; // for the names of what was counted
const characterWidth = 6.6; // of a label, on average
const names = ["tokens", "pairs", "triples"]; // what was counted
const lineHeight = 14; // of a label
const narrow = 420; // pixels: there is no room for whole sentences in it, nor for names

export function lossFigure(
  Plot: typeof PlotModule,
  { history, V, steps, baselines, others, window, width, range, logX, logY }: LossPicture,
): (SVGSVGElement | HTMLElement) & PlotModule.Plot {
  const { losses, validations } = history;
  const uniform = Math.log(V);
  const part: Range = range ?? [logX ? 1 : 0, Number.POSITIVE_INFINITY];
  const points = pointsOf(losses, window, mostPoints, part);
  const changes = marksOf(history).filter(isIn(part));
  const drawable = (rows: readonly ValidationRow[]) => rows.filter(isIn(part));
  const measured = drawable(validations);
  const lines = others.map((other) => ({
    ...other,
    points: pointsOf(other.losses, Math.max(1, Math.round(window / other.every)), mostPoints, part),
    measured: drawable(other.validations),
  }));
  const ended = Math.max(0, ...[losses, ...others.map(({ losses }) => losses)].map(lastStep));
  const last = Math.min(ended, part[1]);
  const domain = range ?? [
    logX ? 1 : 0,
    Math.min(Math.max(steps, last), Math.max(10, last * 1.05)),
  ];
  const middle = (domain[0] + last) / 2;
  const height = Math.max(240, Math.min(330, width * 0.56));
  const drawn = [points, measured, ...lines.flatMap((line) => [line.points, line.measured])]
    .flat()
    .map(({ loss }) => loss);
  // Of a part of the steps only what is near its losses: the scale is for them.
  const [low, high] = [Math.min(...drawn), Math.max(...drawn)];
  const near = (loss: number) =>
    range === null ||
    drawn.length === 0 ||
    (loss > low - (high - low) / 5 && loss < high + (high - low) / 5);
  const counted = (baselines?.losses ?? [])
    .map((loss, order) => ({ loss, label: `${names[order]} ${loss.toFixed(2)}` }))
    .filter(({ loss }) => near(loss));
  const uniforms = near(uniform) ? [uniform] : [];

  // Labels: of what was counted at the right edge, of a line where it ends.
  const shared = sharedWords(others.map(({ name }) => name));
  const ends = [
    {
      ...{ name: others.length > 0 ? "this run" : "training", number: 0, colour: "var(--mark-1)" },
      ...{ points, measured: [] },
    },
    { ...{ name: "validation", number: 0, colour: "var(--mark-4)" }, points: [], measured },
    ...lines,
  ]
    .filter(({ points, measured }) => points.length + measured.length > 0)
    .map(({ name, number, colour, points, measured }) => {
      const end = points.at(-1);
      return {
        step: end?.step ?? measured.at(-1)?.step ?? 0,
        loss: end?.smooth ?? measured.at(-1)?.loss ?? 0,
        colour,
        label:
          number === 0 ? name : width < narrow ? `${number}` : shorten(name.slice(shared), width),
      };
    });
  const widest = Math.max(0, ...ends.map(({ label }) => label.length * characterWidth + 10));
  const right = Math.max(counted.length > 0 || others.length === 0 ? marginRight : 0, widest);
  const all = [...drawn, ...uniforms, ...counted.map(({ loss }) => loss)];
  const bend = logY ? Math.log : Number;
  const straighten = logY ? Math.exp : Number;
  const [least, most] = [bend(Math.min(...all)), bend(Math.max(...all))];
  const gap = ((most - least) * lineHeight) / (height - margins.marginTop - margins.marginBottom);
  // Only labels that are in the same quarter of the width can be in each other's way.
  const labels = [...counted.map(({ loss }) => ({ loss, step: last })), ...ends];
  const places = labels.map(() => 0);
  for (let quarter = 0; quarter < 4; quarter++) {
    const those = labels
      .map(({ step, loss }, i) => ({
        i,
        at: Math.min(3, Math.floor((4 * (step - domain[0])) / Math.max(1, last - domain[0]))),
        loss,
      }))
      .filter(({ at }) => at === quarter);
    const apart = spread(
      those.map(({ loss }) => bend(loss)),
      gap,
      least,
    );
    those.forEach(({ i }, k) => {
      places[i] = straighten(apart[k]);
    });
  }
  const why = width < narrow ? "" : ": all tokens equally likely";

  const figure = Plot.plot({
    ariaLabel: "Training loss and validation loss over the steps",
    ariaDescription: describe(history, uniform, baselines, others),
    width,
    height,
    ...margins,
    marginRight: right,
    style: plotStyle,
    x: {
      type: logX ? "log" : "linear",
      label: "step →",
      domain,
      ticks: logX || width < narrow ? 4 : 6,
      tickFormat: (step: number) => integer(step),
    },
    y: {
      type: logY ? "log" : "linear",
      label: "↑ loss, in nats for a token",
      grid: true,
      nice: !logY,
      ticks: 6,
      tickFormat: (loss: number) => loss.toFixed(Math.max(...all) - Math.min(...all) < 0.6 ? 2 : 1),
    },
    marks: [
      Plot.ruleY(uniforms, { stroke: "var(--ink-soft)", strokeDasharray: "4 3" }),
      Plot.text(uniforms, {
        y: (loss: number) => loss,
        text: [`ln ${V} = ${uniform.toFixed(2)}${why}`],
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
      Plot.ruleX(changes, { x: "step", stroke: "var(--ink-soft)", strokeDasharray: "2 3" }),
      changes.map(({ step, label }, i) =>
        Plot.text([label], {
          x: step,
          text: (label) => label,
          frameAnchor: "top",
          textAnchor: step > middle ? "end" : "start",
          dx: step > middle ? -4 : 4,
          dy: lineHeight * (i % 3),
          fill: "var(--ink-soft)",
        }),
      ),
      Plot.dot(points, {
        x: "step",
        y: "loss",
        r: 1.5,
        fill: "var(--mark-1)",
        fillOpacity: 0.35,
      }),
      lines.map(({ points, measured, colour }) => [
        Plot.lineY(points, { x: "step", y: "smooth", stroke: colour, strokeWidth: 1.5 }),
        Plot.lineY(measured, { x: "step", y: "loss", stroke: colour, strokeWidth: 1.5 }),
        Plot.dot(measured, { x: "step", y: "loss", r: 2.5, fill: colour }),
      ]),
      Plot.lineY(points, { x: "step", y: "smooth", stroke: "var(--mark-1)", strokeWidth: 2 }),
      Plot.lineY(measured, { x: "step", y: "loss", stroke: "var(--mark-4)", strokeWidth: 2 }),
      Plot.dot(measured, { x: "step", y: "loss", r: 3, fill: "var(--mark-4)" }),
      Plot.text(ends, {
        x: "step",
        y: (_, i) => places[counted.length + i],
        text: "label",
        textAnchor: "start",
        dx: 6,
        fill: "colour",
        stroke: "var(--paper)",
        strokeWidth: 4,
      }),
    ],
  });
  figure.setAttribute("role", "img");
  for (const part of figure.querySelectorAll<SVGGElement>("g[aria-label]")) {
    part.dataset.mark = part.getAttribute("aria-label") ?? "";
    part.removeAttribute("aria-label"); // nothing in an image has a name of its own
  }
  return figure;
}

const lastStep = (rows: readonly Loss[]): number => rows.at(-1)?.step ?? 0;

/** How long a beginning all names share, in whole words that a comma ends: no label needs to say it. */
function sharedWords(names: readonly string[]): number {
  const length = names[0]?.indexOf(", ") ?? -1;
  const beginning = names[0]?.slice(0, length + 2) ?? "";
  return length > 0 && names.every((name) => name.startsWith(beginning)) ? beginning.length : 0;
}

/** At most a quarter of the width is for names. */
function shorten(name: string, width: number): string {
  const most = Math.floor(width / 4 / characterWidth);
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}

function describe(
  history: History,
  uniform: number,
  baselines: Baselines | null,
  others: readonly Other[],
): string {
  const { losses, validations } = history;
  const parts = [`The loss of equally likely tokens is ${uniform.toFixed(2)}.`];
  parts.push(...sentences("", losses, validations));
  for (const { step, label } of marksOf(history)) parts.push(`After step ${step}: ${label}.`);
  const counted = baselines?.losses.map((loss, order) => `${loss.toFixed(2)} of ${names[order]}`);
  if (counted) parts.push(`Guessed from counts: ${counted.join(", ")}.`);
  for (const { name, losses, validations } of others) {
    parts.push(...sentences(`${name}: `, losses, validations));
  }
  return parts.join(" ");
}

function sentences(
  of: string,
  losses: readonly Loss[],
  validations: readonly ValidationRow[],
): string[] {
  const [first, last, validation] = [losses[0], losses.at(-1), validations.at(-1)];
  const parts: string[] = [];
  if (first && last) {
    parts.push(
      `${of}${of ? "training" : "Training"} loss: ${first.loss.toFixed(2)} at step ${first.step}, ${last.loss.toFixed(2)} at step ${last.step}.`,
    );
  }
  if (validation) {
    parts.push(
      `${of}${of ? "validation" : "Validation"} loss: ${validation.loss.toFixed(2)} at step ${validation.step}.`,
    );
  }
  return parts;
}
