// Notes that a lesson was read: its end came into view. Kept in this browser under "llm.ts/read".

import type { Progress } from "./progress.ts";

const key = "llm.ts/read";

const lesson = document.querySelector<HTMLElement>("[data-lesson]")?.dataset.lesson;
const end = document.querySelector("[data-end]");

if (lesson && end) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    try {
      const read: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
      const times = typeof read === "object" && read !== null && !Array.isArray(read) ? read : {};
      const all: Progress["read"] = { [lesson]: new Date().toISOString(), ...times };
      localStorage.setItem(key, JSON.stringify(all));
    } catch {
      // A mark on the start page is not worth a complaint.
    }
  });
  observer.observe(end);
}
