// A pulse that walks down GPT-2, from the loss to the embeddings: at each kernel of the backward pass what it reads, and the
// gradient that it hands on. sketch.json is what the backward pass itself did, in a small trained GPT-2.

import {
  label,
  line,
  mark,
  type Role,
  type Sketch,
  sketchWidth,
  words,
} from "../../src/figures/sketch.ts";
import run from "./sketch.json" with { type: "json" };

interface State {
  at: number; // place in `places`
}

interface Place {
  kernel: string;
  handed: readonly string[];
  kept: readonly string[];
  weights: readonly string[];
  adds: readonly (readonly [name: string, rms: number])[];
  /** What the pulse is from here on, and its root mean square. */
  gradient: string;
  rms: number;
  /** Whether it is on the way through a layer, and not on the stream. */
  inside: boolean;
  /** How many calls it stands for. */
  calls: number;
}

/** Of the head three calls, of each layer ten, and one at the embeddings. */
const [head, layer] = [3, 10];
const last = run.pulses.map(({ adds, ...pulse }, k): Place => {
  const all = Object.entries(adds) as [string, number][];
  const inLayer = (k - head) % (layer / 2);
  const splits = pulse.kernel === "residualBackward";
  const [gradient, rms] = all[splits ? 1 : 0];
  const inside = k >= head && inLayer < 4 && k < run.pulses.length - 1;
  return { ...pulse, adds: all, gradient, rms, inside, calls: 1 };
});
const below = last.slice(head + layer, -1);
/** The first layer does the same as the last one, and is told of in a single line. */
const places: readonly Place[] = [
  ...last.slice(0, head + layer),
  { ...below[below.length - 1], calls: below.length },
  ...last.slice(-1),
];

const [stream, branch] = [12, 46]; // x of the two ways
const [nameX, gradientX, numberX] = [59, 206, 342];
const [barX, barWidth] = [349, sketchWidth - 349];
const yOf = (k: number) => 30 + 17 * k;
const textY = yOf(places.length) + 12;

export const sketch: Sketch<State> = {
  title:
    "GPT-2 from the loss at the top to the embeddings at the bottom, and a gradient on its way down",
  height: textY + 42,
  start: { at: 5 },

  marks({ at }) {
    const soft = { role: "soft" } as const;
    const now = places[at];
    const y = yOf(at);
    return [
      label(nameX, 14, "backward kernel", soft),
      label(gradientX, 14, "gradient", soft),
      label(numberX, 14, "size", { ...soft, anchor: "end" }),
      line(stream, yOf(0), stream, yOf(places.length - 1)),
      ...places.flatMap(({ kernel, inside }, k) =>
        inside && kernel === "residualBackward" ? [way(yOf(k), yOf(k + 4), "soft")] : [],
      ),
      // What it has gone through, and what it goes past.
      line(stream, yOf(0), stream, y, "gradient"),
      ...places.flatMap(({ kernel, inside }, k) =>
        inside && kernel === "residualBackward" && k <= at
          ? [way(yOf(k), yOf(Math.min(at, k + 4)), "gradient", at >= k + 4)]
          : [],
      ),
      ...places.map(({ inside }, k) =>
        mark("circle", {
          ...{ cx: inside ? branch : stream, cy: yOf(k), r: 3 },
          [k <= at ? "data-fill" : "data-line"]: k <= at ? "gradient" : "soft",
        }),
      ),
      now.inside ? mark("circle", { cx: stream, cy: y, r: 7, "data-fill": "gradient" }) : "",
      ...places.flatMap((place, k) => {
        const { gradient, rms } = place;
        const baseline = yOf(k) + 4;
        const reached = k <= at;
        return [
          name(place, nameX, baseline, k === at),
          label(gradientX, baseline, gradient, {
            ...{ code: true, role: reached ? "gradient" : "soft", symbol: "g" },
          }),
          reached ? label(numberX, baseline, digits(rms), { anchor: "end" }) : "",
          reached
            ? mark("rect", {
                ...{ x: barX, y: yOf(k) - 4, width: widthOf(rms), height: 8 },
                "data-fill": "gradient",
              })
            : "",
        ];
      }),
      ...story(now),
    ].join("");
  },

  handles: ({ at }) => [
    {
      name: "how far the gradient has come",
      symbol: "g",
      says: `${places[at].kernel}, ${places[at].gradient}`,
      cx: places[at].inside ? branch : stream,
      cy: yOf(at),
      role: "gradient",
      y: {
        ...{ min: 0, max: places.length - 1, step: 1, down: true, value: at },
        at: ({ y }) => (y - yOf(0)) / (yOf(1) - yOf(0)),
        set: (to) => ({ at: to }),
      },
    },
  ],

  says: ({ at }) => sentence(at),
};

