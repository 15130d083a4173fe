// The list of kept runs. It keeps the run that is shown whenever that is saved or ends, and lays over the loss chart
// what the reader chooses.

import type { History } from "../../training/history.ts";
import type { Progress, Sample } from "../../training/progress.ts";
import { configOf, type Settings } from "../../training/settings.ts";
import type { Report } from "../protocol.ts";
import { caution, differences, nameOf } from "../runs/compare.ts";
import { curvesCsv } from "../runs/csv.ts";
import { curveOf, type End, type KeptRun, lossesOf, settingsBefore } from "../runs/kept.ts";
import { RunRow } from "../runs/row.ts";
import { openShelf } from "../runs/shelf.ts";
import { RunStore } from "../runs/store.ts";
import { type Column, fillTable } from "../runs/table.ts";
import type { Other } from "./lossfigure.ts";

/** Of the runs that are laid over the chart: as many as can be told apart. None is the gradients' (2). */
const colours = [5, 9, 7, 8, 6, 3].map((mark) => `var(--mark-${mark})`);
const ownColour = "var(--mark-1)";

export interface RunsHost {
  /** Lays runs over the loss chart. */
  lay(others: readonly Other[]): void;
  confirm(question: string, yes: string): Promise<boolean>;
  /** Puts the settings of a run into the form. */
  again(run: KeptRun): void;
  /** Gives out a link to settings. */
  link(settings: Settings): void;
}

/** The run that is shown. */
interface Current {
  readonly progress: Progress;
  readonly history: History; // rows are added to it
  settings: Settings;
  seconds: number;
  sample: Sample | null;
}

export class RunsPanel {
  readonly #place: HTMLElement;
  readonly #host: RunsHost;
  readonly #rows = new Map<number, RunRow>();
  readonly #slots = new Map<number, number>(); // of those that are laid over the chart: which colour each has
  #store: RunStore | undefined;
  #current: Current | null = null;
  #live: Other | null = null; // a run of a series, as it goes

  constructor(place: HTMLElement, host: RunsHost) {
    this.#place = place;
    this.#host = host;
    void RunStore.open(openShelf).then((store) => {
      this.#store = store;
      this.#show();
    });
  }

  /** Whether there is something to be seen in the chart without the run that is shown. */
  get laid(): boolean {
    return this.#slots.size > 0 || this.#live !== null;
  }

  /** Takes all runs out of the chart but the one that is shown. */
  clear(): void {
    this.#slots.clear();
    this.#live = null;
    this.#show();
  }

