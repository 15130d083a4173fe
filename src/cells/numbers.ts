// Numbers of a wrong tensor as tables: what came out, what had to, the difference. A place that is pointed at or focused in one
// is marked in all three and on the map of errors; arrows move; Enter or a click plays the writes that made the number.

import { locate } from "./axes.ts";
import type { TensorReport } from "./compare.ts";
import { cellOfMap, make } from "./result.ts";
import { number } from "./sentences.ts";
import type { Play } from "./watch.ts";
import { showWrites } from "./writes.ts";

const mostRows = 5;
const widthOfNumber = 76; // pixels
const widthOfRowName = 72; // see cell.css

/** @param light lights a line of the file in the editor; null: none */
export interface Playing {
  play: Play;
  light: (line: number | null) => void;
}

/**
 * @param maps the maps of errors, for each of the reports one or none
 * @param playing without it numbers cannot be played
 */
export function showNumbers(
  reports: readonly TensorReport[],
  maps: readonly (HTMLElement | undefined)[],
  playing?: Playing,
): HTMLElement {
  let report = reports[0];
  let at = report.first?.index ?? 0; // the place that is focused
  const box = make("div", "numbers");
  const title = make("p", "label");
  const tables = make("div", "numbers-tables");
  const told = make("p", "label numbers-told");
  const writes = make("div", "numbers-writes");
  box.append(title, tables, told, writes);
  let columnsShown = 6;
  let top = 0;
  let left = 0;

  const columns = () => report.shape.at(-1) ?? 1;
  const cells = () => [...tables.querySelectorAll<HTMLElement>("td")];

  /** Marks a place in the three tables, on the map, and tells it. */
  const mark = (index: number) => {
    for (const cell of cells()) cell.classList.toggle("here", Number(cell.dataset.at) === index);
    for (const [k, map] of maps.entries()) {
      const here = reports[k] === report ? cellOfMap(report, index) : -1;
      for (const [i, rect] of (map?.querySelectorAll("rect") ?? []).entries()) {
        rect.classList.toggle("here", i === here);
      }
    }
    const [got, expected] = numbersAt(report, index);
    const names = namesOf(report);
    told.textContent = `${locate(index, report.shape, report.axes)}: ${names[0]} ${number(got)}, ${names[1]} ${number(expected)}.${playing ? " Enter or a click shows what wrote it." : ""}`;
  };

  /** Draws the part of the tables that holds the focused place. */
  const draw = () => {
    const rows = report.count / columns();
    const [row, column] = [Math.floor(at / columns()), at % columns()];
    top = Math.max(0, Math.min(Math.max(Math.min(top, row), row - mostRows + 1), rows - mostRows));
    left = Math.max(
      0,
      Math.min(
        Math.max(Math.min(left, column), column - columnsShown + 1),
        columns() - columnsShown,
      ),
    );
    const shownRows = range(top, Math.min(rows, top + mostRows));
    const shownColumns = range(left, Math.min(columns(), left + columnsShown));
    const parts = [
      partOf(shownRows.length, rows, "rows"),
      partOf(shownColumns.length, columns(), "columns"),
    ].filter((part) => part !== "");
    const shown = parts.length > 0 ? `, ${parts.join(" and ")}` : "";
    title.textContent = `The numbers of ${report.tensor}${shown}; arrows move.`;
    tables.replaceChildren(
      ...namesOf(report).map((name, k) =>
        drawTable(report, name, k, shownRows, shownColumns, (index) => index === at),
      ),
    );
    mark(at);
  };
  const go = (index: number, table: number) => {
    at = Math.max(0, Math.min(index, report.count - 1));
    draw();
    tables
      .querySelectorAll("table")
      [table]?.querySelector<HTMLElement>("td[tabindex='0']")
      ?.focus();
  };
  const play = async (index: number) => {
    if (!playing) return;
    at = index;
    const found = await playing.play(report.tensor, index);
    writes.replaceChildren(showWrites(report, index, found, playing.light));
    writes.scrollIntoView({ block: "nearest" });
  };

  // Of a pointer that moves: a table that comes to lie under one at rest marks what the arrows have come to.
  tables.addEventListener("pointermove", ({ target }) => {
    const cell = (target as Element).closest<HTMLElement>("td");
    if (cell) mark(Number(cell.dataset.at));
  });
  tables.addEventListener("pointerleave", () => mark(at));
  tables.addEventListener("focusin", ({ target }) => {
    const cell = (target as Element).closest<HTMLElement>("td");
    if (!cell) return;
    at = Number(cell.dataset.at);
    mark(at);
  });
  tables.addEventListener("click", ({ target }) => {
    const cell = (target as Element).closest<HTMLElement>("td");
    if (!cell) return;
    const index = Number(cell.dataset.at);
    go(index, Number(cell.dataset.table));
    play(index);
  });
  tables.addEventListener("keydown", (event) => {
    const cell = (event.target as Element).closest<HTMLElement>("td");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = at - (at % columns());
    const ways: Record<string, number> = {
      ArrowLeft: Math.max(row, at - 1),
      ArrowRight: Math.min(row + columns() - 1, at + 1),
      ArrowUp: at - columns() >= 0 ? at - columns() : at,
      ArrowDown: at + columns() < report.count ? at + columns() : at,
      Home: row,
      End: row + columns() - 1,
    };
    if (event.key === "Enter" || event.key === " ") play(at);
    else if (event.key in ways) go(ways[event.key], Number(cell.dataset.table));
    else return;
    event.preventDefault();
  });
  for (const [k, map] of maps.entries()) {
    map?.addEventListener("click", ({ target }) => {
      const rects = [...map.querySelectorAll("rect")];
      const i = rects.indexOf(target as SVGRectElement);
      if (i < 0) return;
      report = reports[k];
      at = placeOnMap(report, i);
      writes.replaceChildren();
      draw();
    });
  }
  new ResizeObserver(([{ contentRect }]) => {
    const fitting = Math.floor((contentRect.width - widthOfRowName) / widthOfNumber);
    const next = Math.max(2, Math.min(8, fitting));
    if (contentRect.width === 0 || next === columnsShown) return;
    columnsShown = next;
    draw();
  }).observe(box);
  draw();
  return box;
}

