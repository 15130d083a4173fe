// Fills the parts of the map by how many exercises of their lessons are passed; those of a lesson without any when it is read.

import { passedEvent, readPassed } from "../reader/passed.ts";
import { readKey, readTimes } from "../reader/stored.ts";

function fill(): void {
  const [passed, read] = [readPassed(), readTimes(readKey)];
  for (const part of document.querySelectorAll<HTMLElement>("[data-fill]")) {
    const exercises = part.dataset.fillExercises?.split(" ").filter(Boolean) ?? [];
    const done = exercises.filter((exercise) => exercise in passed).length;
    const isRead = (part.dataset.fill ?? "") in read;
    const share = exercises.length > 0 ? done / exercises.length : isRead ? 1 : 0;
    part.style.setProperty("--fill", String(share));
    part.toggleAttribute("data-full", share === 1);
    part.title = exercises.length > 0 ? `${done} of ${exercises.length} exercises passed` : "";
  }
}

addEventListener(passedEvent, fill);
fill();
