// Marks in the table of lessons what the reader has read and which exercises are passed.

import { collectProgress, type Progress } from "./progress.ts";

const { read, passed } = collect();

for (const label of document.querySelectorAll<HTMLElement>("[data-exercises]")) {
  const exercises = label.dataset.exercises?.split(" ").filter(Boolean) ?? [];
  const done = exercises.filter((exercise) => exercise in passed).length;
  const isRead = (label.dataset.lesson ?? "") in read;
  if (done === 0 && !isRead) continue;
  const all = done === exercises.length;
  const marks = isRead ? ["read"] : [];
  if (exercises.length > 0) {
    marks.push(all ? "passed" : `${done} of ${exercises.length} passed`);
  }
  label.textContent = marks.join(", ");
  label.classList.toggle("passed", all);
}

/** Nothing where storage is blocked: the table then stays as it is. */
function collect(): Pick<Progress, "read" | "passed"> {
  try {
    return collectProgress(localStorage);
  } catch {
    return { read: {}, passed: {} };
  }
}
