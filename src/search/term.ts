// What a reader types into the search, as Pagefind can use it.

/** Words that are everywhere, and say nothing of what is looked for. */
const everywhere = new Set(
  "a an and are as at be by can do does for from how i in is it its me my of on or should the there this to we what when where which why with you".split(
    " ",
  ),
);

/** Greek letters that keys have no sign for, by their names. */
const greek: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{
      alpha: "α",
      beta: "β",
      gamma: "γ",
      delta: "δ",
      epsilon: "ε",
      eta: "η",
      theta: "θ",
      lambda: "λ",
    },
    ...{ mu: "μ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", chi: "χ" },
  }),
);

const accents: ReadonlyMap<string, string> = new Map([
  ["hat", "\u0302"],
  ["bar", "\u0304"],
  ["tilde", "\u0303"],
]);

/** What was typed with the signs that it stands for: dL/dx as ∂L/∂x, x_hat as x̂, gamma as γ. */
export const inSigns = (typed: string): string =>
  typed
    .replace(/\bd([A-Za-z]\w?)\s*\/\s*d([A-Za-z]\w?)\b/g, "∂$1/∂$2")
    .replace(/\b([A-Za-z])[_ ](hat|bar|tilde)\b/g, (_, letter, sign) =>
      (letter + accents.get(sign)).normalize("NFC"),
    )
    .replace(/(?<!\w)[a-z]+(?!\w)/gi, (word) => greek.get(word.toLowerCase()) ?? word);

const small: ReadonlyMap<string, string> = new Map(
  [..."0123456789aehijklmnoprstuvx"].map((sign, i) => [
    sign,
    [..."₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"][i],
  ]),
);

/**
 * The words to look for. Signs of mathematics are left out, as they are in the index, where 1/√C is one word; x_i is written
 * as the index has it, with a small i; and words that are everywhere are left out where there are others.
 */
export function wordsOf(typed: string): string[] {
  const words = typed
    .toLowerCase()
    .replace(/\bout of\b/g, " ")
    .replace(/\bsqrt\b/g, "")
    .replace(/(?<=[\p{L}\p{M}])_\{?(\w)\}?(?!\w)/gu, (whole, sign) => small.get(sign) ?? whole)
    .split(/\s+/)
    .map(bare)
    .filter(Boolean);
  const telling = words.filter((word) => !everywhere.has(word));
  return telling.length > 0 ? telling : words;
}

/**
 * The words that tell what is looked for, with those that stand for signs: "why divide by sqrt(d_k)" is about divide, sqrt and
 * d_k. By these the other names of a place are found.
 */
export function tellingWords(typed: string): string[] {
  const words = typed
    .toLowerCase()
    .normalize("NFC")
    .replaceAll("√", " sqrt ")
    .replace(/_(hat|bar|tilde)\b/g, " $1")
    .split(/[^\p{L}\p{N}\p{M}_.∂]+/u)
    .map((word) => word.replace(/^[._]+|[._]+$/g, ""))
    .filter(Boolean);
  const telling = words.filter((word) => !everywhere.has(word));
  return telling.length > 0 ? telling : words;
}

/** A word without the signs around and within it. */
export const bare = (word: string): string =>
  word.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_-]|^[_-]+|[_-]+$/gu, "");

/** How near a word is to one that was typed: 1 where it is the same, less where it only begins so or has it. */
function nearness(word: string, wanted: string): number {
  if (word === wanted) return 1;
  if (word.startsWith(wanted) && /\p{L}/u.test(wanted)) return 0.6;
  return wanted.length >= 4 && word.includes(wanted) ? 0.4 : 0;
}

/** A section in which something was found. */
export interface Section {
  title: string;
  excerpt: string; // with <mark> around what was found
  weighted_locations?: readonly { balanced_score: number }[];
}

