// What stands below a cell after a check: which tensors are right, how far off the others are, and where.

import { sizesOf } from "./calls.ts";
import type { TensorReport } from "./compare.ts";
import type { Comparison, Verdict } from "./grader.ts";
import { type Playing, showNumbers } from "./numbers.ts";
import { number } from "./sentences.ts";
import { tolerance } from "./tolerance.ts";

/**
 * The details of a verdict; its sentence is shown apart from them.
 *
 * @param comparison of a shader with the same kernel in TypeScript
 * @param playing plays the writes behind a number
 */
export function showVerdict(verdict: Verdict, comparison?: Comparison, playing?: Playing): Node[] {
  const { atol, rtol } = tolerance;
  const agreement = make(
    "p",
    "label",
    `Two numbers agree where |got − expected| ≤ ${number(atol)} + ${number(rtol)} · |expected|.`,
  );
  const beside = comparison ? showComparison(comparison) : [];
  if (verdict.passed) return [...beside, agreement];
  const wrong = verdict.tensors.filter((report) => report.mistake !== null);
  const maps = wrong.map((report) =>
    report.mistake?.kind === "untouched" ? undefined : showErrorMap(report),
  );
  const added = wrong.some(({ how }) => how === "adds");
  const before = added
    ? [
        make(
          "p",
          "label",
          "Gradients are added to what is there, so the tensors do not begin at 0.",
        ),
      ]
    : [];
  if (verdict.tensors.length === 0) return beside; // it was not run to its end
  return [
    showTensors(verdict.tensors),
    ...before,
    ...(wrong.length > 0 ? [showNumbers(wrong, maps, playing)] : []),
    ...maps.filter((map) => map !== undefined),
    showCases(verdict),
    ...beside,
    agreement,
  ];
}

function showTensors(reports: readonly TensorReport[]): HTMLElement {
  const adds = reports.every(({ how }) => how === "adds");
  const heads = [
    "tensor",
    "result",
    "largest error",
    "relative",
    "first wrong element",
    ...(adds ? ["you added", "should have added"] : ["before", "got", "expected"]),
  ];
  const rows = reports.map((report) => {
    const row = make("tr", report.mistake ? "wrong" : "right");
    const { first } = report;
    row.append(
      headOf("row", report.tensor),
      make("td", "", report.mistake ? `${report.wrong} of ${report.count} wrong` : "right"),
      make("td", "", report.ids ? "" : number(report.largestAbsolute)), // an id is right or wrong, not nearly right
      make("td", "", report.ids ? "" : number(report.largestRelative)),
      make("td", "", first?.at ?? ""),
      ...numbersOf(report, adds).map((value) => make("td", "", value)),
    );
    return row;
  });
  const table = showTable("Tensors and their errors", heads, rows);
  table.classList.add("cell-errors");
  return table;
}

/** Of the first wrong element: what was added and had to be, or what was there before, and what is there now. */
function numbersOf({ first, how }: TensorReport, adds: boolean): string[] {
  if (!first) return adds ? ["", ""] : ["", "", ""];
  const { before, got, expected } = first;
  if (adds) return [number(got - before), number(expected - before)];
  return [how === "writes" ? "" : number(before), number(got), number(expected)];
}

/** How far the shader and the TypeScript are from PyTorch, over all cases: float32 on both sides, so neither is exact. */
function showComparison({ adapter, columns }: Comparison): Node[] {
  const heads = [
    "tensor",
    ...columns.flatMap(({ name }) => [`${name}: largest error`, "relative"]),
  ];
  const others = columns[1].name === "TypeScript" ? "the TypeScript kernel" : "the walk through";
  const rows = columns[0].errors.map(({ tensor }, i) => {
    const row = make("tr");
    row.append(headOf("row", tensor));
    for (const { errors } of columns) {
      row.append(
        make("td", "", number(errors[i].absolute)),
        make("td", "", number(errors[i].relative)),
      );
    }
    return row;
  });
  return [
    make(
      "p",
      "label",
      `This GPU (${adapter}) and ${others}, each against PyTorch. A relative error is large where the number itself is almost 0.`,
    ),
    showTable("Errors against PyTorch", heads, rows),
  ];
}

