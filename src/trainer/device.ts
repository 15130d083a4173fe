// What computes a run: the choice in the form, and the sentences about it.

import type { Choice } from "@llm.ts/kernels/runtime/choose.ts";
import { inSoftware } from "../gpu/device.ts";
import { type DeviceNote, isChoice } from "../training/progress.ts";
import type { Tier } from "../training/tiers.ts";
import type { FoundGpu, Means } from "./protocol.ts";

const storageKey = "llm.ts kernels";
const choicesKept = 8;

export class DevicePanel {
  readonly #place: HTMLElement;
  #found: FoundGpu = { gpu: null, why: "" };
  #chosen: Tier | undefined; // by the reader

  /** @param onChange told when another tier is chosen */
  constructor(place: HTMLElement, onChange: () => void) {
    this.#place = place;
    place.addEventListener("change", () => {
      this.#chosen = this.tier;
      this.#say();
      onChange();
    });
  }

  get tier(): Tier {
    const radio = this.#place.querySelector<HTMLInputElement>('input[name="tier"]:checked');
    return radio?.value === "WebGPU" ? "WebGPU" : "TypeScript";
  }

  get gpu(): FoundGpu["gpu"] {
    return this.#found.gpu;
  }

  /**
   * WebGPU where there is one, unless the reader has chosen otherwise.
   *
   * @param resumable what has computed the run that could be resumed: it goes on with the same bits only there
   */
  found(found: FoundGpu, resumable: Tier | undefined): void {
    this.#found = found;
    const { gpu } = found;
    const tier = gpu ? (this.#chosen ?? resumable ?? "WebGPU") : "TypeScript";
    for (const radio of this.#place.querySelectorAll<HTMLInputElement>('input[name="tier"]')) {
      radio.checked = radio.value === tier;
      if (radio.value === "WebGPU") radio.disabled = !gpu;
    }
    const name = this.#place.querySelector("[data-adapter]");
    if (name) name.textContent = gpu ? gpu.name : "not here";
    this.#say();
  }

  means(): Means {
    return { tier: this.tier, choices: readChoices() };
  }

  #say(): void {
    const note = this.#place.querySelector("[data-note]");
    if (note) note.textContent = sentences(this.tier, this.#found);
  }
}

/** Keeps a choice of kernels, so that they need not be timed again on the next visit. */
export function rememberChoice({ choice }: DeviceNote): void {
  if (!choice) return;
  const others = readChoices().filter(({ key }) => key !== choice.key);
  try {
    localStorage.setItem(storageKey, JSON.stringify([choice, ...others].slice(0, choicesKept)));
  } catch {
    // No storage, or none left: the kernels are timed again.
  }
}

/** What a run is computed by, in one line. */
export function describeDevice({ tier, adapter, choice }: DeviceNote): string {
  if (tier === "TypeScript") return "Computed by TypeScript, in one thread of the processor.";
  const forms = Object.entries(choice?.forms ?? {}).map(([kernel, form]) => {
    const timings = choice?.timings?.filter((each) => each.kernel === kernel && each.form === form);
    const { gflops, shape } = timings?.at(-1) ?? {};
    const rate = gflops ? `, ${gflops.toPrecision(2)} GFLOP/s at ${shape}` : "";
    return `${kernel} in the form ${form}${rate}`;
  });
  return `Computed by WebGPU on ${adapter}. Fastest there: ${forms.join("; ")}.`;
}

export function readChoices(): Choice[] {
  try {
    const choices: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(choices) ? choices.filter(isChoice) : [];
  } catch {
    return []; // nothing that could be read
  }
}

function sentences(tier: Tier, { gpu, why }: FoundGpu): string {
  if (!gpu) return `${why} Training runs in TypeScript, in one thread of the processor.`;
  if (tier === "WebGPU") {
    return gpu.software
      ? `WebGPU is used because the browser offers it. ${inSoftware}`
      : "WebGPU is used because this browser offers a graphics processor, which computes many numbers at once.";
  }
  return gpu.software
    ? `TypeScript runs in one thread of the processor. WebGPU is offered too. ${inSoftware}`
    : "TypeScript runs in one thread of the processor. For all but the smallest model the graphics processor is much faster.";
}
