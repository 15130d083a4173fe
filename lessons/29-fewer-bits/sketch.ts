// A number on a logarithmic line, as each format keeps it: its neighbours there, the nearest of them, and how far that is off.
// Below it is bit by bit, in one of the two formats of 16 bits, as switches.

import { formats, type HalfFormat } from "@llm.ts/kernels/runtime/half.ts";
import {
  label,
  line,
  mark,
  named,
  type Sketch,
  type SketchHandle,
  sketchWidth,
} from "../../src/figures/sketch.ts";
import { superscript } from "../../src/page/numbers.ts";

interface State {
  word: number; // the bits of the number as a float32
  format: HalfFormat; // of the switches
}

const both = ["bfloat16", "float16"] as const;
const layouts = { bfloat16: { exponent: 8, fraction: 7 }, float16: { exponent: 5, fraction: 10 } };
const largestOfBlock = 4; // of the block of 8 bits that the number is in

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);
const numberOf = (word: number): number => {
  bits[0] = word;
  return float[0];
};
const wordOf = (value: number): number => {
  float[0] = value;
  return bits[0];
};

// The line, in powers of two.
const [least, most, left, right, axis] = [-28, 18, 16, 404, 40];
const xOf = (power: number) => left + ((power - least) / (most - least)) * (right - left);
const powerOf = (value: number) => {
  const size = Math.abs(value);
  if (size === 0) return least;
  return Number.isFinite(size) ? Math.min(most, Math.max(least, Math.log2(size))) : most;
};

// The rows, each with a window of the numbers around the value.
const ruler = { from: 96, to: 330, top: 108, row: 38 };
const window = 2 ** -6; // to either side, of the value

// The switches.
const switches = { first: 15, gap: 26, up: 246, down: 266 };
const bitX = (at: number) => switches.first + at * switches.gap;

export const sketch: Sketch<State> = {
  title: "A number on a logarithmic line, what three formats make of it, and its bits",
  height: 300,
  start: { word: wordOf(0.1), format: "bfloat16" },

  marks({ word, format }) {
    const value = numberOf(word);
    const ticks = [-24, -14, 0, 16].flatMap((power) => [
      line(xOf(power), axis - 5, xOf(power), axis + 5),
      power2(xOf(power), axis - 12, power),
    ]);
    const band = (from: number, to: number, y: number, faint?: boolean) =>
      mark("rect", {
        ...{ x: xOf(from), y, width: xOf(to) - xOf(from), height: 4, "data-fill": "output" },
        opacity: faint ? 0.4 : undefined,
      });
    const reach = [
      band(-14, 16, axis + 20),
      band(-24, -14, axis + 20, true),
      label(xOf(1), axis + 40, "where float16 has numbers", {
        ...{ anchor: "middle", role: "output" },
      }),
    ];
    const rows = rowsOf(value).flatMap(({ name, spacing, nearest }, at) => {
      const y = ruler.top + at * ruler.row;
      return [
        label(0, y - 2, name),
        label(0, y + 14, written(nearest), { role: "output" }),
        ...neighbours(value, spacing, nearest, y),
        label(sketchWidth, y + 4, errorOf(value, nearest), { anchor: "end" }),
      ];
    });
    const { exponent } = layouts[format];
    const half = formats[format].narrow(word);
    const digits = Array.from({ length: 16 }, (_, at) =>
      label(bitX(at), switches.down + 26, String((half >>> (15 - at)) & 1), {
        ...{ anchor: "middle", code: true },
      }),
    );
    const under = (from: number, to: number, name: string) => [
      line(bitX(from) - 9, switches.up - 18, bitX(to) + 9, switches.up - 18),
      label((bitX(from) + bitX(to)) / 2, switches.up - 24, name, {
        ...{ anchor: "middle", role: "soft" },
      }),
    ];
    return [
      line(left, axis, right, axis),
      ...ticks,
      ...reach,
      named("x", line(xOf(powerOf(value)), axis - 9, xOf(powerOf(value)), axis + 9, "input")),
      ...rows,
      ...under(0, 0, "sign"),
      ...under(1, exponent, "exponent"),
      ...under(exponent + 1, 15, "fraction"),
      ...digits,
    ].join("");
  },

  handles({ word, format }) {
    const value = numberOf(word);
    const half = formats[format].narrow(word);
    const { exponent } = layouts[format];
    return [
      {
        name: "number",
        symbol: "x",
        says: written(value),
        ...{ cx: xOf(powerOf(value)), cy: axis, role: "input" },
        x: {
          ...{ min: least, max: most, step: 0.25, value: powerOf(value) },
          at: ({ x }) => least + ((x - left) / (right - left)) * (most - least),
          set: (power) => {
            const size = 2 ** (Math.round(4 * power) / 4);
            return { word: wordOf(value < 0 ? -size : size), format };
          },
        },
      } satisfies SketchHandle<State>,
      ...Array.from({ length: 16 }, (_, at): SketchHandle<State> => {
        const bit = 15 - at;
        const on = (half >>> bit) & 1;
        const kind =
          at === 0
            ? "sign"
            : at <= exponent
              ? `exponent, bit ${exponent - at}`
              : `fraction, bit ${bit}`;
        return {
          name: kind,
          cx: bitX(at),
          cy: on ? switches.up : switches.down,
          role: "output",
          y: {
            ...{ min: 0, max: 1, step: 1, value: on },
            at: ({ y }) => (switches.down - y) / (switches.down - switches.up),
            set: (wanted) => {
              const one = 1 << bit;
              const changed = wanted >= 0.5 ? half | one : half & ~one;
              return { word: formats[format].widen(changed), format };
            },
          },
        };
      }),
    ];
  },

  choices: ({ word, format }) => [
    {
      name: "bits of",
      options: both,
      value: both.indexOf(format),
      set: (at) => ({ word, format: both[at] }),
    },
  ],

  says({ word, format }) {
    const value = numberOf(word);
    const half = formats[format].narrow(word);
    const { exponent, fraction } = layouts[format];
    const [sign, k, m] = [
      half >>> 15 ? "−" : "",
      (half >>> fraction) & (2 ** exponent - 1),
      half & (2 ** fraction - 1),
    ];
    const bias = 2 ** (exponent - 1) - 1;
    const is =
      k === 2 ** exponent - 1
        ? m === 0
          ? "an exponent of ones and a fraction of 0, which means that it is infinite"
          : "an exponent of ones and a fraction that is not 0, which means that it is no number"
        : k === 0 && m === 0
          ? "0: no bit is left"
          : k === 0
            ? `${sign}${m} · 2${superscript(1 - bias - fraction)}, a subnormal number: its leading 0s are digits lost`
            : `${sign}(1 + ${m}/${2 ** fraction}) · 2${superscript(k - bias)}`;
    return `${written(value)} in ${format} is ${is}.`;
  },
};

