// The list of a lesson's sections: folded on narrow screens, and marking the section being read.

const details = document.querySelector<HTMLDetailsElement>(".contents details");
const beside = matchMedia("(min-width: 80rem)");

function fold(): void {
  if (details) details.open = beside.matches;
}

fold();
beside.addEventListener("change", fold);

const links = new Map<string, HTMLAnchorElement>();
for (const link of document.querySelectorAll<HTMLAnchorElement>(".contents a")) {
  links.set(decodeURIComponent(link.hash.slice(1)), link);
  link.addEventListener("click", () => {
    if (!beside.matches && details) details.open = false;
  });
}

const headings = [...document.querySelectorAll<HTMLElement>(".prose h2")];

/** The section being read is the last whose heading has passed the upper third of the window. */
function mark(): void {
  const passed = headings.filter((h) => h.getBoundingClientRect().top < innerHeight / 3);
  const reading = passed.at(-1)?.id;
  for (const [id, link] of links) {
    if (id === reading) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
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
