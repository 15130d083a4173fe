// The table of contents of the whole course, told from the lessons' folders: lessons/NN-slug/index.mdx, whose frontmatter
// has the number, the title and the summary. src/content.config.ts checks it.

export interface Entry {
  number: number;
  slug: string; // the lesson's address is /lessons/<slug>/
  title: string;
  summary: string; // what the reader learns, in one sentence
  mdx: string; // the text of its page
}

const pages = import.meta.glob<string>("/lessons/*/index.mdx", {
  query: "?raw",
  import: "default",
  eager: true,
});

export const course: readonly Entry[] = Object.entries(pages)
  .map(([path, mdx]): Entry => {
    const [, digits, slug] = /(\d\d)-([a-z0-9-]+)\/index\.mdx$/.exec(path) ?? [];
    const field = (name: string) => frontmatter(path, mdx, name);
    const number = Number(field("number"));
    if (Number(digits) !== number) {
      throw new Error(`${path}: its frontmatter says number ${number}, its folder ${digits}`);
    }
    return { number, slug, title: field("title"), summary: field("summary"), mdx };
  })
  .sort((a, b) => a.number - b.number);

/** A part of the course, with its lessons. */
export interface CoursePart {
  title: string;
  entries: readonly Entry[];
}

/**
 * The course in its parts: GPT-2, up to the lesson that trains it; what goes on around a training run; and what models after
 * GPT-2 do in another way. A part without a lesson is left out.
 */
export const courseParts: readonly CoursePart[] = inParts(course);

function inParts(entries: readonly Entry[]): CoursePart[] {
  const at = (slug: string) => entries.findIndex((entry) => entry.slug === slug);
  const trained = at("training") + 1;
  const later = at("rmsnorm");
  return [
    { title: "GPT-2, from nothing", entries: entries.slice(0, trained) },
    { title: "More on training", entries: entries.slice(trained, later) },
    { title: "Beyond GPT-2", entries: entries.slice(later) },
  ].filter(({ entries }) => entries.length > 0);
}

/** A line of the frontmatter, with or without quotes. @throws Error if it is missing */
function frontmatter(path: string, mdx: string, name: string): string {
  const [, head] = /^---\n([\s\S]*?)\n---/.exec(mdx) ?? [];
  const value = new RegExp(`^${name}: (.+)$`, "m").exec(head ?? "")?.[1];
  if (value === undefined) throw new Error(`${path}: its frontmatter has no ${name}`);
  return value.startsWith('"') ? JSON.parse(value) : value;
}

/** The address of a lesson. */
export const lessonPath = (slug: string): string => `/lessons/${slug}/`;
