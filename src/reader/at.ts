// Notes where in a lesson the reader is: at which section, or exercise, of its list of contents.

import { atKey, type Place, parse, placesOf } from "./stored.ts";

const lesson = document.querySelector<HTMLElement>("article[data-lesson]")?.dataset.lesson;
const links = new Map(
  Array.from(document.querySelectorAll<HTMLAnchorElement>("[data-sections] a"), (link) => [
    decodeURIComponent(link.hash.slice(1)),
    link.firstChild?.textContent?.trim() ?? "",
  ]),
);
const stops = [...links.keys()].map((id) => document.getElementById(id));

let noted: string | undefined;
let waiting = false;

function note(): void {
  waiting = false;
  const id = stops.findLast(
    (stop) => stop && stop.getBoundingClientRect().top < innerHeight / 3,
  )?.id;
  if (!lesson || id === noted) return;
  noted = id;
  const place: Place = {
    id: id ?? "",
    title: links.get(id ?? "") ?? "",
    on: new Date().toISOString(),
  };
  try {
    const places = { ...placesOf(parse(localStorage.getItem(atKey))), [lesson]: place };
    localStorage.setItem(atKey, JSON.stringify(places));
  } catch {
    // Storage is blocked or full: the start page then leads to the lesson, and not to a place in it.
  }
}

addEventListener(
  "scroll",
  () => {
    if (!waiting) requestAnimationFrame(note);
    waiting = true;
  },
  { passive: true },
);
