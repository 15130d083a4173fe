// Notes that a lesson was read: its end came into view.

import { noteTime, readKey } from "./stored.ts";

const lesson = document.querySelector<HTMLElement>("article[data-lesson]")?.dataset.lesson;
const end = document.querySelector("[data-end]");

if (lesson && end) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    noteTime(readKey, lesson);
  });
  observer.observe(end);
}
