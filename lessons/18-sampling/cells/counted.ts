// A model that fits on a page. Its tokens are characters, and its logits come from counting, in one passage of Hamlet, what
// follows the last three characters. How a token is drawn does not depend on where its logits come from.

const passage = `to be, or not to be, that is the question:
whether 'tis nobler in the mind to suffer
the slings and arrows of outrageous fortune,
or to take arms against a sea of troubles
and by opposing end them. to die, to sleep,
no more; and by a sleep to say we end
the heart-ache and the thousand natural shocks
that flesh is heir to: 'tis a consummation
devoutly to be wish'd. to die, to sleep;
to sleep, perchance to dream: ay, there's the rub:
for in that sleep of death what dreams may come,
when we have shuffled off this mortal coil,
must give us pause: there's the respect
that makes calamity of so long life.
`;

export const tokens = [...new Set(passage)].sort();
export const V = tokens.length;

/** The logits of the token after a text: logarithms of probabilities, which a softmax turns back into these. */
export function logitsAfter(text: string): Float32Array {
  const probabilities = new Float32Array(V).fill(0.02 / V); // nothing is impossible
  let left = 0.98;
  for (const [length, share] of [
    [3, 0.75], // three quarters of it goes to what follows the last three characters,
    [2, 0.75], // three quarters of the rest to what follows the last two,
    [1, 0.75],
    [0, 1], // and what then remains to what is frequent anywhere
  ]) {
    const counts = countAfter(text.slice(text.length - length));
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (text.length < length || total === 0) continue;
    for (let v = 0; v < V; v++) probabilities[v] += (left * share * counts[v]) / total;
    left *= 1 - share;
  }
  return probabilities.map(Math.log);
}

function countAfter(context: string): number[] {
  const counts = new Array<number>(V).fill(0);
  for (let at = 0; at + context.length < passage.length; at++) {
    if (passage.startsWith(context, at)) counts[tokens.indexOf(passage[at + context.length])]++;
  }
  return counts;
}
