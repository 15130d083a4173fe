import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** What a model gives N endings: log-probabilities, whole and per token, and perplexities. */
export function scoreEndings(
  sums: Floats, // (N), in nats
  means: Floats, // (N), the same for each token of the ending
  perplexities: Floats, // (N)
  logits: Floats, // (N, T, V), those at t are about token t + 1
  tokens: Ints, // (N, T), the context, then the ending, then anything
  contexts: Ints, // (N), how many tokens are the context's, 1 or more
  lengths: Ints, // (N), how many are the context's and the ending's
  N: number,
  T: number,
  V: number,
): void {
  for (let n = 0; n < N; n++) {
    let sum = 0;
    for (let t = contexts[n]; t < lengths[n]; t++) {
      const row = (n * T + t - 1) * V;
      sum += logits[row + tokens[n * T + t]] - logSumExp(logits, row, V);
    }
    const count = lengths[n] - contexts[n];
    sums[n] = sum;
    means[n] = sum / count;
    perplexities[n] = Math.exp(-sum / count);
  }
}

/** The logarithm of the sum of exponentials of a row: what softmax divides by. */
function logSumExp(logits: Floats, row: number, V: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < V; v++) largest = Math.max(largest, logits[row + v]);
  let sum = 0;
  for (let v = 0; v < V; v++) sum += Math.exp(logits[row + v] - largest);
  return largest + Math.log(sum);
}
