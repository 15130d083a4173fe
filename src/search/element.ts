// The search: an input, the names that the course gives, and what Pagefind finds in the index that was made when the site
// was built. Nothing is loaded before the reader types, and nothing leaves the site.

import { findNames, type Named } from "./names.ts";

interface Pagefind {
  init(): Promise<void>;
  debouncedSearch(term: string): Promise<{ results: { data(): Promise<Found> }[] } | null>;
}

/** One page with its sections that match. */
interface Found {
  url: string;
  meta: { title?: string };
  excerpt: string; // HTML: the text, escaped, with <mark> around the words that were found
  sub_results: { title: string; url: string; excerpt: string }[];
}

const kinds = { lesson: "lesson", exercise: "exercise", symbol: "symbol", word: "glossary" };
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
    try {
      this.#names ??= fetch("/names.json").then((answer) => answer.json());
      const names = findNames(await this.#names, term);
      if (this.#input.value.trim() !== term) return;
      this.#list.replaceChildren(...names.map(showName));
      const found = await (await this.#load()).debouncedSearch(term);
      if (found === null) return; // the reader has typed on
      const pages = await Promise.all(found.results.slice(0, most).map((result) => result.data()));
      if (this.#input.value.trim() !== term) return;
      if (pages.length > 0 && !isNear(pages[0], term)) pages.length = 0;
      const count = pages.length && found.results.length;
      const pagesFound = `${count} ${count === 1 ? "page" : "pages"}`;
      const status =
        count === 0
          ? names.length > 0
            ? `No page is found for “${term}”.`
            : `Nothing is found for “${term}”. Try one word of it, or look in the glossary.`
          : `${pagesFound} for “${term}”${count > most ? `; the first ${most} are shown` : ""}.`;
      this.#show(status, pages);
    } catch {
      this.#pagefind = undefined;
      this.#names = undefined;
      this.#show(
        "The search index could not be loaded. It is made when the site is built (npm run build); if you are reading the built site, reload the page.",
        [],
      );
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

  #show(status: string, pages: readonly Found[]): void {
    const place = this.querySelector("[data-status]") as HTMLElement;
    if (place.textContent !== status) place.textContent = status;
    const list = this.querySelector("[data-results]") as HTMLElement;
    list.replaceChildren(...pages.map((page) => showPage(page, this.#isPage ? 2 : 3)));
  }

  get #list(): HTMLElement {
    return this.querySelector("[data-names]") as HTMLElement;
  }

  get #input(): HTMLInputElement {
    return this.querySelector("input") as HTMLInputElement;
  }
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
  const halves = term.split(/\s+/).map((word) => word.slice(0, Math.ceil(word.length / 2)));
  return (
    marks.length === 0 || // found by its title
    halves.some((half) => marks.some((mark) => mark.toLowerCase().includes(half.toLowerCase())))
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
function showPage({ url, meta, excerpt, sub_results }: Found, level: 2 | 3): HTMLElement {
  const item = document.createElement("li");
  item.append(makeHeading(level, meta.title ?? url, url));
  const inside = sub_results.filter((section) => section.url !== url).slice(0, sections);
  if (inside.length === 0) item.append(makeExcerpt(excerpt));
  for (const section of inside) {
    item.append(makeHeading(level + 1, section.title, section.url), makeExcerpt(section.excerpt));
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