/** What each format makes of a value, and how far its numbers are apart there. */
export function rowsOf(value: number) {
  const size = Math.abs(value);
  const halves = both.map((name) => {
    const nearest = numberOf(formats[name].widen(formats[name].narrow(wordOf(value))));
    const { exponent, fraction } = layouts[name];
    const lowest = 2 - 2 ** (exponent - 1); // of a number that is not subnormal
    const power = Math.max(lowest, size > 0 ? Math.floor(Math.log2(size)) : lowest);
    return { name: name as string, nearest, spacing: 2 ** (power - fraction) };
  });
  const scale = Math.max(largestOfBlock, Number.isFinite(size) ? size : 0) / 127;
  const whole = Math.sign(value) * Math.round(size / scale);
  return [...halves, { name: "8 bits", nearest: whole * scale, spacing: scale }];
}

/** The numbers of a format around a value, and the nearest of them. */
function neighbours(value: number, spacing: number, nearest: number, y: number): string[] {
  const { from, to } = ruler;
  const half = window * Math.abs(value);
  const base = line(from, y, to, y);
  if (!Number.isFinite(half) || half === 0) return [base];
  const place = (x: number) => (from + to) / 2 + ((x - value) / half) * ((to - from) / 2);
  const first = Math.ceil((value - half) / spacing);
  const last = Math.floor((value + half) / spacing);
  const ticks = Number.isFinite(nearest)
    ? Array.from({ length: last - first + 1 }, (_, i) => {
        const x = place((first + i) * spacing);
        return line(x, y - 6, x, y + 6);
      })
    : [];
  const within = Number.isFinite(nearest) && Math.abs(nearest - value) <= half;
  return [
    base,
    ...ticks,
    line(place(value), y - 11, place(value), y + 11, "input"),
    ...(within ? [mark("circle", { cx: place(nearest), cy: y, r: 4, "data-fill": "output" })] : []),
  ];
}

function errorOf(value: number, nearest: number): string {
  if (Number.isNaN(value)) return "";
  if (value === nearest) return "exact";
  if (!Number.isFinite(nearest)) return "too large";
  if (nearest === 0) return "lost";
  const percent = (100 * Math.abs(nearest - value)) / Math.abs(value);
  return `off ${percent.toPrecision(2)} %`;
}

function written(value: number): string {
  if (Number.isNaN(value)) return "no number";
  const sign = value < 0 || Object.is(value, -0) ? "−" : "";
  const size = Math.abs(value);
  if (size === Infinity) return `${sign}infinite`;
  if (size === 0) return `${sign}0`;
  const text = size >= 1e-3 && size < 1e7 ? String(Number(size.toPrecision(6))) : exponential(size);
  return sign + text;
}

/** A power of two as a label, with its exponent raised. */
function power2(x: number, y: number, power: number): string {
  const attributes = { x, y, "text-anchor": "middle", "data-role": "soft" };
  if (power === 0) return mark("text", attributes, "1");
  const up = `<tspan dy="-4" style="font-size: 11px">${String(power).replace("-", "−")}</tspan>`;
  return mark("text", attributes, `2${up}`);
}

function exponential(size: number): string {
  const [digits, power] = size.toExponential(3).split("e");
  return `${digits} · 10${superscript(Number(power))}`;
}
