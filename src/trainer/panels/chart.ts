// The loss over the steps, beside what guessing from counts gives. Observable Plot is loaded when the first chart is drawn.
// A step is read off with the pointer, or with the arrow keys; a part of the steps can be seen more closely, and under the losses
// are the other numbers of each step.

import { byFinger } from "../../page/finger.ts";
import { integer } from "../../page/numbers.ts";
import { strength } from "../../training/counts.ts";
import type { History } from "../../training/history.ts";
import type { Settings } from "../../training/settings.ts";
import type { Baselines } from "../baselines.ts";
import { type Range, readOff, readOther } from "./curve.ts";
import { lossFigure, type Other } from "./lossfigure.ts";
import { Strips } from "./strips.ts";
import { Zoom } from "./zoom.ts";

const pause = 400; // milliseconds between two drawings, at least
const hint = byFinger
  ? "Tap a step to read it off"
  : "Point at a step, or use the arrow keys, to read it off";
const hintOfBatch = byFinger ? " and to see its batch" : "; a click or Enter shows its batch";
const hintOfZoom = byFinger ? "" : " Drag, or press + and −, to zoom.";

interface Scale {
  apply(value: number): number;
  invert?(value: number): number;
}

export class LossChart {
  readonly #place: HTMLElement; // with the chart, the controls and the texts in it
  readonly #pick: (step: number) => void;
  #history: History = { losses: [], validations: [] };
  #V = 1;
  #settings: Settings | undefined; // of the run that is shown
  #baselines: Baselines | null = null;
  #others: readonly Other[] = [];
  #waiting = false;
  #at: number | null = null; // the step that is read off
  #scale: Scale | undefined; // of the steps
  readonly #zoom: Zoom;
  readonly #strips: Strips;

