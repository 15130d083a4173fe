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

  let bytes = 0;
  for (let m = 0; m < M; m++) bytes += bytesOf(characters[m]);

  bits[0] = nats / Math.LN2 / bytes;
}

/** How many bytes UTF-8 takes for a character. */
function bytesOf(character: number): number {
  if (character < 0x80) return 1;
  if (character < 0x800) return 2;
  return character < 0x10000 ? 3 : 4;
}
