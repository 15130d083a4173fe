// The search: an input, the names that the course gives, and what Pagefind finds in the index that was made when the site
// was built. Nothing is loaded before the reader types, and nothing leaves the site.

import { findNames, meant, type Named } from "./names.ts";
import {
  bare,
  coverage,
  hasFormula,
  inSigns,
  orderSections,
  type Section,
  trimExcerpt,
  wordsOf,
} from "./term.ts";

interface Pagefind {
  init(): Promise<void>;
  debouncedSearch(term: string): Promise<{ results: Result[] } | null>;
  search(term: string): Promise<{ results: Result[] }>;
}

interface Result {
  id: string; // of the page
  data(): Promise<Found>;
}

/** One page with its sections that match. */
interface Found {
  url: string;
  meta: { title?: string };
  excerpt: string; // HTML: the text, escaped, with <mark> around the words that were found
  sub_results: (Section & { url: string })[];
}

const kinds: Record<Named["kind"], string> = {
  ...{ lesson: "lesson", exercise: "exercise", section: "section", page: "page" },
  ...{ symbol: "symbol", word: "glossary" },
};
const patience = 400; // milliseconds until it is said that something is looked for
const most = 12; // pages
const sections = 4; // of each

class Search extends HTMLElement {
  #pagefind: Promise<Pagefind> | undefined;
  #names: Promise<Named[]> | undefined;

  connectedCallback(): void {
    const input = this.#input;
    if (this.#isPage) input.value = new URLSearchParams(location.search).get("q") ?? "";
    input.addEventListener("input", () => this.#search());
    this.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.querySelector<HTMLElement>("a[data-found]")?.click();
    });
    this.addEventListener("keydown", (event) => this.#move(event));
    if (input.value) this.#search();
  }

  /** Whether it is the page of its own. */
  get #isPage(): boolean {
    return "page" in this.dataset;
  }

  /** The arrows go from the field through what is found, and back. */
  #move(event: KeyboardEvent): void {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    const stops = [this.#input, ...this.querySelectorAll<HTMLElement>("a[data-found]")];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    event.preventDefault();
    stops[Math.max(0, Math.min(stops.length - 1, at + by))].focus();
  }

  async #search(): Promise<void> {
    const term = this.#input.value.trim();
    if (this.#isPage) {
      history.replaceState(null, "", term ? `?q=${encodeURIComponent(term)}` : location.pathname);
    }
    if (!term) {
      this.#list.replaceChildren();
      return this.#show("", []);
    }
    // On a slow machine what was found for something else is not left for the answer.
    const waiting = setTimeout(() => {
      if (this.#input.value.trim() === term) this.#show(`Searching for “${term}” …`, []);
    }, patience);
    try {
      this.#names ??= fetch("/names.json").then((answer) => answer.json());
      const names = findNames(await this.#names, term);
      if (this.#input.value.trim() !== term) return;
      this.#list.replaceChildren(...names.map(showName));
      const asked = meant(names, term) ?? term;
      const { pages: found, term: searched } = await search(await this.#load(), asked);
      if (found === null) return; // the reader has typed on
      const pages = await Promise.all(found.slice(0, most).map((result) => result.data()));
      if (this.#input.value.trim() !== term) return;
      if (pages.length > 0 && !isNear(pages[0], searched)) pages.length = 0;
      const first = placeOf(names[0]);
      const worth = ({ url, sub_results }: Found) => {
        const has = sub_results.some(({ excerpt }) => hasFormula(excerpt, searched));
        return [Number(url === first?.page), Number(has), coverage(sub_results, searched)];
      };
      const sorted = pages
        .map((page) => ({ page, worth: worth(page) }))
        .sort((a, b) => a.worth.reduce((by, value, i) => by || b.worth[i] - value, 0))
        .map(({ page }) => page);
      const count = pages.length && found.length;
      const near = asked === term ? "" : `, the nearest word to “${term}”`;
      const pagesFound = `${count} ${count === 1 ? "page" : "pages"} for “${asked}”${near}`;
      const status =
        count === 0
          ? names.length > 0
            ? `No page is found for “${term}”.`
            : `Nothing is found for “${term}”. Try one word of it, or look in the glossary.`
          : `${pagesFound}${count > most ? `; the first ${most} are shown` : ""}.`;
      this.#show(status, sorted, searched, first?.url);
    } catch {
      this.#pagefind = undefined;
      this.#names = undefined;
      this.#show(
        "The search index could not be loaded. It is made when the site is built (npm run build); if you are reading the built site, reload the page.",
        [],
      );
    } finally {
      clearTimeout(waiting);
    }
  }

  #load(): Promise<Pagefind> {
    this.#pagefind ??= (async () => {
      const address = "/pagefind/pagefind.js"; // beside the pages, not among the site's own modules
      const pagefind: Pagefind = await import(/* @vite-ignore */ address);
      await pagefind.init();
      return pagefind;
    })();
    return this.#pagefind;
  }

  /** @param first the section that comes before the others of its page */
  #show(status: string, pages: readonly Found[], term = "", first?: string): void {
    const place = this.querySelector("[data-status]") as HTMLElement;
    if (place.textContent !== status) place.textContent = status;
    const list = this.querySelector("[data-results]") as HTMLElement;
    list.replaceChildren(...pages.map((page) => showPage(page, term, this.#isPage ? 2 : 3, first)));
  }

  get #list(): HTMLElement {
    return this.querySelector("[data-names]") as HTMLElement;
  }

  get #input(): HTMLInputElement {
    return this.querySelector("input") as HTMLInputElement;
  }
}

