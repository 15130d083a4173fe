// What the course gives names to: lessons, exercises, symbols, words. They come before the pages in which a term is found.

/** A name, what it is of, what there is to say of it, and where it leads. */
export interface Named {
  name: string;
  kind: "lesson" | "exercise" | "symbol" | "word";
  says: string;
  url: string;
}

const most = 6;
const shortest = 4; // letters of a term in which a typo is forgiven

/**
 * The names that a term means, the likeliest first: those that begin with it, then those with a word that does, then the
 * same but for one slip, then those of which a word is said that begins with it.
 */
export function findNames(names: readonly Named[], term: string): Named[] {
  const wanted = term.trim().toLowerCase();
  if (wanted === "") return [];
  return names
    .map((named) => ({ named, rank: rankOf(named, wanted) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.rank - b.rank || a.named.name.length - b.named.name.length)
    .slice(0, most)
    .map(({ named }) => named);
}

const wordsOf = (text: string) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u);

function rankOf(named: Named, wanted: string): number {
  const name = named.name.toLowerCase();
  const words = wordsOf(name);
  if (name.startsWith(wanted)) return 0;
  if (words.some((word) => word.startsWith(wanted))) return 1;
  if (wanted.length < shortest) return Infinity;
  if ([name, ...words].some((word) => beginsNearly(word, wanted))) return 2;
  return wordsOf(named.says).some((word) => word.startsWith(wanted)) ? 3 : Infinity;
}

/** Whether a word begins with the term but for one slip. */
function beginsNearly(word: string, wanted: string): boolean {
  return [-1, 0, 1].some((more) => {
    const beginning = word.slice(0, wanted.length + more);
    return beginning.length === wanted.length + more && isSlip(beginning, wanted);
  });
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
