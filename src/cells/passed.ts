// What an exercise shows once it is passed: what it has taught, the model with its part lit, the ways on. The panel is in the
// page from the start; it appears when the exercise passes, and where it has passed before.

import { describeWritten } from "../own/written.ts";
import { ordinal } from "../page/numbers.ts";
import { passedEvent, readPassed } from "../reader/passed.ts";
import { unaided } from "../reader/tries.ts";

const steps = 60; // as the button says

const sections = document.querySelectorAll<HTMLElement>("[data-exercise-key]");

// An open workbench covers the contents beside it. What would show above and below it is hidden for as long: see cell.css. A
// :has() that asks the whole lesson would say so too, but with it each text that changes in a lesson has all of it styled again.
const contents = document.querySelector(".lesson > .contents");
const seen = new Set<Element>();
const answered = ":scope > llm-cell .cell-status:not(:empty)";
const cover = () =>
  contents?.toggleAttribute(
    "data-covered",
    [...seen].some((section) => section.querySelector(answered)),
  );
const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) seen.add(target);
    else seen.delete(target);
  }
  cover();
});
const answers = new MutationObserver(cover);
for (const section of sections) {
  sight.observe(section);
  for (const status of section.querySelectorAll(":scope > llm-cell .cell-status")) {
    answers.observe(status, { childList: true });
  }
}

const passedHere = new Set<string>(); // also where storage is blocked

/** Shows the panels of what is passed, and tells how many functions are the reader's. */
function show(): void {
  const passed = readPassed();
  const yours = describeWritten();
  for (const section of sections) {
    for (const place of section.querySelectorAll("[data-yours]")) place.textContent = yours;
    const key = section.dataset.exerciseKey ?? "";
    const panel = section.querySelector<HTMLElement>("[data-panel]");
    if (!panel || !(key in passed || passedHere.has(key))) continue;
    panel.hidden = false;
    light(panel);
    tellUnaided(panel, unaided(key, passed));
    besideOf(section);
  }
}

/** That no hint was needed, and for how many exercises in a row. Where one was opened, nothing is said. */
function tellUnaided(panel: HTMLElement, inRow: number): void {
  const place = panel.querySelector<HTMLElement>("[data-unaided]");
  if (!place) return;
  place.hidden = inRow === 0;
  const more = inRow > 2 ? `, the ${ordinal(inRow)} exercise in a row` : "";
  place.textContent = `Passed without a hint${more}.`;
}

/** A small copy of the page's map, to look at: the parts of this lesson are lit on it. */
function light(panel: HTMLElement): void {
  const place = panel.querySelector<HTMLElement>("[data-lit]");
  const map = document.querySelector(".model .groups")?.parentElement;
  if (!place || !map) return;
  const copy = map.cloneNode(true) as HTMLElement;
  copy.querySelector(".told")?.remove();
  copy.removeAttribute("aria-label");
  place.replaceChildren(copy);
}

for (const section of sections) {
  const button = section.querySelector<HTMLButtonElement>("[data-train]");
  button?.addEventListener("click", async () => {
    const place = section.querySelector<HTMLElement>("[data-training]");
    if (!place || button.ariaDisabled === "true") return;
    button.ariaDisabled = "true"; // switched off it would lose the keyboard's focus
    try {
      const { trainHere } = await import("../own/here.ts");
      await trainHere(place, button.dataset.train ?? "", steps);
    } catch {
      place.textContent = "The training could not be loaded. Reload the page and try again.";
    }
    button.ariaDisabled = null;
  });
}

/** The fold with the reader's lines beside ours, before the solution: made when it is first wanted. */
function besideOf(section: HTMLElement): HTMLDetailsElement {
  const made = section.querySelector<HTMLDetailsElement>("[data-beside]");
  if (made) return made;
  const beside = document.createElement("details");
  beside.className = "reveal";
  beside.dataset.beside = "";
  const summary = document.createElement("summary");
  summary.textContent = "Your lines beside ours";
  const place = document.createElement("div");
  place.className = "reveal-body";
  beside.append(summary, place);
  const solution = section.querySelector("[data-solution]");
  solution?.before(beside);
  beside.addEventListener("toggle", async () => {
    if (!beside.open) return;
    const cell = section.querySelector<HTMLElement & { text: string }>("llm-cell");
    const { showBeside } = await import("./beside.ts");
    const ours = solution?.querySelector("pre")?.textContent ?? "";
    place.replaceChildren(showBeside(cell?.text ?? "", ours));
  });
  return beside;
}

addEventListener(passedEvent, (event) => {
  const key = (event as CustomEvent<string>).detail;
  passedHere.add(key);
  show();
  for (const section of sections) {
    if (section.dataset.exerciseKey !== key) continue;
    const beside = besideOf(section);
    beside.open = false; // so that it is filled with the text that passed now
    beside.open = matchMedia("(min-width: 48rem)").matches; // side by side; on a phone it stays folded
  }
});
show();