/** The first element that a square of the map is about. */
function placeOnMap(report: TensorReport, square: number): number {
  // Squares come in the order of elements, so the first element of a square is the first whose square it is.
  for (let index = 0; index < report.count; index++) {
    if (cellOfMap(report, index) === square) return index;
  }
  return 0;
}

function namesOf({ how }: TensorReport): string[] {
  if (how === "adds") return ["you added", "should have added", "difference"];
  return ["got", "expected", "difference"];
}

function numbersAt({ how, before, got, expected }: TensorReport, index: number): number[] {
  const from = how === "adds" ? before[index] : 0;
  const [a, b] = [got[index] - from, expected[index] - from];
  return [a, b, a - b];
}

function drawTable(
  report: TensorReport,
  name: string,
  which: number,
  rows: readonly number[],
  columns: readonly number[],
  isFocused: (index: number) => boolean,
): HTMLElement {
  const table = make("table", "numbers-table");
  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", `${report.tensor}: ${name}`);
  table.append(make("caption", "label", name));
  const axes = report.axes.slice(0, -1);
  const head = make("tr");
  const corner = make(
    "th",
    "",
    `${axes.join(", ")}${axes.length > 0 ? " \\ " : ""}${report.axes.at(-1) ?? ""}`,
  );
  corner.setAttribute("scope", "col");
  head.append(corner);
  for (const column of columns) {
    const th = make("th", "", String(column));
    th.setAttribute("scope", "col");
    head.append(th);
  }
  table.append(head);
  const width = report.shape.at(-1) ?? 1;
  for (const row of rows) {
    const tr = make("tr");
    const th = make("th", "", indicesOf(row, report.shape.slice(0, -1)).join(", ") || "0");
    th.setAttribute("scope", "row");
    tr.append(th);
    for (const column of columns) {
      const index = row * width + column;
      const wrong = !(report.errors[index] <= 1);
      const td = make("td", wrong ? "wrong" : "", short(numbersAt(report, index)[which]));
      td.dataset.at = String(index);
      td.dataset.table = String(which);
      td.tabIndex = isFocused(index) ? 0 : -1;
      tr.append(td);
    }
    table.append(tr);
  }
  return table;
}

function indicesOf(offset: number, shape: readonly number[]): number[] {
  const indices: number[] = [];
  let rest = offset;
  for (const size of shape.toReversed()) {
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return indices;
}

/** With four digits, so that columns stay narrow. */
function short(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return String(value);
  return size < 1e-3 || size >= 1e5 ? value.toExponential(1) : value.toPrecision(4);
}

/** "5 of 30 rows"; "" where all are shown. */
const partOf = (shown: number, all: number, what: string): string =>
  shown < all ? `${shown} of ${all} ${what}` : "";

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
