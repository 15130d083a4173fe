// The files of JSON that are beside weights.

import { FormatError } from "./error.ts";

/** @param name of the file, which the error begins with. @throws FormatError if the text is not an object in JSON */
export function parseObject(name: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // It is said below.
  }
  throw new FormatError(`${name}: it is not JSON`);
}
