// What the form does about files: it takes those that are dropped, and offers the kinds that fit.

import { type Config, isLlama } from "@llm.ts/kernels/models.ts";

/** Lets a file be dropped onto a part of the form, as if it had been chosen in the part's own field. */
export function takeDrops(zone: HTMLElement): void {
  const field = zone.querySelector<HTMLInputElement>('input[type="file"]');
  const over = (is: boolean) => zone.toggleAttribute("data-over", is);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  zone.addEventListener("dragleave", () => over(false));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!field || !event.dataTransfer?.files.length) return;
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/** Offers the kinds of files that can hold the weights of a model. */
export function showKinds(select: HTMLSelectElement, config: Config): void {
  for (const option of select.options) {
    option.hidden = isLlama(config) && "gpt2Only" in option.dataset;
    option.disabled = option.hidden;
  }
  if (select.selectedOptions[0]?.disabled) select.selectedIndex = 0;
}
