// Numbers as the page shows them.

/** 1234567 as "1,234,567". */
export const integer = (value: number): string => Math.round(value).toLocaleString("en-GB");

/** 3 as "3rd", 1002 as "1,002nd". */
export function ordinal(value: number): string {
  const rule = ordinals.select(value);
  return `${integer(value)}${{ one: "st", two: "nd", few: "rd" }[rule as string] ?? "th"}`;
}
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });

/** -24 as "⁻²⁴". */
export const superscript = (power: number): string =>
  Array.from(String(power), (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("");

/** Seconds as a reader would say them: "85 ms", "4.2 s", "12 min 5 s", "3 h 20 min", "12 days". */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${integer(hours / 24)} days`;
}

/** A parameter count to the first decimal: "0.9 million". */
export const millions = (value: number): string => `${(value / 1e6).toFixed(1)} million`;

/** Three digits, with a unit of a thousand, a million, ... where there is need: "1.23 TFLOP/s". */
export function scaled(value: number, unit: string): string {
  const steps = [
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"],
  ] as const;
  const [size, prefix] = steps.find(([size]) => value >= size) ?? [1e6, "M"];
  const number = value / size;
  const digits = number >= 100 ? 0 : number >= 10 ? 1 : 2;
  return `${number.toFixed(digits)} ${prefix}${unit}`;
}

/** "1.23 s", "45.6 ms", "78.9 µs". */
export function time(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  const [number, unit] = seconds >= 1e-3 ? [seconds * 1e3, "ms"] : [seconds * 1e6, "µs"];
  return `${number >= 100 ? number.toFixed(0) : number.toPrecision(3)} ${unit}`;
}

export const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

/** The first letter as a capital, and a full stop at the end. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(begun) ? begun : `${begun}.`;
}
