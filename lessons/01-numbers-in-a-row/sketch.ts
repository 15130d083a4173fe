// A tensor of shape (2, 3, 4) and the row of 24 places that memory has for it: an element is moved in one, and moves in the
// other.

import { bar, label, mark, type Sketch } from "../../src/figures/sketch.ts";

/** The element: how far it is from the beginning of memory. */
interface State {
  offset: number;
}

const [B, T, C] = [2, 3, 4];
const all = B * T * C;
const [left, top] = [52, 46]; // of the tensor
const [wide, high] = [42, 30]; // of one of its cells
const gap = 22; // between its sequences
const strip = 232; // y of memory
const place = 17; // width of one of its places
const first = 6; // x of place 0

const indices = (offset: number) => ({
  b: Math.floor(offset / (T * C)),
  t: Math.floor(offset / C) % T,
  i: offset % C,
});
const offsetOf = (b: number, t: number, i: number) => (b * T + t) * C + i;

const xOf = (b: number, i: number) => left + (b * C + i) * wide + b * gap;
const yOf = (t: number) => top + t * high;
const placeOf = (offset: number) => first + (offset + 0.5) * place;

/** Columns of both sequences, counted through: the one at x. */
const columnAt = (x: number) => {
  const b = x < xOf(1, 0) - gap / 2 ? 0 : 1;
  return Math.min(C * (b + 1) - 1, Math.max(C * b, (x - handleX - xOf(b, 0)) / wide + C * b));
};
const [handleX, handleY] = [31, high / 2]; // in a cell, beside its number

export const sketch: Sketch<State> = {
  title: "A tensor of two sequences of three tokens of four channels, and below it memory",
  height: 276,
  start: { offset: offsetOf(1, 1, 2) },

  marks({ offset }) {
    const at = indices(offset);
    const cells = Array.from({ length: all }, (_, one) => {
      const { b, t, i } = indices(one);
      const [x, y] = [xOf(b, i), yOf(t)];
      const inRow = b === at.b && t === at.t;
      return [
        inRow ? bar(x, wide, y, y + high, "soft") : "",
        outline(x, y, wide, high, "soft"),
        label(x + 5, y + 20, String(one), {
          ...{ code: true, role: one === offset ? "output" : "soft" },
        }),
      ].join("");
    });
    const places = Array.from({ length: all }, (_, one) => {
      const x = first + one * place;
      const inRow = Math.floor(one / C) === Math.floor(offset / C);
      const named = one % C === 0 || one === all - 1;
      return [
        inRow ? bar(x, place, strip, strip + 26, "soft") : "",
        outline(x, strip, place, 26, "soft"),
        named
          ? label(x + place / 2, strip + 40, String(one), {
              ...{ code: true, role: "soft", anchor: "middle" },
            })
          : "",
      ].join("");
    });
    const names = Array.from({ length: B }, (_, b) =>
      label(xOf(b, 0) + (C * wide) / 2, 16, `b = ${b}`, {
        ...{ code: true, anchor: "middle", role: b === at.b ? undefined : "soft", symbol: "b" },
      }),
    );
    const rows = Array.from({ length: T }, (_, t) =>
      label(0, yOf(t) + 20, `t = ${t}`, {
        ...{ code: true, role: t === at.t ? undefined : "soft", symbol: "t" },
      }),
    );
    const columns = Array.from({ length: B * C }, (_, one) => {
      const [b, i] = [Math.floor(one / C), one % C];
      const here = b === at.b && i === at.i;
      return label(xOf(b, i) + wide / 2, top - 8, String(i), {
        ...{
          code: true,
          anchor: "middle",
          role: here ? undefined : "soft",
          symbol: "i",
        },
      });
    });
    return [
      ...names,
      ...rows,
      label(0, top - 8, "i =", { code: true, role: "soft", symbol: "i" }),
      ...columns,
      ...cells,
      outline(xOf(at.b, at.i), yOf(at.t), wide, high, "output"),
      label(first, 168, "in memory", { role: "soft" }),
      ...places,
      outline(first + offset * place, strip, place, 26, "output"),
      jumps(0, at.b, T * C, 34),
      jumps(at.b * T * C, at.t, C, 20),
      jumps((at.b * T + at.t) * C, at.i, 1, 12),
    ].join("");
  },

  handles({ offset }) {
    const { b, t, i } = indices(offset);
    return [
      {
        name: "element of the tensor",
        symbol: "i",
        says: `b = ${b}, t = ${t}, i = ${i}`,
        cx: xOf(b, i) + handleX,
        cy: yOf(t) + handleY,
        role: "output",
        x: {
          ...{ min: 0, max: B * C - 1, step: 1, value: b * C + i },
          at: ({ x }) => columnAt(x),
          set: (column) => ({ offset: offsetOf(Math.floor(column / C), t, column % C) }),
        },
        y: {
          ...{ min: 0, max: T - 1, step: 1, down: true, value: t },
          at: ({ y }) => (y - handleY - top) / high,
          set: (to) => ({ offset: offsetOf(b, to, i) }),
        },
      },
      {
        name: "place in memory",
        says: `offset ${offset}`,
        cx: placeOf(offset),
        cy: strip + 13,
        role: "output",
        x: {
          ...{ min: 0, max: all - 1, step: 1, value: offset },
          at: ({ x }) => (x - first) / place - 0.5,
          set: (to) => ({ offset: to }),
        },
      },
    ];
  },

  says({ offset }) {
    const { b, t, i } = indices(offset);
    return `b = ${b}, t = ${t}, i = ${i}: offset (${b} · ${T} + ${t}) · ${C} + ${i} = ${offset}. From the beginning that is ${b} × ${T * C} + ${t} × ${C} + ${i} × 1.`;
  },
};

const outline = (x: number, y: number, width: number, height: number, role: "soft" | "output") =>
  mark("rect", { x, y, width, height, "data-line": role });

/** Some jumps of the same length along memory, from an offset on, and how many there are. */
function jumps(from: number, count: number, length: number, rise: number): string {
  if (count === 0) return "";
  const arcs = Array.from({ length: count }, (_, one) => {
    const [x1, x2] = [from + one * length, from + (one + 1) * length].map(placeOf);
    return mark("path", {
      d: `M${x1},${strip - 3}Q${(x1 + x2) / 2},${strip - 3 - 2 * rise} ${x2},${strip - 3}`,
      "data-line": "input",
    });
  });
  const middle = placeOf(from + (count * length) / 2);
  const name = label(middle, strip - 44, `${count}×${length}`, {
    ...{ code: true, anchor: "middle", role: "input" },
  });
  return arcs.join("") + name;
}
