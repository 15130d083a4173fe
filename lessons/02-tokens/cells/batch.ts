// Three windows of six tokens, as they are dealt out for training.

import { createLoader } from "@llm.ts/kernels/formats/loader.ts";
import { textOf, tokens } from "./shakespeare.ts";

export const [B, T] = [3, 6];

const loader = createLoader(tokens, B, T, 1); // the 1 is the seed of the shuffling
loader.next();

export const inputs = Array.from(loader.inputs, (id) => textOf.get(id));
export const targets = Array.from(loader.targets, (id) => textOf.get(id));