/** The way through half a layer: out of the stream, down, and if `closed` back into it. */
const way = (from: number, to: number, role: Role, closed = true): string =>
  mark("path", {
    d: `M${stream},${from}H${branch}V${to}${closed ? `H${stream}` : ""}`,
    "data-line": role,
  });

function name({ kernel, weights, calls }: Place, x: number, y: number, now: boolean): string {
  const role: Role | undefined = now ? undefined : "soft";
  if (calls > 1) return label(x, y, `layer 0: ${calls} calls`, { role });
  const of: Role = now ? "parameter" : "soft";
  const all = [
    { text: kernel.replace(/Backward|SoftmaxFused/, ""), role },
    ...weights.slice(0, 1).map((text) => ({ text, role: of, symbol: inTable(text) })),
  ];
  return words(x, y, all, { code: true });
}

/** What is read and what is added to, in three lines. */
function story({ kernel, handed, kept, weights, adds, calls }: Place): string[] {
  const options = { code: true };
  const of = (role: Role) => (text: string) => ({
    ...{ text, role, symbol: role === "gradient" ? "g" : inTable(text) },
  });
  const row = (
    k: number,
    what: string,
    all: readonly { text: string; role?: Role; symbol?: string }[],
  ) => [
    label(0, textY + 17 * k, what, { role: "soft" }),
    words(nameX, textY + 17 * k, all, options),
  ];
  return [
    ...row(0, "calls", [{ text: calls > 1 ? `layer 0, last of ${calls}: ${kernel}` : kernel }]),
    ...row(1, "reads", [
      ...handed.map(of("gradient")),
      ...kept.map(of("output")),
      ...weights.map(of("parameter")),
    ]),
    ...row(2, "adds to", adds.map(([name]) => name).map(of("gradient"))),
  ];
}

function sentence(at: number): string {
  const { kernel, gradient, rms, inside, calls } = places[at];
  const before = places[at - 1];
  const times = before && digits(rms / before.rms);
  if (calls > 1) {
    return `The other layer does the same: ${calls} calls, and its stream hands on a dresidual of size ${digits(rms)}.`;
  }
  if (!before) {
    return `Here it begins: the loss is a mean over ${run.T} tokens, so each counts 1/${run.T}. Softmax and loss together hand on ${gradient}.`;
  }
  if (at === places.length - 1) {
    const [[, first]] = places[1].adds.slice(1);
    return `The end. The rows of the stream are added to those of dwte, whose size was ${digits(first)} since the head and is ${digits(rms)} now, and to dwpe.`;
  }
  if (kernel === "residualBackward") {
    return `A sum hands its gradient on whole, both ways, ${digits(rms)} each: past what comes next, and into it.`;
  }
  if (kernel === "layernormBackward" && at > head) {
    const past = places
      .slice(0, at)
      .findLast((place) => place.kernel === "residualBackward") as Place;
    return `The two ways meet: what came past was ${digits(past.rms)}, and with what came through it is ${digits(rms)}.`;
  }
  const way = inside ? "On the way through" : "Above the layers";
  return `${way}: ${gradient} is ${times} times the size of what ${kernel} was handed.`;
}

/** The name of what the lesson's table of symbols has. */
const inTable = (name: string) =>
  ["residual2", "residual3", "wte"].includes(name) ? name : undefined;

const widthOf = (rms: number) => (barWidth * Math.log(rms / 0.001)) / Math.log(1 / 0.001);
const digits = (value: number) => String(Number(value.toPrecision(2)));
