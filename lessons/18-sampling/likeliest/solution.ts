import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** The probabilities from which the next token is drawn, after temperature, top-k and top-p. */
export function keepLikeliest(
  probs: Floats, // (N, Vp), written: 0 for every token that must not be drawn, and for padding
  logits: Floats, // (N, Vp); those from column V on belong to no token
  temperature: number, // above 0
  topK: number, // from 1
  topP: number, // above 0, up to 1
  N: number,
  V: number,
  Vp: number,
): void {
  for (let n = 0; n < N; n++) {
    const row = n * Vp;
    const ids = Array.from({ length: V }, (_, id) => id);
    ids.sort((a, b) => logits[row + b] - logits[row + a]); // the likeliest first
    ids.length = Math.min(topK, V);

    // Softmax, not yet divided by its sum; the largest weight is exp(0).
    const largest = logits[row + ids[0]];
    const weights = ids.map((id) => Math.exp((logits[row + id] - largest) / temperature));
    let total = 0;
    for (const weight of weights) total += weight;

    // The fewest of them that together have at least topP.
    let kept = 0;
    let reached = 0;
    while (kept < ids.length && reached < topP * total) {
      reached += weights[kept];
      kept++;
    }

    probs.fill(0, row, row + Vp);
    for (let i = 0; i < kept; i++) probs[row + ids[i]] = weights[i] / reached;
  }
}
