// What can be had without a model: the next token guessed from counts of single tokens, of pairs, of triples.

export const strength = 20; // a context seen this often weighs as much as what is known without its first token

/**
 * The mean loss, in nats, of guessing tokens 1 to `targets` of a text, each from the `order` tokens before it.
 *
 * @param V size of the vocabulary
 */
export function lossOfCounts(
  read: ArrayLike<number>, // token ids, counted
  text: ArrayLike<number>, // token ids, guessed
  targets: number,
  order: number, // 0: from no context, 1: from the token before, 2: from the two before
  V: number,
): number {
  // How often each run of up to order + 1 tokens occurs, the empty one included: of those that a guess will ask for.
  const counts = new Map<number, number>();
  for (const run of runs(text, targets + 1, order + 1, V)) counts.set(run, 0);
  for (const run of runs(read, read.length, order + 1, V)) {
    const before = counts.get(run);
    if (before !== undefined) counts.set(run, before + 1);
  }
  const count = (start: number, end: number) => counts.get(code(text, start, end, V)) ?? 0;

  // How likely text[at] is after the tokens from start to at - 1. A rare context leans on the
  // shorter one, and the empty one on a guess that finds all tokens equally likely.
  const probability = (start: number, at: number): number => {
    const shorter = start === at ? 1 / V : probability(start + 1, at);
    return (count(start, at + 1) + strength * shorter) / (count(start, at) + strength);
  };

  let sum = 0;
  for (let at = 1; at <= targets; at++) sum -= Math.log(probability(Math.max(0, at - order), at));
  return sum / targets;
}

/** The runs of up to `most` tokens that end within the first `length`. */
function* runs(tokens: ArrayLike<number>, length: number, most: number, V: number) {
  for (let end = 1; end <= length; end++) {
    for (let start = end; start >= Math.max(0, end - most); start--) {
      yield code(tokens, start, end, V);
    }
  }
}

/** One number for the tokens from start up to, not including, end. */
function code(tokens: ArrayLike<number>, start: number, end: number, V: number): number {
  let number = 0;
  for (let i = start; i < end; i++) number = number * (V + 1) + tokens[i] + 1;
  return number;
}
