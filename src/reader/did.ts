// What a reader has guessed in a lesson, in a sentence.

export interface Guesses {
  asked: number; // questions that ask for a guess
  made: number;
  right: number;
  near: number;
  /** Whether the line of the derivation was filled in, and right. */
  line: boolean;
}

/** "" where nothing was guessed. A guess that was wrong is as good a way in, and is not counted. */
export function describeGuesses({ asked, made, right, near, line }: Guesses): string {
  const were = (count: number, what: string) => `${count} ${count === 1 ? "was" : "were"} ${what}`;
  const held = [right > 0 && were(right, "right"), near > 0 && were(near, "near")].filter(Boolean);
  const single =
    made === 1 && held.length > 0 ? `, and it was ${right > 0 ? "right" : "near"}` : "";
  const came = single || (held.length > 0 ? `: ${held.join(" and ")}` : "");
  const all =
    made === asked
      ? asked === 1
        ? "the one answer"
        : `all ${asked} answers`
      : `${made} of ${asked} answers`;
  return [
    made > 0 ? `Before you looked, you guessed ${all}${came}.` : "",
    line ? "The line of the derivation is your own." : "",
  ]
    .filter(Boolean)
    .join(" ");
}
