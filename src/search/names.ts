// What the course gives names to: lessons and what is in them, exercises, symbols, words. They come before the pages in which a
// term is found.

import { isSlip, tellingWords as telling } from "./term.ts";

/** A name, what it is of, what there is to say of it, and where it leads. */
export interface Named {
  name: string;
  kind: "lesson" | "exercise" | "section" | "page" | "symbol" | "word";
  says: string;
  url: string;
  also?: readonly string[]; // what else it is called, or asked for by
}

const most = 6;
const shortest = 4; // letters of a term in which a typo is forgiven

/**
 * The names that a term means, the likeliest first: those that begin with it or are called by it too, then those with a word
 * that begins so, then those that are nearly called by it, then the same but for one slip, then those of which a word is said
 * that begins with it; of several words, then those of which all are found in the name and in what is said of it.
 */
export function findNames(names: readonly Named[], term: string): Named[] {
  const whole = term.trim().toLowerCase();
  const words = telling(whole);
  // Of a question the words that tell something are left: "what is a token".
  const isQuestion = words.length < whole.split(/\s+/).length && words.length > 0;
  const wanted = isQuestion ? words.join(" ") : whole;
  if (wanted === "") return [];
  const ranked = names
    .map((named) => ({ named, rank: Math.min(rankOf(named, wanted), rankOfOther(named, words)) }))
    .filter(({ rank }) => rank < Infinity);
  // A word that only begins nearly so is no guess where one is nearly the same.
  const best = Math.min(...ranked.map(({ rank }) => rank));
  return ranked
    .filter(({ rank }) => rank !== nearly || best >= nearly)
    .sort((a, b) => a.rank - b.rank || (a.rank === other ? 0 : lengthOf(a) - lengthOf(b)))
    .slice(0, most)
    .map(({ named }) => named);
}

const [other, like, slip, nearly, said, all] = [0.5, 1.5, 2, 2.5, 3, 4]; // ranks

const lengthOf = ({ named: { name } }: { named: Named }) => name.length;

/** By its other names: whether one is just what was typed, or has most of its words, and most of those typed. */
function rankOfOther({ also = [] }: Named, wanted: readonly string[]): number {
  const ranks = also.map((another) => {
    const words = telling(another);
    const common = wanted.filter((one) => words.some((word) => isLike(word, one))).length;
    if (common === 0) return Infinity;
    if (common === wanted.length && words.length === wanted.length) return other;
    return common / Math.max(words.length, wanted.length) >= 2 / 3 ? like : Infinity;
  });
  return Math.min(Infinity, ...ranks);
}

/** Whether two words are the same but for an ending or, where they are long enough, a slip. */
function isLike(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short === long) return true;
  if (short.length < shortest) return false;
  return (long.startsWith(short) && long.length - short.length <= 2) || isSlip(a, b);
}

const split = (text: string) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u);

function rankOf(named: Named, wanted: string): number {
  const name = named.name.toLowerCase();
  const words = split(name);
  if (name.startsWith(wanted) || words.join(" ").startsWith(wanted)) return 0;
  if (words.some((word) => word.startsWith(wanted))) return 1;
  if (wanted.length < shortest) return Infinity;
  if ([name, ...words].some((word) => isSlip(word, wanted))) return slip;
  if ([name, ...words].some((word) => beginsNearly(word, wanted))) return nearly;
  const several = telling(wanted);
  if (several.length > 1) return rankOfAll(named, several);
  return split(named.says).some((word) => word.startsWith(wanted)) ? said : Infinity;
}

/** Where all words are: 2 in the name, 4 in the name and what is said of it. "layer norm" is found in "LayerNorm". */
function rankOfAll({ name, says }: Named, wanted: readonly string[]): number {
  const within = (text: string) => {
    const words = split(text);
    return (one: string) => {
      const long = one.length >= shortest;
      return words.some(
        (word) => word.startsWith(one) || (long && (word.includes(one) || beginsNearly(word, one))),
      );
    };
  };
  if (wanted.every(within(name))) return slip;
  return wanted.some(within(name)) && wanted.every(within(`${name} ${says}`)) ? all : Infinity;
}

/** The word of a name that a term means but for a slip; undefined where it is no slip. */
export function meant(names: readonly Named[], term: string): string | undefined {
  const wanted = term.trim().toLowerCase();
  const words = names.flatMap(({ name }) => split(name));
  const isWord = !/\s/.test(wanted) && wanted.length >= shortest;
  if (!isWord || words.some((word) => word.startsWith(wanted))) return undefined;
  return (
    words.find((word) => isSlip(word, wanted)) ?? words.find((word) => beginsNearly(word, wanted))
  );
}

/** Whether a word begins with the term but for one slip. */
function beginsNearly(word: string, wanted: string): boolean {
  return [-1, 0, 1].some((more) => {
    const beginning = word.slice(0, wanted.length + more);
    return beginning.length === wanted.length + more && isSlip(beginning, wanted);
  });
}
