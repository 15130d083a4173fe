// A cell of a lesson, as a reader uses it.

import type { Locator } from "playwright-core";
import { find, page, poll } from "./reader.ts";

export const cell = (key: string) => find(`llm-cell[data-key="${key}"]`);
export const run = (one: Locator) => one.locator("[data-run]");
export const status = (one: Locator) => one.locator("[data-status]");

/** What a cell printed, line by line. */
export const printed = (one: Locator) => one.locator("[data-lines] pre").allTextContents();

/** The workers that run cells: that of the language service stays. */
export const workers = () => page.workers().filter((one) => !one.url().includes("/language-"));

/** Opens whatever it is folded into, as a reader does who wants to see it. */
export const unfold = (one: Locator): Promise<void> =>
  one.evaluate((cell) => {
    for (
      let fold = cell.closest("details");
      fold;
      fold = fold.parentElement?.closest("details") ?? null
    ) {
      fold.open = true;
    }
  });

/** Clicks Run and waits for the end. */
export async function runToEnd(one: Locator): Promise<string> {
  await unfold(one);
  await run(one).click();
  return end(one);
}

/** Waits until no run is going on. */
export async function end(one: Locator): Promise<string> {
  const ready = one.locator('[data-run]:enabled:not([aria-disabled="true"])');
  await poll(() => ready.count(), 90_000).toBe(1);
  return (await status(one).textContent()) ?? "";
}

export async function runText(one: Locator, text: string): Promise<string> {
  await paste(one, text);
  return runToEnd(one);
}

/** Turns the listing of a cell into an editor and pastes a text in place of all that is there. */
export async function paste(one: Locator, text: string): Promise<void> {
  await unfold(one);
  const listing = one.locator("[data-code] > pre");
  if (await listing.count()) await listing.click({ position: { x: 120, y: 30 } });
  const content = one.locator(".cm-content");
  await content.focus();
  await content.page().keyboard.press("ControlOrMeta+a");
  await content.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    element.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
    );
  }, text);
}
