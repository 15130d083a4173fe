// The memory plan of the chosen settings: a bar, a table, and a sentence where it does not fit.

import { countParameters } from "@llm.ts/kernels/models.ts";
import { formatBytes, type Limits } from "@llm.ts/kernels/runtime/plan.ts";
import { integer } from "../../page/numbers.ts";
import { fitRun, type RunPlan, savingFor } from "../../training/plan.ts";
import { modelName } from "../../training/settings.ts";
import { deviceLimits } from "../limits.ts";
import type { Gpu } from "../protocol.ts";

const purposes: Record<string, string> = {
  parameters: "what is learned",
  gradients: "one for each parameter",
  m: "AdamW: running mean of each gradient",
  v: "AdamW: running mean of its square",
  copies: "matrices in 16 bits, as matmul reads them",
  constants: "the angles by which queries and keys turn",
  activations: "kept from forward for backward",
  scratch: "gradients of activations, logits, losses",
};

/**
 * Draws the plan.
 *
 * @param gpu the one that WebGPU offers, if there is one
 * @returns whether it fits into the memory that a run may take
 */
export function drawMemory(place: HTMLElement, plan: RunPlan, gpu: Gpu | null): boolean {
  const { settings, tier, config } = plan;
  const limits = deviceLimits(tier, gpu);
  const fit = fitRun(plan, limits);
  const { groups, bytes } = plan.memory;
  const rows = Object.entries(groups);

  const bar = place.querySelector("[data-bar]");
  bar?.replaceChildren(
    ...rows.map(([group, size]) => {
      const part = document.createElement("span");
      part.dataset.group = group;
      part.style.flexGrow = String(size / bytes);
      return part;
    }),
  );
  const body = place.querySelector("tbody");
  body?.replaceChildren(
    ...rows.map(([group, size]) => row(group, size, bytes)),
    total("All", bytes, `${integer(countParameters(config))} parameters`),
  );
  const whole = place.querySelector("[data-total]");
  if (whole) whole.textContent = formatBytes(bytes);
  const verdict = place.querySelector<HTMLElement>("[data-verdict]");
  if (verdict) {
    verdict.dataset.verdict = fit.fits ? "fits" : "too large";
    verdict.textContent = fit.fits
      ? `It is taken once, before the first step. ${most(limits)}`
      : `${modelName(settings)} with ${fit.reason}${saving(plan, limits)}`;
  }
  return fit.fits;
}

/** Another way on, where there is one: the same sizes, with less that is kept. */
function saving({ config, options }: RunPlan, limits: Limits): string {
  const found = savingFor(config, options, limits);
  if (found === null) return "";
  const again = found.recompute && !options.recompute && "LayerNorm and GELU are computed again";
  const narrow = found.activations && `activations wait in ${found.activations}`;
  const how = [again, narrow].filter(Boolean).join(" and ");
  return ` As it is it needs ${formatBytes(found.bytes)} and fits if ${how}: see More settings.`;
}

/** What a GPU's memory holds of a run, beside what was planned. The rest is for sums in parts, and for alignment. */
export function deviceMemory(bytes: number, { memory }: RunPlan): string {
  return `${formatBytes(bytes)}, planned ${formatBytes(memory.bytes)}`;
}

function most({ maxBytes }: Limits): string {
  return maxBytes === Infinity
    ? "Browsers do not say how much memory a graphics processor has: if this is too much, you will be told at the start."
    : `A run may take up to ${formatBytes(maxBytes)} here.`;
}

function row(group: string, size: number, all: number): HTMLTableRowElement {
  const line = total(group, size, purposes[group] ?? "");
  const key = document.createElement("span");
  key.className = "key";
  key.dataset.group = group;
  line.cells[0].prepend(key);
  line.cells[1].title = `${((100 * size) / all).toFixed(1)}% of the whole`;
  return line;
}

function total(name: string, size: number, note: string): HTMLTableRowElement {
  const line = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  line.append(head);
  for (const text of [formatBytes(size), note]) line.insertCell().textContent = text;
  return line;
}
