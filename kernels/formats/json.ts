// The files of JSON that are beside weights.

import { FormatError } from "./error.ts";

/** @param name of the file, which the error begins with. @throws FormatError if the text is not an object in JSON */
export function parseObject(name: string, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError(`${name}: it is not JSON`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new FormatError(`${name}: it is JSON, but no object: it should begin with {`);
}
