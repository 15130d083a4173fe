// One channel of an MLP with a gate: two sliders, the gate and the value, a curve of how much the gate lets through, and the
// output, which is the two multiplied.

import { swigluForward } from "@llm.ts/kernels/swiglu/swiglu.ts";
import { bar, curve, digits, label, line, named, type Sketch } from "../../src/figures/sketch.ts";

interface State {
  gate: number;
  up: number;
}

const [mostGate, mostUp] = [5, 3];
const unit = 20; // of the drawing, for 1 of the gate and of silu
const [middle, zero] = [124, 150]; // of the curve
const upUnit = 30; // for 1 of the value
const outUnit = 8; // for 1 of the output
const [upX, outX, width] = [272, 352, 28];
const barsZero = 136;
const xOf = (gate: number) => middle + unit * gate;

export const sketch: Sketch<State> = {
  title: "The curve of silu with the gate on it, and beside it a value and the output",
  height: 264,
  start: { gate: 2, up: 2 },

  marks({ gate, up }) {
    const [open, out] = [silu(gate), gated(gate, up)];
    return [
      line(xOf(-mostGate), zero, xOf(mostGate), zero),
      line(middle, zero - unit * mostGate, middle, zero + 20),
      curve(points, "output"),
      label(xOf(-mostGate), 18, "gate, and silu of it", { role: "input", symbol: "x" }),
      named("x", line(middle, zero, xOf(gate), zero, "input")),
      line(xOf(gate), zero, xOf(gate), zero - unit * open, "output"),
      label(xOf(-mostGate), 44, `gate ${digits(gate)}`),
      label(xOf(-mostGate), 62, `silu ${digits(open)}`),
      ...[-4, -2, 2, 4].map((tick) =>
        label(xOf(tick), zero + 40, digits(tick, 0), {
          anchor: "middle",
          role: "soft",
        }),
      ),
      line(upX - 14, barsZero, outX + width + 14, barsZero),
      label(upX + width / 2, 18, "value", { role: "input", anchor: "middle", symbol: "u" }),
      label(outX + width / 2, 18, "output", { role: "output", anchor: "middle", symbol: "out" }),
      named("u", bar(upX, width, barsZero, barsZero - upUnit * up, "input")),
      named("out", bar(outX, width, barsZero, barsZero - outUnit * out, "output")),
      label(xOf(-mostGate), 230, "silu × value = output", { role: "soft" }),
      label(xOf(-mostGate), 250, `${digits(open)} × ${digits(up)} = ${digits(out)}`),
    ].join("");
  },

  handles: ({ gate, up }) => [
    {
      name: "gate",
      symbol: "x",
      says: digits(gate),
      ...{ cx: xOf(gate), cy: zero - unit * silu(gate), role: "input" },
      x: {
        ...{ min: -mostGate, max: mostGate, step: 0.25, value: gate },
        at: (place) => (place.x - middle) / unit,
        set: (wanted) => ({ gate: Math.round(4 * wanted) / 4, up }),
      },
    },
    {
      name: "value",
      symbol: "u",
      says: digits(up),
      ...{ cx: upX + width / 2, cy: barsZero - upUnit * up, role: "input" },
      y: {
        ...{ min: -mostUp, max: mostUp, step: 0.25, value: up },
        at: (place) => (barsZero - place.y) / upUnit,
        set: (wanted) => ({ gate, up: Math.round(4 * wanted) / 4 }),
      },
    },
  ],

  says({ gate, up }) {
    const out = gated(gate, up);
    const how =
      Math.abs(silu(gate)) < 0.1
        ? "The gate is all but shut"
        : gate < 0
          ? "The gate is nearly shut, and turns the sign"
          : "The gate is open";
    return `${how}: silu of ${digits(gate)} is ${digits(silu(gate))}. Times the value ${digits(up)} that is ${digits(out)}.`;
  },
};

/** What the course's kernel makes of a gate and a value. */
function gated(gate: number, up: number): number {
  const out = new Float64Array(1);
  swigluForward(out, Float64Array.of(gate, up), 1, 1, 1);
  return out[0];
}

const silu = (gate: number): number => gated(gate, 1);
const points = Array.from({ length: 101 }, (_, k) => {
  const gate = -mostGate + k / 10;
  return [xOf(gate), zero - unit * silu(gate)] as [number, number];
});
