import type { Choice } from "@llm.ts/kernels/runtime/choose.ts";

/** Whether a choice of kernels that was kept has what is read of it. */
export function isChoice(value: unknown): value is Choice {
  const { key, forms } = (value ?? {}) as Choice;
  return typeof key === "string" && typeof forms === "object" && forms !== null;
}
