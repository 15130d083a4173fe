// The result as text: for the table, and to be copied.

import { percent, scaled, time } from "../page/numbers.ts";
import type { Peak } from "./peak.ts";
import type { Measured, Row } from "./protocol.ts";

export interface Result {
  readonly adapter: string;
  readonly peak: Peak | null;
  readonly forms: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

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
