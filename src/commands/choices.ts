// A file of choices: on each line a JSON object with a context, several endings, and the number of the right one.

import { TextError } from "../training/encoding.ts";

/** A text that goes on in one of several ways. Context and ending are one text: nothing comes between them. */
export interface WrittenChoice {
  readonly context: string;
  readonly endings: readonly string[];
  readonly label: number; // from 0
  readonly line: number; // of the file, from 1
}

/** @throws TextError naming the line that is not as it should be */
export function readChoices(text: string): WrittenChoice[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const wrong = (what: string) => new TextError(`line ${i + 1}: ${what}`);
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw wrong("it is not JSON");
    }
    const { context, endings, label } = (value ?? {}) as Record<string, unknown>;
    if (typeof context !== "string" || context.trim() === "") {
      throw wrong('it has no "context", a text');
    }
    const texts = Array.isArray(endings) ? endings : [];
    if (texts.length < 2 || !texts.every((ending) => typeof ending === "string" && ending !== "")) {
      throw wrong('its "endings" are not two or more texts');
    }
    if (new Set(texts).size < texts.length) throw wrong("two of its endings are the same");
    if (!Number.isInteger(label) || (label as number) < 0 || (label as number) >= texts.length) {
      throw wrong(
        `its "label" is ${JSON.stringify(label)}, expected the number of an ending, from 0 to ${texts.length - 1}`,
      );
    }
    return [{ context, endings: texts as string[], label: label as number, line: i + 1 }];
  });
}
