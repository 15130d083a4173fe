// Marks in the table of lessons which exercises the reader has passed.

import { readPassed } from "../cells/progress.ts";

const passed = readPassed();

for (const label of document.querySelectorAll<HTMLElement>("[data-exercises]")) {
  const exercises = label.dataset.exercises?.split(" ").filter(Boolean) ?? [];
  const done = exercises.filter((exercise) => exercise in passed).length;
  if (done === 0) continue;
  const all = done === exercises.length;
  label.textContent = all ? "passed" : `${done} of ${exercises.length} passed`;
  label.classList.toggle("passed", all);
}
