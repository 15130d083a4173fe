// The sum of sixteen numbers, in one lane and in four: how far each is after so many instructions.

import {
  bar,
  label,
  line,
  mark,
  named,
  type Sketch,
  sketchWidth,
} from "../../src/figures/sketch.ts";

interface State {
  done: number; // instructions
}

const numbers = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3]; // digits of pi
const lanes = 4;
const most = numbers.length;

const cell = sketchWidth / numbers.length;
const rows = { one: 40, four: 136 };
const rail = 248;
const [from, to] = [14, sketchWidth - 14];
const along = (done: number) => from + (done / most) * (to - from);

/** What one lane has added up after so many instructions. */
const inOne = (done: number) => numbers.slice(0, done).reduce((sum, x) => sum + x, 0);

/** What each of four lanes has, and whether they have been added up: three more instructions. */
function inFour(done: number): { read: number; sums: number[]; total: number | null } {
  const steps = Math.min(done, most / lanes);
  const sums = Array.from({ length: lanes }, (_, lane) =>
    numbers
      .filter((_, i) => i % lanes === lane && i < steps * lanes)
      .reduce((sum, x) => sum + x, 0),
  );
  const joined = Math.min(lanes - 1, Math.max(0, done - most / lanes));
  const total = joined === lanes - 1 ? sums.reduce((sum, x) => sum + x, 0) : null;
  return { read: steps * lanes, sums, total };
}

export const sketch: Sketch<State> = {
  title: "Sixteen numbers twice: added one after the other, and four at a time",
  height: 268,
  start: { done: 4 },

  marks({ done }) {
    const boxes = (y: number, read: number, now: (i: number) => boolean) =>
      numbers.flatMap((x, i) => [
        bar(i * cell + 1, cell - 2, y, y + 30, "soft"),
        ...(i < read ? [bar(i * cell + 1, cell - 2, y, y + 30, "output")] : []),
        now(i)
          ? mark("rect", {
              x: i * cell + 1,
              y,
              width: cell - 2,
              height: 30,
              "data-line": "parameter",
            })
          : "",
        mark(
          "text",
          {
            ...{ x: (i + 0.5) * cell, y: y + 20, "text-anchor": "middle", "data-code": "" },
            ...(i < read ? { style: "fill: var(--on-ink)" } : {}),
          },
          String(x),
        ),
      ]);
    const four = inFour(done);
    const step = Math.min(done, most / lanes);
    return [
      label(0, rows.one - 12, "one lane: an addition for each number", {
        role: "soft",
      }),
      named("x", ...boxes(rows.one, done, (i) => i === done - 1)),
      label(sketchWidth, rows.one + 50, `sum ${inOne(done)}`, {
        anchor: "end",
        code: true,
        role: "output",
        symbol: "total",
      }),
      label(0, rows.four - 12, "four lanes: an addition for four numbers", {
        role: "soft",
      }),
      named(
        "x",
        ...boxes(
          rows.four,
          four.read,
          (i) => done <= most / lanes && Math.floor(i / lanes) === step - 1,
        ),
      ),
      label(0, rows.four + 50, `lanes ${four.sums.join(" ")}`, {
        ...{ code: true, role: "output", symbol: "sums" },
      }),
      label(
        sketchWidth,
        rows.four + 50,
        four.total === null ? "not yet one sum" : `sum ${four.total}`,
        {
          ...{ anchor: "end", code: true, role: four.total === null ? "soft" : "output" },
          symbol: "total",
        },
      ),
      line(from, rail, to, rail),
      label(0, rail - 16, `instructions: ${done}`, { role: "parameter" }),
    ].join("");
  },

  handles: ({ done }) => [
    {
      ...{ name: "instructions done", role: "parameter", cx: along(done), cy: rail },
      x: {
        ...{ min: 0, max: most, step: 1, value: done },
        at: ({ x }) => ((x - from) / (to - from)) * most,
        set: (value) => ({ done: value }),
      },
    },
  ],

  says({ done }) {
    const { read, total } = inFour(done);
    const four =
      total === null
        ? `four lanes have read ${read}, and hold four sums`
        : "four lanes are done: four additions, and three more to make one sum of four";
    return `After ${done} ${done === 1 ? "instruction" : "instructions"} one lane has added ${done} of 16 numbers; ${four}.`;
  },
};