/**
 * Pages that have the words, those first in which they follow one another; null where another search has begun. Where signs
 * were spelled out, it is for the signs that is looked, unless the words themselves are found.
 */
async function search(
  pagefind: Pagefind,
  term: string,
): Promise<{ pages: Result[] | null; term: string }> {
  const found = await pagefind.debouncedSearch(asWords(term));
  if (found === null) return { pages: null, term };
  const signs = inSigns(term);
  const isFound = found.results.length > 0 && isNear(await found.results[0].data(), term);
  if (signs !== term && !isFound) {
    const { results } = await pagefind.search(asWords(signs));
    return { pages: results, term: signs };
  }
  if (wordsOf(term).length < 2) return { pages: found.results, term };
  const together = await pagefind.search(`"${asWords(term)}"`);
  const ids = new Set(together.results.map(({ id }) => id));
  const has = ({ id }: Result) => ids.has(id);
  const others = found.results.filter((result) => !has(result));
  return { pages: [...found.results.filter(has), ...others], term };
}

const asWords = (term: string) => wordsOf(term).join(" ") || term;

/** Where a name leads that is of a lesson or in one: its page is the first of those that are found. */
function placeOf(named: Named | undefined): { page: string; url: string } | undefined {
  if (!named || !["lesson", "exercise", "section"].includes(named.kind)) return undefined;
  return { page: named.url.replace(/#.*/, ""), url: named.url };
}

/**
 * Whether a page was found for the term, or only for the first letters of it: a word that stands nowhere is shortened by
 * Pagefind until something is found, which helps after a slip at its end and else finds every x for "xyz". At least half
 * of one word must be there. What holds of the best page holds of all.
 */
function isNear({ excerpt, sub_results }: Found, term: string): boolean {
  const marks = [excerpt, ...sub_results.map((section) => section.excerpt)].flatMap((html) =>
    html.split(/<\/?mark>/).filter((_, i) => i % 2 === 1),
  );
  const halves = wordsOf(term).map((word) => word.slice(0, Math.ceil(word.length / 2)));
  return (
    marks.length === 0 || // found by its title
    halves.some((half) => marks.some((mark) => bare(mark).includes(half)))
  );
}

function showName({ name, kind, says, url }: Named): HTMLElement {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = url;
  link.dataset.found = "";
  const part = (text: string, className: string, tag: "span" | "code" = "span") => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };
  const title = part(name, "name", kind === "symbol" ? "code" : "span");
  link.append(title, " ", part(says, "says"), " ", part(kinds[kind], "label"));
  item.append(link);
  return item;
}

/** @param level of the page's heading */
function showPage(
  { url, meta, excerpt, sub_results }: Found,
  term: string,
  level: 2 | 3,
  first?: string,
): HTMLElement {
  const item = document.createElement("li");
  item.append(makeHeading(level, meta.title ?? url, url));
  const within = sub_results.filter((section) => section.url !== url);
  const inside = orderSections(within, term, meta.title)
    .sort((a, b) => Number(b.url === first) - Number(a.url === first))
    .slice(0, sections);
  if (inside.length === 0) item.append(makeExcerpt(trimExcerpt(excerpt, meta.title)));
  for (const { title, url, excerpt } of inside) {
    item.append(makeHeading(level + 1, title, url), makeExcerpt(trimExcerpt(excerpt, title)));
  }
  return item;
}

function makeHeading(level: number, text: string, url: string): HTMLElement {
  const heading = document.createElement(`h${level}`);
  const link = document.createElement("a");
  link.dataset.found = "";
  link.href = url;
  link.textContent = text.replace(/#$/, ""); // the heading's link to itself
  heading.append(link);
  return heading;
}

/** The excerpt as text, with its marks: whatever else stands in it is not taken for HTML. */
function makeExcerpt(html: string): HTMLElement {
  const paragraph = document.createElement("p");
  for (const [i, part] of html.split(/<\/?mark>/).entries()) {
    // With its <body> written out, since a space before it would be dropped.
    const text = new DOMParser().parseFromString(`<body>${part}`, "text/html").body.textContent;
    const node = i % 2 === 1 ? document.createElement("mark") : document.createElement("span");
    node.textContent = text;
    paragraph.append(node);
  }
  return paragraph;
}

customElements.define("llm-search", Search);
