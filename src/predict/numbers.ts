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
 * Reads a number: 12, -0.5, 1e3, 1,000, 3/4, 2^-10, with or without its unit.
 *
 * @throws Error with a sentence for the reader
 */
export function parseNumber(text: string, unit = ""): number {
  let plain = text.trim().replace(/[−–]/g, "-");
  if (unit !== "" && plain.endsWith(unit)) plain = plain.slice(0, -unit.length).trim();
  if (/^-?[1-9]\d{0,2}([, ]\d{3})+(\.\d+)?$/.test(plain)) plain = plain.replace(/[, ]/g, "");
  const [over, under = 1, ...more] = plain.split("/").map(powerOf);
  const value = over / under;
  if (more.length === 0 && Number.isFinite(value)) return value;
  throw new Error(
    /^-?\d+,\d+$/.test(plain)
      ? `“${text}” has a comma: write a point before the decimals, as in ${plain.replace(",", ".")}.`
      : `“${text}” is not a number: write it in digits, as in 12, −0.5, 2^10 or 1e3.`,
  );
}

/** The value of 12 or of 2^-10, NaN if it is neither. */
function powerOf(text: string): number {
  const parts = text.split(/\^|\*\*/).map((part) => part.trim());
  const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
  if (parts.length > 2 || !parts.every((part) => number.test(part))) return Number.NaN;
  const [base, exponent = 1] = parts.map(Number);
  return Math.sign(base) * Math.abs(base) ** exponent; // the minus in -2^2 is that of the whole power
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

/** How a guess came out: "" where nothing tells. */
export type Held = "right" | "near" | "far" | "";

/** What is said of a guess, and how it came out; of several numbers, as the worst of them did. */
export interface Judged {
  says: string;
  held: Held;
  /** The reasons of the question that are told beside it, from 0. */
  because: readonly number[];
}

/**
 * What is said of guesses, one for each number, a line each.
 *
 * @throws Error with a sentence for the reader, if one of them is no number
 */
export function judgeNumbers(asked: readonly Asked[], guesses: readonly string[]): Judged {
  if (guesses.length !== asked.length) {
    throw new Error(`There are ${asked.length} numbers to guess, and ${guesses.length} were.`);
  }
  const all = asked.map(({ label, value, within = 0, unit }, i): Omit<Judged, "because"> => {
    const guess = parseNumber(guesses[i], unit);
    const off = Math.abs(guess - value);
    const name = label === undefined ? "You" : `${label.replaceAll("`", "")}: you`;
    const said = `${name} said ${written(guess, unit)}`;
    if (off <= 1e-9 * Math.abs(value)) return { held: "right", says: `${said}, and so it is.` };
    const it = `${said}; it is ${written(value, unit)}`;
    if (off <= within + 1e-9 * Math.abs(value)) {
      return { held: "near", says: `${it}. That is near enough: you saw how large it is.` };
    }
    return { held: "far", says: `${it}${apart(guess, value)}.` };
  });
  const worst = (["far", "near"] as const).find((held) => all.some((one) => one.held === held));
  return {
    held: worst ?? "right",
    says: all.map(({ says }) => says).join("\n"),
    because: all.flatMap(({ held }, i) => (held === "far" ? [i] : [])),
  };
}

/** What a guess that is wrong has right, or by how much it is off: ", 4 times as much". "" where that says nothing. */
function apart(guess: number, value: number): string {
  if (guess === 0 || value === 0) return "";
  const ratio = value / guess;
  if (Math.abs(ratio + 1) < 1e-9) return ": the size is right, and the sign is the other one";
  if (ratio < 0) return "";
  const times = (by: number) => Number(by.toPrecision(2)).toLocaleString("en");
  if (ratio >= 1.5) return `, ${times(ratio)} times as much`;
  return ratio <= 1 / 1.5 ? `, and yours is ${times(1 / ratio)} times as much` : "";
}
