// What differs between runs, as a table: a column for each, a row for each difference, and then how they came out.

import { duration, integer } from "../../page/numbers.ts";
import type { Difference } from "./compare.ts";
import { type KeptRun, lastValidation } from "./kept.ts";

export interface Column {
  readonly run: KeptRun;
  readonly colour: string;
}

/** @param place a table with a head and two bodies */
export function fillTable(
  place: HTMLElement,
  columns: readonly Column[],
  differences: readonly Difference[],
): void {
  const [settings, outcome] = place.querySelectorAll("tbody");
  const head = document.createElement("tr");
  const corner = document.createElement("td");
  corner.textContent = "What differs";
  head.append(corner, ...columns.map(headOf));
  place.querySelector("thead")?.replaceChildren(head);
  settings.replaceChildren(
    ...(differences.length > 0
      ? differences.map(({ label, values }) => line(label, values))
      : [line("Settings", ["the same in all", ...columns.slice(1).map(() => "")])]),
  );
  const runs = columns.map(({ run }) => run);
  outcome.replaceChildren(
    line(
      "Steps done",
      runs.map(({ step, end }) => `${integer(step)}${end === "diverged" ? ", then diverged" : ""}`),
    ),
    line(
      "Last validation loss",
      runs.map((run) => lastValidation(run)?.toFixed(4) ?? "none"),
    ),
    line(
      "Time in training",
      runs.map(({ seconds }) => duration(seconds)),
    ),
  );
}

function headOf({ run, colour }: Column): HTMLElement {
  const cell = document.createElement("th");
  cell.scope = "col";
  const key = document.createElement("span");
  key.className = "key";
  key.style.background = colour;
  cell.append(key, run.name);
  return cell;
}

function line(label: string, values: readonly string[]): HTMLTableRowElement {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = label;
  row.append(head);
  for (const value of values) row.insertCell().textContent = value;
  return row;
}
