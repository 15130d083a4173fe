// The end of a lesson, filled from what was passed and guessed in it, now or before.

import { describeGuesses, type Guesses } from "./did.ts";
import { guessedEvent } from "./guesses.ts";
import { passedEvent, readPassed } from "./passed.ts";

const place = document.querySelector<HTMLElement>("[data-done]");
const sections = [...document.querySelectorAll<HTMLElement>("[data-exercise-key]")];
const passedHere = new Set<string>(); // also where storage is blocked

const part = (name: string) => place?.querySelector<HTMLElement>(`[data-done-${name}]`);

/** The exercise's title, as a link to it. */
function linkTo(section: HTMLElement): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = `#${section.id}`;
  link.textContent = section.ariaLabel?.replace(/^Exercise: /, "") ?? "";
  return link;
}

/** What an exercise has taught, as its own panel says it. */
function learnedIn(section: HTMLElement): Node[] {
  const said = section.querySelector(".passed-learned");
  const nodes = [...(said?.childNodes ?? [])].filter((node) => node.nodeName !== "B");
  return nodes.map((node) => node.cloneNode(true));
}

function countGuesses(): Guesses {
  const asked = [...document.querySelectorAll<HTMLElement>("llm-predict")];
  const count = (held: string) => asked.filter(({ dataset }) => dataset.committed === held).length;
  return {
    asked: asked.length,
    made: asked.filter(({ dataset }) => dataset.committed !== undefined).length,
    right: count("right"),
    near: count("near"),
    line: document.querySelector("llm-line[data-right]") !== null,
  };
}

function show(): void {
  const passed = readPassed();
  const isPassed = ({ dataset: { exerciseKey = "" } }: HTMLElement) =>
    exerciseKey in passed || passedHere.has(exerciseKey);
  const done = sections.filter(isPassed);
  const left = sections.filter((section) => !isPassed(section));
  const guesses = describeGuesses(countGuesses());
  const [label, list, said, open] = ["label", "list", "guesses", "open"].map(part);
  if (!place || !label || !list || !said || !open) return;
  place.hidden = done.length === 0 && guesses === "";
  if (place.hidden) return;
  const wanted = left.filter(({ dataset }) => dataset.optional === undefined);
  label.textContent =
    wanted.length === 0 && done.length > 0 ? "What you can do now" : "In this lesson so far";
  list.replaceChildren(
    ...done.map((section) => {
      const item = document.createElement("li");
      const learned = learnedIn(section);
      item.append(linkTo(section), ...(learned.length > 0 ? [". ", ...learned] : []));
      return item;
    }),
  );
  said.textContent = guesses;
  open.replaceChildren();
  if (left.length > 0) {
    const links = left.flatMap((section, i) => [
      ...(i > 0 ? ["; "] : []),
      linkTo(section),
      ...(section.dataset.optional === undefined ? [] : [" (optional)"]),
    ]);
    open.append("Still open: ", ...links, ".");
  }
}

addEventListener(passedEvent, (event) => {
  passedHere.add((event as CustomEvent<string>).detail);
  show();
});
addEventListener(guessedEvent, show);
show();
