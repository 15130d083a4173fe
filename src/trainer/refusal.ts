// Why something that was asked for is not done, in sentences for the reader.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { GpuFault } from "@llm.ts/kernels/runtime/gpu/fault.ts";
import type { StoreState } from "./protocol.ts";

/** A reason not to do what was asked for. Its message is the sentence. */
export class Refusal extends Error {}

export function storeIsAway(state: StoreState): string {
  return state === "other tab"
    ? "Another tab of this site is training and uses the checkpoints. Stop it there, then try again."
    : "This browser gives no place to keep checkpoints in. A private window may be the reason.";
}

/** What an error means for the reader. */
export function reason(error: Error): string {
  const { message } = error;
  if (error instanceof FormatError) return `This file cannot be used: ${message}.`;
  if (error instanceof GpuFault) {
    const memory = /memory/.test(message) ? "a smaller model, fewer or shorter sequences, or " : "";
    return `The graphics processor did not take the model: ${message}. Choose ${memory}WebAssembly, or try again.`;
  }
  if (/allocation failed|Invalid typed array length/i.test(message)) {
    return "The browser did not give the memory that this model needs. Choose a smaller one, or close other tabs.";
  }
  return message;
}
