// The button that brings what the reader wrote in one stage of an exercise into the next. It appears once there is something
// to bring: when the earlier cell no longer holds what it began with.

import type { Bring } from "./bring.ts";
import { type CellElement, changedEvent } from "./changed.ts";

const brings = import.meta.glob<{ bring: Bring }>("/lessons/*/*/bring.ts");

const cellOf = (key: string) =>
  document.querySelector<CellElement>(`llm-cell[data-key="${CSS.escape(key)}"]`);

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-bring]")) {
  const cell = button.closest<CellElement>("llm-cell");
  const earlier = cellOf(button.dataset.bring ?? "");
  if (!cell || !earlier) continue;
  const show = () => {
    button.hidden = !earlier.changed;
  };
  earlier.addEventListener(changedEvent, show);
  show();
  button.addEventListener("click", async () => {
    try {
      const [{ bringIn }, { bring }] = await Promise.all([
        import("./bring.ts"),
        brings[`/${cell.dataset.exercise}/bring.ts`](),
      ]);
      const brought = bringIn(cell.text, earlier.text, bring);
      if (brought) await cell.replaceText(brought.text, brought.line, brought.says);
      else cell.say(`Your code from ${bring.stage} is here already.`);
    } catch {
      cell.say("Your code could not be brought here. Reload the page and try again.");
    }
  });
}
