// What computes a run: the choice in the form, and the sentences about it.

import { readChoices } from "../../gpu/choices.ts";
import { inSoftware } from "../../gpu/device.ts";
import type { DeviceNote } from "../../training/progress.ts";
import { bestTier, isTier, type Tier, tiers } from "../../training/tiers.ts";
import { threadsHere } from "../../wasm/threads.ts";
import type { Computer, FoundGpu } from "../protocol.ts";

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
    return isTier(radio?.value) ? radio.value : bestTier(false);
  }

  get gpu(): FoundGpu["gpu"] {
    return this.#found.gpu;
  }

  /**
   * The best that can be had, unless the reader has chosen otherwise.
   *
   * @param resumable what has computed the run that could be resumed: it goes on with the same bits only there
   */
  found(found: FoundGpu, resumable: Tier | undefined): void {
    this.#found = found;
    const { gpu } = found;
    const tier = [this.#chosen, resumable].find((each) => each && (gpu || !tiers[each].gpu));
    const checked = tier ?? bestTier(gpu !== null && !gpu.software);
    for (const radio of this.#place.querySelectorAll<HTMLInputElement>('input[name="tier"]')) {
      radio.checked = radio.value === checked;
      radio.disabled = isTier(radio.value) && tiers[radio.value].gpu && !gpu;
    }
    const name = this.#place.querySelector("[data-adapter]");
    if (name) name.textContent = gpu ? gpu.name : "not here";
    this.#say();
  }

  computer(): Computer {
    return { tier: this.tier, choices: readChoices() };
  }

  #say(): void {
    const note = this.#place.querySelector("[data-note]");
    if (note) note.textContent = sentences(this.tier, this.#found);
  }
}

/** What a run is computed by, in one line. */
export function describeDevice({ tier, adapter, choice, threads, simd }: DeviceNote): string {
  const { gpu, where } = tiers[tier];
  if (!gpu) return `Computed by ${tier}, ${threads ? onThreads(threads, simd) : where}.`;
  const forms = Object.entries(choice?.forms ?? {}).map(([kernel, form]) => {
    const timings = choice?.timings?.filter((each) => each.kernel === kernel && each.form === form);
    const { gflops, shape } = timings?.at(-1) ?? {};
    const rate = gflops ? `, ${gflops.toPrecision(2)} GFLOP/s at ${shape}` : "";
    return `${kernel} in the form ${form}${rate}`;
  });
  return `Computed by ${tier} on ${adapter}. Fastest there: ${forms.join("; ")}.`;
}

const onThreads = (threads: number, simd: DeviceNote["simd"]): string =>
  `on ${threads === 1 ? "one thread" : `${threads} threads`} of the processor, with ${simd} SIMD`;

/** Where a tier of the processor runs, and why so. */
function whereOf(tier: Tier): string {
  if (tier !== "WebAssembly") return tiers[tier].where;
  const { threads, why } = threadsHere();
  return `on ${threads === 1 ? "one thread" : `${threads} threads`} of the processor, ${why}`;
}

function sentences(tier: Tier, { gpu, why }: FoundGpu): string {
  const { gpu: needsGpu } = tiers[tier];
  const where = whereOf(tier);
  if (!gpu) return `${why} Training runs in ${tier}, ${where}.`;
  if (needsGpu) {
    return gpu.software
      ? `${tier} is used because the browser offers it. ${inSoftware}`
      : `${tier} is used because this browser offers a graphics processor, which computes many numbers at once.`;
  }
  return gpu.software
    ? `${tier} runs ${where}. A graphics processor is offered too. ${inSoftware}`
    : `${tier} runs ${where}. For all but the smallest model the graphics processor is much faster.`;
}