function showTable(label: string, heads: readonly string[], rows: readonly Node[]): HTMLElement {
  const headRow = make("tr");
  headRow.append(...heads.map((head) => headOf("col", head)));
  const head = make("thead");
  head.append(headRow);
  const body = make("tbody");
  body.append(...rows);
  const table = make("table", "cell-tensors");
  table.append(head, body);
  const scroll = make("div", "scroll");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "group");
  scroll.setAttribute("aria-label", label);
  scroll.append(table);
  return scroll;
}

function headOf(scope: "row" | "col", text: string): HTMLElement {
  const cell = make("th", "", text);
  cell.setAttribute("scope", scope);
  return cell;
}

function showCases({ cases }: Verdict): HTMLElement {
  const chosen = cases.at(cases.findIndex(({ passed }) => !passed)); // the last where all are right
  const list = cases.map((one) => {
    const drawn = one.name === "drawn" ? "drawn, " : "";
    const shown = one === chosen ? ", shown here" : "";
    const sizes = sizesOf(one).replaceAll(" = ", "\u00a0=\u00a0"); // no line ends within
    return `${sizes} (${drawn}${one.passed ? "right" : "wrong"}${shown})`;
  });
  return make("p", "label", `Sizes tried: ${list.join("; ")}.`);
}

const most = { rows: 48, columns: 96 };
const svgNamespace = "http://www.w3.org/2000/svg";

/** A map of the error over a tensor: one square for each number, in a stronger colour the further it is off. */
export function showErrorMap(report: TensorReport): HTMLElement {
  const { tensor, shape, axes, errors, wrong, count } = report;
  const columns = shape.at(-1) ?? 1;
  const rows = count / columns;
  const [grid, shownRows, shownColumns] = shrink(errors, rows, columns);

  const svg = document.createElementNS(svgNamespace, "svg");
  svg.setAttribute("viewBox", `0 0 ${shownColumns} ${shownRows}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `Map of ${tensor}: ${wrong} of ${count} numbers are wrong`);
  svg.style.setProperty("--columns", String(shownColumns));
  grid.forEach((error, i) => {
    const rect = document.createElementNS(svgNamespace, "rect");
    rect.setAttribute("x", String(i % shownColumns));
    rect.setAttribute("y", String(Math.floor(i / shownColumns)));
    rect.setAttribute("width", "0.94");
    rect.setAttribute("height", "0.94");
    // An error of one tolerance is pale, one of a hundred thousand tolerances is full.
    const strength = error <= 1 ? 0 : Math.min(1, 0.3 + Math.log10(error) * 0.14);
    if (error <= 1) rect.setAttribute("class", "right");
    else rect.setAttribute("fill-opacity", Number.isFinite(error) ? strength.toFixed(2) : "1");
    svg.append(rect);
  });

  const figure = make("figure", "cell-map");
  const rowAxes = axes.slice(0, -1).join(", ");
  const layout = rowAxes ? `rows are (${rowAxes}), columns ${axes.at(-1)}` : `along ${axes[0]}`;
  const grouped = grid.length < count ? " Each square is the worst of several numbers." : "";
  figure.append(
    make(
      "figcaption",
      "label",
      `Error of ${tensor}: ${layout}; the stronger the colour, the further off.${grouped}`,
    ),
    svg,
  );
  return figure;
}

/** The square of the map that an element is in. */
export function cellOfMap({ shape, count }: TensorReport, index: number): number {
  const columns = shape.at(-1) ?? 1;
  const high = Math.ceil(count / columns / most.rows);
  const wide = Math.ceil(columns / most.columns);
  const row = Math.floor(Math.floor(index / columns) / high);
  return row * Math.ceil(columns / wide) + Math.floor((index % columns) / wide);
}

/** At most 48 by 96 squares; where there are more numbers, a square is the worst of its own. */
function shrink(
  errors: Float32Array,
  rows: number,
  columns: number,
): [grid: Float32Array, rows: number, columns: number] {
  const high = Math.ceil(rows / most.rows);
  const wide = Math.ceil(columns / most.columns);
  const [m, n] = [Math.ceil(rows / high), Math.ceil(columns / wide)];
  const grid = new Float32Array(m * n);
  errors.forEach((error, i) => {
    const row = Math.floor(Math.floor(i / columns) / high);
    const at = row * n + Math.floor((i % columns) / wide);
    if (!(error <= grid[at])) grid[at] = error;
  });
  return [grid, m, n];
}

/** An element with a class and a text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  text = "",
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}
