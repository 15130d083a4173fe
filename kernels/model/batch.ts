// The token ids that a model is given: B texts of T tokens, and the token that follows each.

import { checkIds, type Ints } from "../runtime/check.ts";
import type { ModelConfig } from "./config.ts";

export interface Batch {
  readonly inputs: Ints; // (B, T)
  readonly targets: Ints; // (B, T), the token that follows each input
}

/** What of a model says which token ids it takes. */
interface Reader {
  readonly config: ModelConfig;
  readonly sizes: { readonly B: number; readonly T: number };
}

/** Checks that there are B*T token ids, each below V. @throws TypeError or RangeError if not */
export function checkTokens(
  caller: string,
  name: string,
  { config, sizes }: Reader,
  ids: Ints,
): void {
  const { B, T } = sizes;
  if (!(ids instanceof Int32Array)) {
    throw new TypeError(`${caller}: ${name} is not an Int32Array of B*T = ${B * T} token ids`);
  }
  if (ids.length !== B * T) {
    throw new RangeError(`${caller}: ${name} has ${ids.length} token ids, expected B*T = ${B * T}`);
  }
  checkIds(caller, name, ids, config.V);
}

/** Checks inputs and targets. @throws as checkTokens does */
export function checkBatchTokens(caller: string, model: Reader, { inputs, targets }: Batch): void {
  checkTokens(caller, "inputs", model, inputs);
  checkTokens(caller, "targets", model, targets);
}
