// One line in three vocabularies: each token is a bar as wide as its bytes, whose area is what it surprised a small model by.

import {
  bar,
  label,
  line,
  mark,
  named,
  type Sketch,
  sketchWidth,
} from "../../src/figures/sketch.ts";
import { cuts, text } from "./recorded.ts";

interface State {
  cut: number;
}

const byte = sketchWidth / text.length; // width of one; all characters of the line are one byte
const floor = 168;
const tallest = Math.max(
  ...cuts.flatMap(({ tokens, losses }) =>
    tokens.map((token, k) => losses[k] / Math.LN2 / token.length),
  ),
);
const unit = 140 / tallest; // for a bit per byte
const track = 282;
const stopOf = (cut: number) => 60 + cut * 150;

/** What the tokens of a cut come to. */
function totalsOf(cut: number) {
  const { name, tokens, losses } = cuts[cut];
  const bits = losses.reduce((sum, loss) => sum + loss, 0) / Math.LN2;
  return { name, count: tokens.length, bits, perByte: bits / text.length };
}

export const sketch: Sketch<State> = {
  title: "A line cut into tokens, and over each token a bar for what it surprised the model by",
  height: 300,
  start: { cut: 1 },

  marks({ cut }) {
    const { tokens, losses } = cuts[cut];
    const { count, bits, perByte } = totalsOf(cut);
    let at = 0;
    const bars = tokens.map((token, k) => {
      const [x, width] = [at * byte, token.length * byte];
      at += token.length;
      const height = (unit * losses[k]) / Math.LN2 / token.length;
      return [
        bar(x + 0.75, width - 1.5, floor, floor - height, "output"),
        mark("rect", {
          ...{ x: x + 0.75, y: floor + 6, width: width - 1.5, height: 22 },
          style: "fill: var(--raised)", // with no border: it would go through the letters
        }),
      ].join("");
    });
    const mean = floor - unit * perByte;
    const facts = [
      [`${count}`, "tokens"],
      [bits.toFixed(1), "bits in all"],
      [(bits / count).toFixed(2), "bits per token"],
      [perByte.toFixed(2), "bits per byte"],
    ];
    return [
      named("\\ell", ...bars),
      line(0, floor, sketchWidth, floor),
      mark("line", { x1: 0, y1: mean, x2: sketchWidth, y2: mean, style: "stroke: var(--ink)" }),
      ...Array.from(text, (character, i) =>
        label((i + 0.5) * byte, floor + 21, character === " " ? "␣" : character, {
          ...{ anchor: "middle", code: true },
          role: character === " " ? "soft" : "input",
        }),
      ),
      ...facts.flatMap(([value, what], i) => [
        label(4 + i * 108, 222, value, { role: i === 3 ? undefined : "output" }),
        label(4 + i * 108, 239, what, { role: "soft" }),
      ]),
      line(stopOf(0), track, stopOf(cuts.length - 1), track),
      ...cuts.map(({ name }, i) =>
        label(stopOf(i), track - 14, name, {
          ...{ anchor: "middle", role: i === cut ? "parameter" : "soft" },
        }),
      ),
    ].join("");
  },

  handles: ({ cut }) => [
    {
      ...{ name: "vocabulary", says: cuts[cut].name, role: "parameter", symbol: "N" },
      ...{ cx: stopOf(cut), cy: track },
      x: {
        ...{ min: 0, max: cuts.length - 1, step: 1, value: cut },
        at: ({ x }) => (x - stopOf(0)) / 150,
        set: (value) => ({ cut: Math.round(value) }),
      },
    },
  ],

  says({ cut }) {
    const { name, count, bits, perByte } = totalsOf(cut);
    return `Cut into ${name}, the line is ${count} tokens of ${(bits / count).toFixed(2)} bits each. Over its ${text.length} bytes that is ${perByte.toFixed(2)} bits per byte.`;
  },
};
