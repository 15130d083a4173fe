// A byte-pair vocabulary learned from a text, as lesson 2 does it: the two neighbours that occur most often become one token,
// again and again. Words are cut and bytes are numbered as in GPT-2, so other programs can use what is learned.

import { words } from "./tokenizer.ts";
import { bytesOf } from "./vocabulary.ts";

/** Two tokens that become one: the first merge makes token 256, the next 257. */
export type Merge = [number, number];

const bytes = 256;
const radix = 65536; // above every id

const idOfByte = new Map(Array.from({ length: bytes }, (_, id) => [bytesOf(id)[0], id]));

/**
 * Learns merges from a text.
 *
 * @param most how many; fewer are learned where no two neighbours occur twice any more
 * @param onProgress told now and then which part is done, from 0 to 1
 */
export function learnPairs(
  text: Iterable<string>,
  most: number,
  onProgress: (done: number) => void = () => {},
): Merge[] {
  const counts = new Map<string, number>();
  for (const section of text) {
    for (const [word] of section.matchAll(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const spelled = Array.from(counts, ([word, times]) => ({ ids: idsOfBytes(word), times }));
  // How often each pair occurs, and in which words, kept up to date from merge to merge.
  const pairs = new Map<number, number>();
  const places = new Map<number, Set<number>>();
  const add = (at: number, sign: 1 | -1) => {
    const { ids, times } = spelled[at];
    for (let i = 0; i + 1 < ids.length; i++) {
      const pair = ids[i] * radix + ids[i + 1];
      pairs.set(pair, (pairs.get(pair) ?? 0) + sign * times);
      if (sign < 0) continue;
      const within = places.get(pair);
      if (within) within.add(at);
      else places.set(pair, new Set([at]));
    }
  };
  for (const at of spelled.keys()) add(at, 1);

  const merges: Merge[] = [];
  while (merges.length < most) {
    const best = mostFrequent(pairs);
    if (best === undefined) break;
    const merge: Merge = [Math.floor(best / radix), best % radix];
    const id = bytes + merges.length;
    for (const at of places.get(best) ?? []) {
      add(at, -1);
      join(spelled[at].ids, merge, id);
      add(at, 1);
    }
    pairs.delete(best);
    places.delete(best);
    merges.push(merge);
    if (merges.length % 32 === 0) onProgress(merges.length / most);
  }
  return merges;
}

/** A function from a text to its tokens under these merges, in their order. */
export function pairEncoder(merges: readonly Merge[]): (text: string) => number[] {
  const ranks = new Map(merges.map(([a, b], i) => [a * radix + b, bytes + i]));
  const known = new Map<string, number[]>(); // words that were encoded before
  const encodeWord = (word: string): number[] => {
    const ids = idsOfBytes(word);
    for (;;) {
      let first = Number.POSITIVE_INFINITY;
      let pair = 0;
      for (let i = 0; i + 1 < ids.length; i++) {
        const id = ranks.get(ids[i] * radix + ids[i + 1]);
        if (id !== undefined && id < first) [first, pair] = [id, ids[i] * radix + ids[i + 1]];
      }
      if (first === Number.POSITIVE_INFINITY) return ids;
      join(ids, [Math.floor(pair / radix), pair % radix], first);
    }
  };
  return (text) => {
    const all: number[] = [];
    for (const [word] of text.matchAll(words)) {
      let ids = known.get(word);
      if (!ids) {
        ids = encodeWord(word);
        known.set(word, ids);
      }
      all.push(...ids);
    }
    return all;
  };
}

/** The bytes of every token of these merges, by id. */
export function pairBytes(merges: readonly Merge[]): number[][] {
  const all = Array.from({ length: bytes }, (_, id) => [...bytesOf(id)]);
  for (const [a, b] of merges) all.push([...all[a], ...all[b]]);
  return all;
}

function idsOfBytes(word: string): number[] {
  return Array.from(new TextEncoder().encode(word), (byte) => idOfByte.get(byte) as number);
}

/** The pair that occurs most often, and more than once; among equals the one with the lowest ids. */
function mostFrequent(pairs: ReadonlyMap<number, number>): number | undefined {
  let best: number | undefined;
  let most = 1;
  for (const [pair, times] of pairs) {
    if (times > most || (times === most && best !== undefined && pair < best)) {
      [best, most] = [pair, times];
    }
  }
  return best;
}

/** Replaces a followed by b with id, from left to right. */
function join(ids: number[], [a, b]: Merge, id: number): void {
  let to = 0;
  for (let from = 0; from < ids.length; from++) {
    const both = ids[from] === a && ids[from + 1] === b;
    ids[to++] = both ? id : ids[from];
    if (both) from++;
  }
  ids.length = to;
}
