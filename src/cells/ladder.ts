// The ladder of an exercise: hints that come one after the other, and the solution last. Each appears when the one before it
// has been opened; the next one is offered after the second try that failed. All are there without JavaScript.

import { ordinal } from "../page/numbers.ts";
import { passedEvent, readPassed } from "../reader/passed.ts";
import { noteHints, readTries } from "../reader/tries.ts";
import { triedEvent } from "./tried.ts";

const patience = 2; // tries that fail before a hint is offered

const sections = [...document.querySelectorAll<HTMLElement>("[data-exercise-key]")];
const passedHere = new Set<string>();

function show(section: HTMLElement): void {
  const key = section.dataset.exerciseKey ?? "";
  const passed = passedHere.has(key) || key in readPassed();
  section.querySelector(".ladder")?.classList.toggle("whole", passed);
  const said = section.querySelector<HTMLElement>("[data-tries]");
  const count = readTries(key);
  if (said) said.textContent = count > 0 ? `${passed ? "at the " : ""}${ordinal(count)} try` : "";
}

/** A line with the next hint that has not been opened, after a try that failed. */
function offer(section: HTMLElement): void {
  const place = section.querySelector<HTMLElement>("[data-offer]");
  const rungs = [...section.querySelectorAll<HTMLDetailsElement>(".ladder > .reveal")];
  const next = rungs.find((rung) => !rung.open && !rung.classList.contains("seen"));
  if (!place || !next || readTries(section.dataset.exerciseKey ?? "") < patience) return;
  const summary = next.querySelector("summary");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  const name = summary?.textContent ?? "";
  button.textContent = "solution" in next.dataset ? "the solution" : name;
  button.addEventListener("click", () => {
    next.open = true;
    next.scrollIntoView({ block: "nearest" });
    summary?.focus();
    place.replaceChildren();
  });
  place.replaceChildren("If you are stuck, open ", button); // a full stop would be alone on a line
}

for (const section of sections) {
  for (const rung of section.querySelectorAll<HTMLDetailsElement>(".ladder > .reveal")) {
    rung.addEventListener("toggle", () => {
      if (!rung.open) return;
      rung.classList.add("seen");
      const key = section.dataset.exerciseKey ?? "";
      if (passedHere.has(key) || key in readPassed()) return;
      noteHints(key, section.querySelectorAll(".ladder > .seen").length);
    });
  }
  show(section);
}

const sectionOf = (event: Event) =>
  sections.find(({ dataset }) => dataset.exerciseKey === (event as CustomEvent<string>).detail);

addEventListener(triedEvent, (event) => {
  const section = sectionOf(event);
  if (!section) return;
  section.querySelector("[data-offer]")?.replaceChildren();
  show(section);
  if (!section.querySelector(".ladder.whole")) offer(section);
});
addEventListener(passedEvent, (event) => {
  passedHere.add((event as CustomEvent<string>).detail);
  const section = sectionOf(event);
  section?.querySelector("[data-offer]")?.replaceChildren();
  if (section) show(section);
});
