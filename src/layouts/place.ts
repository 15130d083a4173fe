// A lesson's bar: the section being read, how far it is, which exercises are passed, and lists that close as menus do.

import { passedEvent, readPassed } from "../reader/passed.ts";

const place = document.querySelector<HTMLElement>(".place");
const reading = place?.querySelector<HTMLElement>("[data-reading]");
const menus = [...(place?.querySelectorAll("details") ?? [])];
const links = [...document.querySelectorAll<HTMLAnchorElement>("[data-sections] > li > a")];
const headings = [...document.querySelectorAll<HTMLElement>(".prose h2")];
const before = reading?.textContent ?? ""; // the first section

const idOf = ({ hash }: HTMLAnchorElement) => decodeURIComponent(hash.slice(1));

/** The section being read is the last whose heading has passed the upper third of the window. */
function mark(): void {
  const current = headings.findLast((h) => h.getBoundingClientRect().top < innerHeight / 3)?.id;
  for (const link of links) {
    if (idOf(link) === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const name = links.find((link) => idOf(link) === current)?.textContent?.trim() ?? before;
  if (reading && reading.textContent !== name) reading.textContent = name;
  const whole = document.documentElement.scrollHeight - innerHeight;
  place?.style.setProperty("--read", String(whole > 0 ? Math.min(1, scrollY / whole) : 1));
}

let waiting = false;

addEventListener(
  "scroll",
  () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  },
  { passive: true },
);
mark();

function tick(): void {
  const passed = readPassed();
  for (const each of document.querySelectorAll<HTMLElement>("[data-tick]")) {
    each.hidden = !((each.dataset.tick ?? "") in passed);
  }
}

addEventListener(passedEvent, tick);
tick();

/** Closes what is open. @returns the name that opened it */
function close(): HTMLElement | null {
  const open = menus.find((menu) => menu.open);
  if (!open) return null;
  open.open = false;
  return open.querySelector("summary");
}

// An open list ends within the window, also where the bar is below the header, and shows where the reader is.
for (const menu of menus) {
  menu.addEventListener("toggle", () => {
    const list = menu.querySelector<HTMLElement>(".panel");
    if (!menu.open || !place || !list) return;
    place.style.setProperty("--top", `${Math.max(0, place.getBoundingClientRect().top)}px`);
    const here = list.querySelector<HTMLElement>("[aria-current]");
    if (here)
      list.scrollTop +=
        here.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 2;
  });
}

place?.addEventListener("click", ({ target }) => {
  if ((target as Element).closest("a")) close();
});
document.addEventListener("pointerdown", ({ target }) => {
  if (!place?.contains(target as Node)) close();
});
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") close()?.focus();
});
place?.addEventListener("focusout", ({ relatedTarget }) => {
  if (relatedTarget && !place.contains(relatedTarget as Node)) close();
});
