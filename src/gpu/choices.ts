// Which forms of kernels were found to be the fastest here, kept in this browser so that they need not be timed again.

import type { Choice } from "@llm.ts/kernels/runtime/choose.ts";
import { isChoice } from "../training/choice.ts";

const storageKey = "llm.ts kernels";
const most = 8;

export function readChoices(): Choice[] {
  try {
    const choices: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(choices) ? choices.filter(isChoice) : [];
  } catch {
    return []; // nothing that could be read
  }
}

export function rememberChoice(choice: Choice): void {
  const others = readChoices().filter(({ key }) => key !== choice.key);
  try {
    localStorage.setItem(storageKey, JSON.stringify([choice, ...others].slice(0, most)));
  } catch {
    // No storage, or none left: the kernels are timed again.
  }
}
