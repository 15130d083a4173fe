import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** Bits for each byte of a text in UTF-8. */
export function bitsPerByte(
  bits: Floats, // (1), written
  losses: Floats, // (N), of each token, in nats
  characters: Ints, // (M), the text that these tokens spell, as code points
  N: number,
  M: number,
): void {
  let nats = 0;
  for (let n = 0; n < N; n++) nats += losses[n];

  // TODO: this is what a token costs, and in nats
  bits[0] = nats / N;
}

/** How many bytes UTF-8 takes for a character. */
function bytesOf(character: number): number {
  if (character < 0x80) return 1;
  if (character < 0x800) return 2;
  return character < 0x10000 ? 3 : 4;
}
