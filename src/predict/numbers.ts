// What is said of a number that a reader guessed.

/** A number that a question asks for. */
export interface Asked {
  /** Where there are several: which one it is. May hold `code`. */
  label?: string;
  value: number;
  /** How far a guess may be off and still be right. Default: not at all. */
  within?: number;
  /** "times", "%", "MiB" */
  unit?: string;
}

/**
 * Reads a number: 12, -0.5, 1e3, 1,000, 3/4, with or without its unit.
 *
 * @throws Error with a sentence for the reader
 */
export function parseNumber(text: string, unit = ""): number {
  let plain = text.trim().replace(/[−–]/g, "-");
  if (unit !== "" && plain.endsWith(unit)) plain = plain.slice(0, -unit.length).trim();
  if (/^-?[1-9]\d{0,2}([, ]\d{3})+(\.\d+)?$/.test(plain)) plain = plain.replace(/[, ]/g, "");
  const [over, under = "1", ...more] = plain.split("/").map((part) => part.trim());
  const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
  const value = Number(over) / Number(under);
  if (more.length === 0 && number.test(over) && number.test(under) && Number.isFinite(value)) {
    return value;
  }
  throw new Error(
    /^-?\d+,\d+$/.test(plain)
      ? `“${text}” has a comma: write a point before the decimals, as in ${plain.replace(",", ".")}.`
      : `“${text}” is not a number: write it in digits, as in 12, −0.5 or 1e3.`,
  );
}

/** A number as it is written in a sentence: 1,024, −0.5. */
export function written(value: number, unit = ""): string {
  const small = value !== 0 && Math.abs(value) < 1e-4;
  const digits = small
    ? String(value)
    : value.toLocaleString("en", { maximumSignificantDigits: 12 });
  const space = unit === "" || unit === "%" ? "" : " ";
  return digits.replaceAll("-", "−") + space + unit;
}

/**
 * What is said of guesses, one for each number, a line each.
 *
 * @throws Error with a sentence for the reader, if one of them is no number
 */
export function judgeNumbers(asked: readonly Asked[], guesses: readonly string[]): string {
  if (guesses.length !== asked.length) {
    throw new Error(`There are ${asked.length} numbers to guess, and ${guesses.length} were.`);
  }
  return asked
    .map(({ label, value, within = 0, unit }, i) => {
      const guess = parseNumber(guesses[i], unit);
      const off = Math.abs(guess - value);
      const right = off <= within + 1e-9 * Math.abs(value);
      const name = label === undefined ? "You" : `${label.replaceAll("`", "")}: you`;
      const said = `${name} said ${written(guess, unit)}`;
      if (off <= 1e-9 * Math.abs(value)) return `${said}. Right.`;
      return `${said}; it is ${written(value, unit)}.${right ? " Close enough." : ""}`;
    })
    .join("\n");
}