  /** Lays a run over the chart while it is trained. @param rows are read whenever the chart is drawn */
  follow(name: string, V: number, { losses, validations }: History): void {
    const slot = this.#free;
    this.#live = {
      ...{ number: slot + 1, name, colour: colours[slot], every: 1, losses, validations, V },
    };
    this.#show();
  }

  /** Keeps the run of a series that has ended, and leaves it in the chart. */
  keepOf(run: Omit<KeptRun, "name">): void {
    this.#live = null;
    this.#slots.set(run.begun, this.#free);
    this.keep(run);
  }

  /** What the worker says, after the trainer has heard it. */
  hear(report: Report): void {
    const current = this.#current;
    switch (report.type) {
      case "opened":
      case "resumed": {
        const { progress, history } = report;
        const { settings, seconds, samples } = progress;
        this.#current = { progress, history, settings, seconds, sample: samples.at(-1) ?? null };
        this.#slots.delete(begunOf(progress));
        this.#show();
        break;
      }
      case "step":
        if (current) current.seconds += report.row.seconds;
        break;
      case "changed":
        if (current) current.settings = report.settings;
        break;
      case "sample":
        if (current) current.sample = report.sample;
        break;
      case "found": // after a run was stopped at once, or its worker has failed
      case "refused":
        this.#live = null;
        this.#keep();
        break;
      case "saved":
        this.#keep();
        break;
      case "state":
        if (report.state !== "running") this.#keep();
        break;
      case "fault":
        this.#keep(report.cause === "numbers" ? "diverged" : "open");
    }
  }

  /** The run that was shown is thrown away: what stays of it is its row here. */
  forget(): void {
    this.#keep();
    this.#current = null;
    this.#show();
  }

  /** Keeps a run, and shows it in the list. */
  keep(run: Omit<KeptRun, "name">): void {
    if (!this.#store) return;
    const { runs } = this.#store;
    const name = this.#store.find(run.begun)?.name ?? nameOf(run, runs);
    void this.#store.keep({ ...run, name }).then(() => this.#show());
    this.#show();
  }

  #keep(end?: End): void {
    if (!this.#current || this.#current.history.losses.length === 0) return;
    const { progress, history, settings, seconds, sample } = this.#current;
    const { text, weights, device } = progress;
    const { changes = [] } = history;
    const { tier, adapter } = device;
    const step = history.losses.length;
    const before = this.#store?.find(begunOf(progress))?.end;
    this.keep({
      settings: settingsBefore(settings, changes),
      changes: [...changes],
      ...{ begun: begunOf(progress), text: text.name, weights, step, seconds, sample },
      device: { tier, adapter },
      end: end ?? (step >= settings.steps ? "finished" : before === "diverged" ? before : "open"),
      curve: curveOf(history),
    });
  }

  /** The list, the chart and the table, as the store and the choices are now. */
  #show(): void {
    const runs = this.#store?.runs ?? [];
    const own = this.#current && begunOf(this.#current.progress);
    for (const [begun, row] of this.#rows) {
      if (runs.some((run) => run.begun === begun)) continue;
      row.element.remove();
      this.#rows.delete(begun);
      this.#slots.delete(begun);
    }
    const list = this.#part("runs-list");
    runs.forEach((run, i) => {
      const row = this.#rows.get(run.begun) ?? this.#newRow(run.begun);
      if (list.children[i] !== row.element)
        list.insertBefore(row.element, list.children[i] ?? null);
      const slot = this.#slots.get(run.begun);
      row.show(run, {
        own: run.begun === own,
        colour: run.begun === own ? ownColour : slot === undefined ? null : colours[slot],
        number: slot === undefined ? null : slot + 1,
        full: this.#slots.size === colours.length,
      });
    });
    this.#part("runs-summary").textContent =
      runs.length === 0 ? "none kept yet" : runs.length === 1 ? "1 kept" : `${runs.length} kept`;
    const trouble = this.#store?.trouble ?? "";
    this.#part("runs-trouble").textContent = trouble;
    this.#part("runs-trouble").hidden = trouble === "";
    this.#compare(runs);
  }

  #newRow(begun: number): RunRow {
    const template = this.#part<HTMLTemplateElement>("runs-row");
    const row = new RunRow(template, {
      choose: (chosen) => this.#choose(begun, chosen),
      rename: (name) => {
        void this.#store?.rename(begun, name);
        this.#show();
      },
      remove: () => void this.#remove(begun),
      again: () => this.#with(begun, (run) => this.#host.again(run)),
      link: () => this.#with(begun, ({ settings }) => this.#host.link(settings)),
    });
    this.#rows.set(begun, row);
    return row;
  }

  #with(begun: number, act: (run: KeptRun) => void): void {
    const run = this.#store?.find(begun);
    if (run) act(run);
  }

  #choose(begun: number, chosen: boolean): void {
    if (!chosen) this.#slots.delete(begun);
    else if (this.#free >= 0) this.#slots.set(begun, this.#free);
    this.#show();
  }

  /** The first colour that no run in the chart has; -1 if there is none. */
  get #free(): number {
    const taken = new Set(this.#slots.values());
    return colours.findIndex((_, slot) => !taken.has(slot));
  }

  async #remove(begun: number): Promise<void> {
    const run = this.#store?.find(begun);
    const question = `Delete what is kept of the run “${run?.name}”? Its settings and its curve are gone then.`;
    if (!run || !(await this.#host.confirm(question, "Delete"))) return;
    await this.#store?.remove(begun);
    this.#show();
    this.#place.querySelector("summary")?.focus({ preventScroll: true });
  }

  /** The runs in the chart: the one that is shown, as it was kept last, and those laid over it. */
  get #compared(): KeptRun[] {
    const runs = this.#store?.runs ?? [];
    const own = this.#current && begunOf(this.#current.progress);
    const shown = runs.filter(({ begun }) => begun === own);
    return [...shown, ...runs.filter(({ begun }) => this.#slots.has(begun))];
  }

  /** Their curves as a file. */
  curves(): Blob {
    this.#keep();
    return new Blob([curvesCsv(this.#compared)], { type: "text/csv" });
  }

  #compare(runs: readonly KeptRun[]): void {
    const chosen = runs.filter(({ begun }) => this.#slots.has(begun));
    const others = chosen
      .map((run) => ({ run, slot: this.#slots.get(run.begun) ?? 0 }))
      .sort((a, b) => a.slot - b.slot)
      .map(({ run, slot }) => otherOf(run, slot));
    this.#host.lay(this.#live ? [...others, this.#live] : others);
    const compared = this.#compared;
    const columns = compared.map((run): Column => {
      const slot = this.#slots.get(run.begun);
      return { run, colour: slot === undefined ? ownColour : colours[slot] };
    });
    this.#part("runs-curves").hidden = chosen.length === 0;
    const place = this.#part("runs-differences");
    place.hidden = chosen.length === 0 || compared.length < 2;
    const warning = place.hidden ? "" : caution(compared);
    this.#part("runs-caution").textContent = warning;
    this.#part("runs-caution").hidden = warning === "";
    if (!place.hidden) fillTable(place, columns, differences(compared));
  }

  #part<E extends HTMLElement = HTMLElement>(name: string): E {
    return this.#place.querySelector(`[data-part="${name}"]`) as E;
  }
}

const begunOf = ({ begun, savedAt }: Progress): number => begun ?? savedAt;

function otherOf(run: KeptRun, slot: number): Other {
  const { name, curve, settings } = run;
  const { every, validations } = curve;
  return {
    ...{ number: slot + 1, name, colour: colours[slot], every, validations },
    losses: lossesOf(run),
    V: configOf(settings).V,
  };
}
