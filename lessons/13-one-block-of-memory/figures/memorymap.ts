// The memory of a training run to scale: one bar for each group, cut into its tensors. Pointing at a tensor, or moving
// the slider, tells its name, shape, bytes and the lesson it is from.

import type * as PlotModule from "@observablehq/plot";
import { makeReadout, makeSlider, plotStyle, row, stack } from "../../../src/figures/controls.ts";
import type { Exports, Space } from "../../../src/figures/exports.ts";

interface Tensor {
  group: string;
  name: string;
  shape: number[];
  copies: number; // how many of this shape: one for each layer, or 1
  lesson: string;
}

interface Plan {
  name: string;
  tensors: Tensor[];
}

interface Piece extends Tensor {
  index: number;
  bytes: number;
  start: number; // in its group, in MiB
  end: number;
}

const MiB = 2 ** 20;
const [marginLeft, marginRight] = [88, 12];
const letterWidth = 7.3; // of a name in a bar

/**
 * @param values the run's exports: plans, each with a name and its tensors
 * @throws TypeError if it is missing or has another form
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const plans = plansOf(values).map(({ name, tensors }) => ({ name, pieces: arrange(tensors) }));
  let plan = plans[0];
  let at = 0;

  const choice = document.createElement("select");
  for (const [i, { name }] of plans.entries()) choice.add(new Option(name, String(i)));
  choice.setAttribute("aria-label", "Batch and form of attention");
  Object.assign(choice.style, {
    maxInlineSize: "100%",
    minBlockSize: "2.5rem",
    fontSize: "var(--size-small)",
  });
  const slider = makeSlider({ max: plan.pieces.length - 1, name: "Tensor" }, (index) =>
    choose(index),
  );
  const says = makeReadout(3, "text");
  const place = document.createElement("div");

  const choose = (index: number) => {
    at = Math.min(index, plan.pieces.length - 1);
    slider.max = String(plan.pieces.length - 1);
    slider.valueAsNumber = at;
    const { group, name } = plan.pieces[at];
    slider.setAttribute("aria-valuetext", `${name}, of the ${group}`);
    says.replaceChildren(...describe(plan.pieces[at], plan.pieces));
    for (const rect of place.querySelectorAll<SVGElement>("[data-piece]")) {
      rect.style.fill = Number(rect.dataset.piece) === at ? "var(--ink)" : "";
    }
  };
  const show = () => {
    place.replaceChildren(drawBars(Plot, plan.pieces, width));
    const bars = place.querySelectorAll<SVGElement>(".pieces rect");
    for (const [i, rect] of bars.entries()) {
      rect.dataset.piece = String(i);
      rect.addEventListener("pointerenter", () => choose(i));
    }
    choose(at);
  };
  choice.addEventListener("change", () => {
    plan = plans[Number(choice.value)];
    show();
  });

  show();
  return stack(row(choice, slider), says, place);
}

function drawBars(Plot: typeof PlotModule, pieces: readonly Piece[], width: number): Element {
  const groups = [...new Set(pieces.map(({ group }) => group))];
  // A tensor has its name on it where there is room for it.
  const scale = (width - marginLeft - marginRight) / Math.max(...pieces.map(({ end }) => end));
  const wide = pieces.filter(
    ({ name, start, end }) => scale * (end - start) > letterWidth * name.length + 8,
  );
  return Plot.plot({
    ariaLabel: "Memory of each group in MiB, cut into its tensors",
    width,
    height: 46 * groups.length + 50,
    ...{ marginLeft, marginRight },
    marginBottom: 44,
    style: plotStyle,
    x: { label: "MiB →", labelOffset: 36, grid: true, ticks: width < 500 ? 4 : 8 },
    y: { label: null, domain: groups, tickSize: 0, padding: 0.25 },
    marks: [
      Plot.barX(pieces, {
        className: "pieces",
        x1: "start",
        x2: "end",
        y: "group",
        fill: { value: ({ group }: Piece) => colourOf(group), scale: null },
        stroke: "var(--paper)",
        strokeWidth: 0.5,
      }),
      Plot.text(wide, {
        x: ({ start, end }: Piece) => (start + end) / 2,
        y: "group",
        text: "name",
        fill: "var(--on-ink)",
        fontFamily: "var(--mono)",
        fontSize: 12,
        pointerEvents: "none",
      }),
      Plot.ruleX([0], { stroke: "var(--line-strong)" }),
    ],
  });
}

// Of its role, as everywhere; what the optimiser and the kernels keep beside it has none.
const colours: Record<string, string> = {
  parameters: "var(--mark-4)",
  gradients: "var(--backward)",
  activations: "var(--forward)",
};
const colourOf = (group: string): string => colours[group] ?? "var(--mark-6)";

/** Every tensor after the one before it, group by group. */
function arrange(tensors: readonly Tensor[]): Piece[] {
  const ends = new Map<string, number>();
  return tensors.map((tensor, index) => {
    const bytes = 4 * tensor.copies * tensor.shape.reduce((product, size) => product * size, 1);
    const start = ends.get(tensor.group) ?? 0;
    const end = start + bytes / MiB;
    ends.set(tensor.group, end);
    return { ...tensor, index, bytes, start, end };
  });
}

function describe(piece: Piece, pieces: readonly Piece[]): Node[] {
  const { group, name, shape, copies, bytes, lesson } = piece;
  const all = pieces.reduce((sum, one) => sum + one.bytes, 0);
  const code = document.createElement("code");
  code.textContent = name;
  const shapes = copies > 1 ? `${copies} times (${shape.join(", ")})` : `(${shape.join(", ")})`;
  const share = (100 * bytes) / all;
  return [
    code,
    new Text(
      `, of the ${group}: ${shapes}, ${bytes.toLocaleString("en")} bytes, ${share.toFixed(share < 1 ? 3 : 1)}% of ${(all / MiB).toFixed(0)} MiB. Lesson: ${lesson}.`,
    ),
  ];
}

function plansOf(values: Exports): Plan[] {
  const plans = values.plans as Plan[] | undefined;
  const right =
    Array.isArray(plans) &&
    plans.length > 0 &&
    plans.every(
      ({ name, tensors }) =>
        typeof name === "string" &&
        Array.isArray(tensors) &&
        tensors.length > 0 &&
        tensors.every(({ shape, copies }) => Array.isArray(shape) && Number.isInteger(copies)),
    );
  if (!right) {
    throw new TypeError(
      "the figure needs `export const plans`, a list of { name, tensors: [{ group, name, shape, copies, lesson }] }",
    );
  }
  return plans;
}
