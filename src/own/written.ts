// Which functions of training are the reader's: passed, and with a text that this browser still holds.

import { readEdit } from "../reader/edits.ts";
import { readPassed } from "../reader/passed.ts";
import { keyOf, type OwnFunction, ownFunctions } from "./functions.ts";

/** A function that a reader has written. */
export interface Written {
  of: OwnFunction;
  text: string;
}

export function readWritten(): Written[] {
  const passed = readPassed();
  return ownFunctions.flatMap((of) => {
    const edit = keyOf(of) in passed ? readEdit(keyOf(of)) : null;
    return edit ? [{ of, text: edit.text }] : [];
  });
}

/** "3 of 8 functions are yours" */
export function describeWritten(): string {
  const count = readWritten().length;
  return `${count} of ${ownFunctions.length} functions ${count === 1 ? "is" : "are"} yours`;
}
