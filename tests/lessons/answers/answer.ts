// Answers to the exercises that no list of mistakes knows: what each must be told.

/** One answer. */
export interface Answer {
  name: string;
  /** Edits of solution.ts, each [found once, put in its place]; of start.ts where `from` says so. */
  edits: readonly (readonly [find: string, replace: string])[];
  from?: "start" | "solution";
  /**
   * passes: it is right, if unusual
   * named: the mistake is told
   * located: tensor, place, factor or line is told
   * generic: only that it is wrong
   */
  outcome: "passes" | "named" | "located" | "generic";
  /** Of what is told. */
  says?: RegExp;
  /** What must not be told. */
  never?: RegExp;
}

/** The text of an answer. @throws Error if something is not found exactly once */
export function textOf(name: string, { edits }: Answer, text: string): string {
  for (const [find, replace] of edits) {
    const parts = text.split(find);
    if (parts.length !== 2) {
      throw new Error(
        `answer "${name}": ${JSON.stringify(find)} occurs ${parts.length - 1} times, expected once`,
      );
    }
    text = parts.join(replace);
  }
  return text;
}
