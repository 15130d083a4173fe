// The loss over the steps. Observable Plot is loaded when the first chart is drawn.

import type { History, LossRow } from "../../training/history.ts";

const pause = 400; // milliseconds between two drawings, at least
const mostPoints = 1000; // more are put together in groups, each shown by its mean

export class LossChart {
  readonly #place: HTMLElement;
  #history: History = { losses: [], validations: [] };
  #V = 1;
  #steps = 1;
  #waiting = false;

  constructor(place: HTMLElement) {
    this.#place = place;
    new ResizeObserver(() => this.draw()).observe(place);
  }

  /** @param history is read whenever the chart is drawn, so that rows may be added to it */
  show(history: History, V: number, steps: number): void {
    this.#history = history;
    this.#V = V;
    this.#steps = steps;
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

  async #drawNow(): Promise<void> {
    const { losses, validations } = this.#history;
    const width = this.#place.clientWidth;
    if (width === 0 || losses.length + validations.length === 0) return;
    const Plot = await import("@observablehq/plot");
    const uniform = Math.log(this.#V);
    const points = thin(losses);
    const last = losses.at(-1)?.step ?? 0;
    const figure = Plot.plot({
      ariaLabel: "Training loss and validation loss over the steps",
      ariaDescription: describe(this.#history, uniform),
      width,
      height: Math.max(240, Math.min(360, width * 0.5)),
      marginTop: 30,
      marginLeft: 44,
      marginRight: 12,
      marginBottom: 40,
      style: { background: "none", fontSize: "13px" },
      x: {
        label: "step →",
        domain: [0, Math.min(this.#steps, Math.max(10, last * 1.05))],
        ticks: 6,
      },
      y: { label: "↑ loss, in nats for a token", grid: true, nice: true, ticks: 6 },
      marks: [
        Plot.ruleY([uniform], { stroke: "var(--ink-soft)", strokeDasharray: "4 3" }),
        Plot.text([`ln ${this.#V} = ${uniform.toFixed(2)}: all tokens equally likely`], {
          y: uniform,
          frameAnchor: "right",
          textAnchor: "end",
          dy: -9,
          fill: "var(--ink-soft)",
        }),
        Plot.dot(points, {
          x: "step",
          y: "loss",
          r: 1.5,
          fill: "var(--mark-1)",
          fillOpacity: 0.35,
        }),
        Plot.lineY(
          points,
          Plot.windowY(
            { k: Math.max(1, Math.round(points.length / 40)), anchor: "middle" },
            { x: "step", y: "loss", stroke: "var(--mark-1)", strokeWidth: 2 },
          ),
        ),
        Plot.lineY(validations, { x: "step", y: "loss", stroke: "var(--mark-4)", strokeWidth: 2 }),
        Plot.dot(validations, { x: "step", y: "loss", r: 3, fill: "var(--mark-4)" }),
      ],
    });
    figure.setAttribute("role", "img");
    this.#place.replaceChildren(figure);
  }
}

/** At most `mostPoints` points: means over equal numbers of steps. */
function thin(losses: LossRow[]): { step: number; loss: number }[] {
  const size = Math.ceil(losses.length / mostPoints);
  if (size <= 1) return losses;
  const points: { step: number; loss: number }[] = [];
  for (let start = 0; start < losses.length; start += size) {
    const group = losses.slice(start, start + size);
    const mean = (value: (row: LossRow) => number) =>
      group.reduce((sum, row) => sum + value(row), 0) / group.length;
    points.push({ step: mean((row) => row.step), loss: mean((row) => row.loss) });
  }
  return points;
}

function describe({ losses, validations }: History, uniform: number): string {
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
  return parts.join(" ");
}
