// The result as text: for the table, and to be copied.

import type { Peak } from "./peak.ts";
import type { Measured, Row } from "./protocol.ts";

export interface Result {
  readonly adapter: string;
  readonly peak: Peak | null;
  readonly forms: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

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

/** The cells of a row after kernel and size. */
export function cellsOf({ seconds, flops, bytes, bound, share }: Measured): string[] {
  return [
    time(seconds),
    scaled(flops / seconds, "FLOP/s"),
    scaled(bytes / seconds, "B/s"),
    bound,
    percent(share),
  ];
}

export const heads = ["Kernel", "Size", "Time", "Arithmetic", "Memory", "Limit", "Share of it"];

/** All of it, in columns that line up where letters are equally wide. */
export function asText({ adapter, peak, forms, rows }: Result, browser: string): string {
  const table = [heads, ...rows.map(lineOf)];
  const whole = table.filter((cells) => cells.length === heads.length);
  const widths = heads.map((_, i) =>
    Math.max(...(i < 2 ? table : whole).map((cells) => cells[i].length)),
  );
  const lines = table.map((cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]))
      .join("  ")
      .trimEnd(),
  );
  return [
    `llm.ts benchmark: ${adapter}`,
    `browser: ${browser}`,
    peak === null
      ? "peak: not measured"
      : `peak: ${scaled(peak.flopsPerSecond, "FLOP/s")} multiply-add, ${scaled(peak.bytesPerSecond, "B/s")} copy`,
    `forms: ${Object.entries(forms)
      .map(([kernel, form]) => `${kernel} ${form}`)
      .join(", ")}`,
    "",
    ...lines,
    "",
  ].join("\n");
}

const lineOf = ({ kernel, size, measured, why }: Row): string[] =>
  measured === null ? [kernel, size, why] : [kernel, size, ...cellsOf(measured)];
