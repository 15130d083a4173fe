// The start page for a reader who comes back: where to go on, and how far the course is. Until it has run, the buttons keep
// their room and are not seen: src/layouts/early.js says before the first paint who has been here.

import { lessons, progress } from "./marks.ts";
import { isDone, nextPlace } from "./next.ts";

const begin = document.querySelector<HTMLAnchorElement>("[data-begin]");
const state = document.querySelector<HTMLElement>("[data-state]");
const next = nextPlace(lessons, progress);
const done = lessons.filter((lesson) => isDone(lesson, progress)).length;
const exercises = lessons.flatMap(({ exercises }) => exercises);
const passed = exercises.filter((exercise) => exercise in progress.passed).length;

if (begin && next) {
  const lesson = lessons.find(({ slug }) => slug === next.slug);
  const link = lesson?.label.closest("li")?.querySelector("a");
  const titles: Record<string, string> = JSON.parse(lesson?.label.dataset.titles ?? "{}");
  const title = titles[next.id] ?? (next.id && progress.at[next.slug]?.title);
  begin.href = `${link?.href}${next.id && `#${next.id}`}`;
  begin.textContent = ["Continue: ", link?.textContent?.trim(), title && `, ${title}`].join("");
} else if (begin && done === lessons.length) {
  begin.href = "/progress/";
  begin.textContent = "You have done it all";
}

if (state && (next || done > 0)) {
  state.textContent = `${passed} of ${exercises.length} exercises passed, ${done} of ${lessons.length} lessons done`;
  document.documentElement.dataset.returning = "known";
} else delete document.documentElement.dataset.returning;