/** How much a section is about what was typed: each of its words counts once, in a heading more than in the text. */
function about({ title, excerpt }: Section, words: readonly string[]): number {
  const headed = title.split(/[\s-]+/).map(bare);
  const text = excerpt
    .replace(/<\/?mark>/g, "")
    .split(/\s+/)
    .map(bare);
  const all = ` ${text.join(" ")} `.includes(` ${words.join(" ")} `) && words.length > 1;
  const each = words.map((wanted) => {
    const best = (of: readonly string[]) =>
      Math.max(0, ...of.map((word) => nearness(word, wanted)));
    return Math.max(1.5 * best(headed), best(text));
  });
  return each.reduce((sum, one) => sum + one, 0) + (all ? 1 : 0);
}

/** How many of the words that were typed a page has, in its headings or in what of it is shown. */
export function coverage(sections: readonly Section[], typed: string): number {
  const words = wordsOf(typed);
  const found = sections.flatMap(({ title, excerpt }) =>
    `${title} ${excerpt.replace(/<\/?mark>/g, "")}`.split(/[\s-]+/).map(bare),
  );
  return words.filter((wanted) => found.some((word) => nearness(word, wanted) > 0)).length;
}

/**
 * An excerpt without its section's heading, with which the text of a section begins, and with dots where it is cut. Pagefind
 * cuts between words, so that of a heading there may be only the end.
 */
export function trimExcerpt(excerpt: string, title = ""): string {
  const pieces = excerpt.trim().split(/\s+/);
  const text = pieces.map((piece) => bare(piece.replace(/<\/?mark>/g, "")));
  const heading = title.split(/\s+/).map(bare);
  const ends = heading.map((_, i) => heading.slice(i));
  const head = ends.find((end) => end.every((word, i) => word === text[i])) ?? [];
  const headed = head.length > 0 && head.length < pieces.length;
  const rest = headed ? pieces.slice(head.length) : pieces;
  // What was marked in the heading is no longer opened, or not closed.
  const joined = rest.join(" ").replace(/^([^<]*)<\/mark>/, "$1");
  const begins = headed || /^(?:<mark>)?[\p{Lu}“]/u.test(joined);
  const ended = /[.!?:](?:<\/mark>)?$/.test(joined);
  return `${begins ? "" : "… "}${joined}${ended ? "" : " …"}`;
}

/** Whether an excerpt has a formula as it was typed: in the index 1/√C and 1/C are one word. */
export function hasFormula(excerpt: string, typed: string): boolean {
  const isFormula = /[^\p{L}\p{N}\p{M}\s'-]/u.test(typed);
  return (
    isFormula &&
    excerpt
      .replace(/<\/?mark>/g, "")
      .toLowerCase()
      .includes(typed.toLowerCase())
  );
}

/**
 * Sections of a page, the one that is most about what was typed first; where two are so alike, the one that has more of it.
 * What the page's own title says holds for all of them: of "layer norm backward", in the lesson LayerNorm, "backward" is left.
 */
export function orderSections<One extends Section>(
  sections: readonly One[],
  typed: string,
  page = "",
): One[] {
  const all = wordsOf(typed);
  const title = bare(page);
  const others = all.filter((word) => !title.includes(word));
  const words = others.length > 0 ? others : all;
  const much = ({ weighted_locations: found = [] }: Section) =>
    found.reduce((sum, { balanced_score }) => sum + balanced_score, 0);
  return sections
    .map((section) => ({
      section,
      about: about(section, words) + (hasFormula(section.excerpt, typed) ? 1 : 0),
      much: much(section),
    }))
    .sort((a, b) => b.about - a.about || b.much - a.much)
    .map(({ section }) => section);
}

/** Whether one text becomes the other by a letter left out, put in, exchanged for another, or for its neighbour. */
export function isSlip(a: string, b: string): boolean {
  if (a.length > b.length) return isSlip(b, a);
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const [restA, restB] = [a.slice(at), b.slice(at)];
  if (a.length < b.length) return restA === restB.slice(1);
  if (restA.slice(1) === restB.slice(1)) return true;
  return restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0];
}
