// A batch as a table: in row b and column t the token, and under it the one that is to be predicted there. Two sliders choose
// one of the B * T questions.

import type * as PlotModule from "@observablehq/plot";
import {
  labelled,
  makeReadout,
  makeSlider,
  plotStyle,
  row,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, integer, type Space, strings } from "../../../src/figures/exports.ts";

const least = 102; // pixels for a column, so that <|endoftext|> fits; where there is less room, the table scrolls

interface Square {
  b: number;
  t: number;
  text: string;
  what: "input" | "target";
}

/**
 * @param values the run's exports: B, T, and the texts of inputs and targets, each B*T of them
 * @throws TypeError if one of them is missing or of another length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const B = integer(values, "B", 1, 8);
  const T = integer(values, "T", 1, 16);
  const [inputs, targets] = ["inputs", "targets"].map((name) => strings(values, name));
  if (inputs.length !== B * T || targets.length !== B * T) {
    throw new TypeError(`the figure needs inputs and targets, each with B*T = ${B * T} texts`);
  }
  const at = { b: 0, t: Math.min(2, T - 1) };

  const question = makeReadout(2, "text");
  const table = document.createElement("div");
  Object.assign(table.style, { overflowX: "auto" });
  table.tabIndex = 0;
  table.setAttribute("role", "group");
  table.setAttribute("aria-label", "The batch");

  const update = () => {
    const { b, t } = at;
    const before = inputs.slice(b * T, b * T + t + 1);
    question.replaceChildren(
      `Question (${b}, ${t}): after `,
      code(before.map(visible).join("")),
      " comes ",
      code(visible(targets[b * T + t])),
      ".",
    );
    table.replaceChildren(drawTable(Plot, squaresOf(inputs, targets, T), { B, T }, at, width));
  };
  const slider = (name: "b" | "t", size: number) => {
    const onMove = (value: number) => {
      at[name] = value;
      update();
    };
    return labelled(code(name), makeSlider({ max: size - 1, value: at[name] }, onMove));
  };
  update();
  return stack(row(slider("b", B), slider("t", T)), question, table);
}

function squaresOf(inputs: readonly string[], targets: readonly string[], T: number): Square[] {
  const square = (what: Square["what"]) => (text: string, k: number) => {
    return { b: Math.floor(k / T), t: k % T, text: visible(text), what };
  };
  return [...inputs.map(square("input")), ...targets.map(square("target"))];
}

function drawTable(
  Plot: typeof PlotModule,
  squares: readonly Square[],
  { B, T }: { B: number; T: number },
  at: { b: number; t: number },
  width: number,
) {
  const seen = ({ b, t, what }: Square) => what === "input" && b === at.b && t <= at.t;
  const asked = ({ b, t, what }: Square) => what === "target" && b === at.b && t === at.t;
  const top = ({ b, what }: Square) => b + (what === "input" ? 0.06 : 0.48);
  const size = Math.max(width, 70 + least * T);
  return Plot.plot({
    ariaLabel: `Inputs and targets of a batch of ${B} windows of ${T} tokens`,
    width: size,
    height: 40 + 66 * B,
    marginLeft: 66,
    marginRight: 4,
    marginTop: 30,
    marginBottom: 4,
    style: {
      ...plotStyle,
      maxWidth: "none",
      fontVariantLigatures: "none", // else <| would become one sign
    },
    x: { domain: [0, T], axis: null },
    y: { domain: [B, 0], axis: null },
    marks: [
      Plot.rect(squares, {
        x1: "t",
        x2: ({ t }) => t + 1,
        y1: top,
        y2: (square) => top(square) + 0.42,
        insetLeft: 2,
        insetRight: 2,
        stroke: "var(--line-strong)",
        strokeWidth: 0.7,
        fill: {
          value: (square) =>
            asked(square)
              ? "var(--ink)"
              : seen(square)
                ? "var(--forward)"
                : square.what === "input"
                  ? "var(--forward-tint)"
                  : "var(--panel)",
          scale: null,
        },
      }),
      Plot.text(squares, {
        x: ({ t }) => t + 0.5,
        y: (square) => top(square) + 0.21,
        text: "text",
        fontFamily: "var(--mono)",
        fontSize: 12,
        fill: {
          value: (square) =>
            asked(square) ? "var(--paper)" : seen(square) ? "var(--on-ink)" : "var(--ink)",
          scale: null,
        },
      }),
      Plot.text(
        Array.from({ length: T }, (_, t) => t),
        { x: (t) => t + 0.5, y: 0, dy: -12, text: (t) => `t = ${t}`, fill: "var(--ink-soft)" },
      ),
      Plot.text(
        Array.from({ length: B }, (_, b) => b).flatMap((b) => [
          { text: `b = ${b}`, y: b + 0.27 },
          { text: "target", y: b + 0.69 },
        ]),
        { x: 0, y: "y", dx: -8, text: "text", textAnchor: "end", fill: "var(--ink-soft)" },
      ),
    ],
  });
}

/** What would not be seen: a space, the end of a line. */
const visible = (text: string): string => text.replaceAll(" ", "␣").replaceAll("\n", "↵");

function code(text: string): HTMLElement {
  const element = document.createElement("code");
  element.style.fontVariantLigatures = "none";
  element.textContent = text;
  return element;
}
