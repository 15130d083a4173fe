import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Copies tensor k of the table, in layer l, out of the one block that holds all parameters. */
export function copyTensor(
  out: Floats, // one tensor of one layer, written
  params: Floats, // all 16 tensors, one after another; those that every layer has are stacked, (L, ...)
  k: number, // place in the table: 0 is wte, 1 wpe, 2 ln1w, ... 13 fcprojb, 14 lnfw, 15 lnfb
  l: number, // layer, from 0 to L - 1; 0 for a tensor that is there only once
  maxT: number,
  Vp: number,
  L: number,
  C: number,
): void {
  // Numbers in one layer of each tensor.
  const lengths = [
    ...[Vp * C, maxT * C], // wte, wpe
    ...[C, C, 3 * C * C, 3 * C, C * C, C], // ln1w, ln1b, qkvw, qkvb, attprojw, attprojb
    ...[C, C, 4 * C * C, 4 * C, 4 * C * C, C], // ln2w, ln2b, fcw, fcb, fcprojw, fcprojb
    ...[C, C], // lnfw, lnfb
  ];
  const isPerLayer = (tensor: number) => tensor >= 2 && tensor <= 13;

  let offset = 0; // how many numbers come before the ones that are wanted
  // TODO: all layers of every tensor before it
  if (isPerLayer(k)) offset += 0; // TODO: the layers of its own tensor that come before layer l

  for (let i = 0; i < lengths[k]; i++) out[i] = params[offset + i];
}
