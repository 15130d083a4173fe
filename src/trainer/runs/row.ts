// A kept run in the list: whether it is in the chart, its name, how far it came, and what can be done with it.

import { duration, integer } from "../../page/numbers.ts";
import { modelOf } from "./compare.ts";
import { type KeptRun, lastValidation, stepsOf } from "./kept.ts";

export interface RowActions {
  choose(chosen: boolean): void;
  rename(name: string): void;
  remove(): void;
  again(): void;
  link(): void;
}

export interface RowState {
  readonly own: boolean; // whether it is the run that is shown
  readonly colour: string | null; // null: it is not in the chart
  readonly number: number | null; // in the chart
  readonly full: boolean; // whether the chart has no room for another
}

export class RunRow {
  readonly element: HTMLElement;

  constructor(template: HTMLTemplateElement, actions: RowActions) {
    this.element = template.content.firstElementChild?.cloneNode(true) as HTMLElement;
    const [show, name] = [this.#input("show"), this.#input("name")];
    show.addEventListener("change", () => actions.choose(show.checked));
    name.addEventListener("change", () => {
      if (name.value.trim() !== "") actions.rename(name.value.trim());
    });
    name.addEventListener("keydown", ({ key }) => {
      if (key === "Enter") name.blur();
    });
    this.#part("delete").addEventListener("click", () => actions.remove());
    this.#part("again").addEventListener("click", () => actions.again());
    this.#part("link").addEventListener("click", () => actions.link());
  }

  show(run: KeptRun, { own, colour, number, full }: RowState): void {
    const [show, name, key] = [this.#input("show"), this.#input("name"), this.#part("key")];
    show.checked = colour !== null;
    show.disabled = own || (full && colour === null);
    show.setAttribute("aria-label", `${run.name} in the loss chart`);
    key.style.background = colour ?? "none";
    key.textContent = number === null ? "" : `${number}`;
    name.setAttribute("aria-label", `Name of the run begun ${when(run.begun)}`);
    if (document.activeElement !== name) name.value = run.name;
    for (const button of this.element.querySelectorAll("button")) {
      button.setAttribute("aria-label", `${button.textContent}: ${run.name}`);
    }
    const told = describeRun(run, own);
    if (this.#part("told").textContent !== told) this.#part("told").textContent = told;
    const sample = this.#part("sample");
    sample.hidden = run.sample === null;
    const writing = sample.querySelector(".writing");
    if (writing && run.sample) writing.textContent = `${run.sample.prompt}${run.sample.text}`;
  }

  #part(name: string): HTMLElement {
    return this.element.querySelector(`[data-run="${name}"]`) as HTMLElement;
  }

  #input(name: string): HTMLInputElement {
    return this.#part(name) as HTMLInputElement;
  }
}

/** How far a run came, and how. */
export function describeRun(run: KeptRun, own: boolean): string {
  const { settings, step, end, text, weights, device, seconds, begun } = run;
  const validation = lastValidation(run);
  const far =
    end === "diverged"
      ? `diverged at step ${integer(step + 1)} of ${integer(stepsOf(run))}`
      : end === "finished"
        ? `all ${integer(step)} steps`
        : `${integer(step)} of ${integer(stepsOf(run))} steps`;
  return [
    ...(own ? ["the run above"] : []),
    far,
    ...(validation === undefined ? [] : [`validation loss ${validation.toFixed(3)}`]),
    `${modelOf(settings)} on ${text}${weights && `, from ${weights}`}`,
    `${duration(seconds)} with ${device.tier}`,
    when(begun),
  ].join(" · ");
}

function when(time: number): string {
  return new Date(time).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}
