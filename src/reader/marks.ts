// Marks in the table of lessons what the reader has read and which exercises are passed.

import { collectProgress, noProgress, type Progress } from "./progress.ts";

export const progress = collect();
export const lessons = Array.from(
  document.querySelectorAll<HTMLElement>("[data-exercises]"),
  (label) => ({
    label,
    slug: label.dataset.lesson ?? "",
    exercises: label.dataset.exercises?.split(" ").filter(Boolean) ?? [],
    optional: label.dataset.optional?.split(" ") ?? [],
  }),
);

for (const { label, slug, exercises } of lessons) {
  const done = exercises.filter((exercise) => exercise in progress.passed).length;
  const isRead = slug in progress.read;
  if (done === 0 && !isRead) continue;
  const all = done === exercises.length;
  const marks = isRead ? ["read"] : [];
  if (exercises.length > 0) {
    marks.push(all ? "passed" : `${done} of ${exercises.length} passed`);
  }
  label.textContent = marks.join(", ");
  label.classList.toggle("passed", all);
}

/** Nothing where storage is blocked: the page then stays as it is. */
function collect(): Progress {
  try {
    return collectProgress(localStorage);
  } catch {
    return noProgress();
  }
}