  /** @param pick told which step's batch the reader wants to see */
  constructor(place: HTMLElement, pick: (step: number) => void) {
    this.#place = place;
    this.#pick = pick;
    new ResizeObserver(() => this.draw()).observe(this.#chart);
    place.addEventListener("change", () => void this.#drawNow());
    const chart = this;
    this.#zoom = new Zoom(place, {
      stepAt: (clientX) => this.#stepAt(clientX),
      all: () => [1, Math.max(1, this.#last)],
      get at() {
        return chart.#at;
      },
      changed: () => void this.#drawNow(),
    });
    this.#strips = new Strips(this.#part("strips"), () => void this.#drawNow());
    const plot = this.#part("plot");
    plot.addEventListener("pointermove", (event) => this.#point(event));
    plot.addEventListener("pointerdown", (event) => this.#point(event));
    // A finger leaves with every tap: what it has read off stays, and is what the click after it chooses.
    plot.addEventListener("pointerleave", ({ pointerType }) => {
      if (pointerType !== "touch") this.#read(null);
    });
    plot.addEventListener("click", () => this.#choose());
    plot.addEventListener("blur", () => this.#read(null));
    plot.addEventListener("keydown", (event) => this.#key(event));
    this.#read(null);
  }

  /**
   * @param history is read whenever the chart is drawn, so that rows may be added to it
   * @param settings of the run; without them there is none
   */
  show(history: History, V: number, settings?: Settings): void {
    const other = history !== this.#history;
    this.#history = history;
    this.#V = V;
    this.#settings = settings;
    if (other) this.#zoom.do("all");
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

  /** @param others laid over the run; their rows are read whenever the chart is drawn */
  lay(others: readonly Other[]): void {
    this.#others = others;
    this.#part("others-key").hidden = others.length === 0;
    const lines = 2 + others.length;
    this.#part("readout").style.minBlockSize = `${lines}lh`; // nothing moves when a step is read off
    if (this.#history.losses.length === 0 && others.length > 0) this.#V = others[0].V;
    this.#read(this.#at);
    void this.#drawNow();
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
    if (width === 0 || losses.length + validations.length + this.#others.length === 0) return;
    const Plot = await import("@observablehq/plot");
    const { range } = this.#zoom;
    const figure = lossFigure(Plot, {
      history: this.#history,
      V: this.#V,
      steps: this.#settings?.steps ?? 1,
      baselines: this.#baselines,
      others: this.#others,
      window: this.#window,
      width,
      range,
      logX: this.#isLog("x"),
      logY: this.#isLog("y"),
    });
    this.#scale = figure.scale("x");
    this.#chart.replaceChildren(figure);
    const { domain, range: pixels } = figure.scale("x") as unknown as Record<string, Range>;
    if (this.#settings) {
      this.#strips.draw(Plot, this.#history, this.#settings, {
        ...{ domain, range: pixels, width, window: this.#window, logX: this.#isLog("x") },
      });
    }
    this.#read(this.#at);
  }

  // Reading off.

  #point({ clientX }: PointerEvent): void {
    const step = this.#stepAt(clientX);
    if (step !== undefined) this.#read(step);
  }

  /** Any number, not only a step that there is. */
  #stepAt(clientX: number): number | undefined {
    const svg = this.#chart.querySelector("svg");
    return svg ? this.#scale?.invert?.(clientX - svg.getBoundingClientRect().left) : undefined;
  }

  #key(event: KeyboardEvent): void {
    const last = this.#last;
    const at = this.#at ?? last;
    const far = Math.max(1, Math.round(last / 20));
    const steps: Record<string, number> = {
      ...{ ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1 },
      ...{ PageDown: at - far, PageUp: at + far, Home: 1, End: last },
    };
    const zooms: Record<string, string> = { "+": "in", "=": "in", "-": "out", "0": "all" };
    if (event.key === "Escape") this.#read(null);
    if (event.key === "Enter") this.#choose();
    const plain = !event.ctrlKey && !event.metaKey; // with them these keys are the browser's own
    if (plain && event.key in zooms) this.#zoom.do(zooms[event.key]);
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.#read(steps[event.key]);
    if (this.#at !== null) this.#zoom.follow(this.#at);
  }

  #choose(): void {
    if (this.#zoom.dragged) return;
    if (this.#at !== null && this.#history.losses.length > 0) this.#pick(this.#at);
  }

  /** The last step of any run in the chart. */
  get #last(): number {
    const runs = [this.#history, ...this.#others];
    return Math.max(...runs.map(({ losses }) => losses.at(-1)?.step ?? 0));
  }

  /** A run that is only laid over the chart has no batches to be shown. */
  get #hint(): string {
    const batch = this.#history.losses.length > 0 || this.#others.length === 0;
    return `${hint}${batch ? hintOfBatch : ""}.${hintOfZoom}`;
  }

  #told(step: number): string {
    const own = this.#history.losses.length > 0 || this.#others.length === 0;
    const others = this.#others.map((other) => readOther(other, step, this.#window));
    return [own ? readOff(this.#history, step, this.#window) : `Step ${integer(step)}.`, ...others]
      .filter(Boolean)
      .join("\n");
  }

  /** @param wanted any number: the step nearest to it is read off; null: none */
  #read(wanted: number | null): void {
    const plot = this.#part("plot");
    const line = this.#part("crosshair");
    const last = this.#last;
    this.#at =
      wanted === null || last === 0 ? null : Math.round(Math.max(1, Math.min(last, wanted)));
    const text = this.#at === null ? this.#hint : this.#told(this.#at);
    this.#part("readout").textContent = text;
    plot.setAttribute("aria-valuemin", String(Math.min(1, last)));
    plot.setAttribute("aria-valuemax", String(last));
    plot.setAttribute("aria-valuenow", String(this.#at ?? last));
    plot.setAttribute("aria-valuetext", text);
    const [from, to] = this.#zoom.range ?? [1, last];
    line.hidden = this.#at === null || !this.#scale || this.#at < from || this.#at > to;
    if (this.#at !== null && this.#scale)
      line.style.insetInlineStart = `${this.#scale.apply(this.#at)}px`;
    this.#strips.read(this.#at);
  }
}
