// The search page: an input, and what Pagefind finds for it in the index that was made when the site was built. Nothing
// is loaded before the reader types, and nothing leaves the site.

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

const most = 12; // pages
const sections = 4; // of each

class Search extends HTMLElement {
  #pagefind: Promise<Pagefind> | undefined;

  connectedCallback(): void {
    const input = this.#input;
    input.value = new URLSearchParams(location.search).get("q") ?? "";
    input.addEventListener("input", () => this.#search());
    this.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#search();
    });
    if (input.value) this.#search();
  }

  async #search(): Promise<void> {
    const term = this.#input.value.trim();
    history.replaceState(null, "", term ? `?q=${encodeURIComponent(term)}` : location.pathname);
    if (!term) return this.#show("", []);
    try {
      const found = await (await this.#load()).debouncedSearch(term);
      if (found === null) return; // the reader has typed on
      const pages = await Promise.all(found.results.slice(0, most).map((result) => result.data()));
      if (this.#input.value.trim() !== term) return;
      if (pages.length > 0 && !isNear(pages[0], term)) pages.length = 0;
      const count = pages.length && found.results.length;
      const pagesFound = `${count} ${count === 1 ? "page" : "pages"}`;
      const status =
        count === 0
          ? `Nothing is found for “${term}”. Try one word of it, or look in the glossary.`
          : `${pagesFound} for “${term}”${count > most ? `; the first ${most} are shown` : ""}.`;
      this.#show(status, pages);
    } catch {
      this.#pagefind = undefined;
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
    list.replaceChildren(...pages.map(showPage));
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

function showPage({ url, meta, excerpt, sub_results }: Found): HTMLElement {
  const item = document.createElement("li");
  item.append(makeHeading("h2", meta.title ?? url, url));
  const inside = sub_results.filter((section) => section.url !== url).slice(0, sections);
  if (inside.length === 0) item.append(makeExcerpt(excerpt));
  for (const section of inside) {
    item.append(makeHeading("h3", section.title, section.url), makeExcerpt(section.excerpt));
  }
  return item;
}

function makeHeading(tag: "h2" | "h3", text: string, url: string): HTMLElement {
  const heading = document.createElement(tag);
  const link = document.createElement("a");
  link.href = url;
  link.textContent = text.replace(/#$/, ""); // the heading's link to itself
  heading.append(link);
  return heading;
}

/** The excerpt as text, with its marks: whatever else stands in it is not taken for HTML. */
function makeExcerpt(html: string): HTMLElement {
  const paragraph = document.createElement("p");
  for (const [i, part] of html.split(/<\/?mark>/).entries()) {
    const text = new DOMParser().parseFromString(part, "text/html").documentElement.textContent;
    const node = i % 2 === 1 ? document.createElement("mark") : document.createElement("span");
    node.textContent = text;
    paragraph.append(node);
  }
  return paragraph;
}

customElements.define("llm-search", Search);
