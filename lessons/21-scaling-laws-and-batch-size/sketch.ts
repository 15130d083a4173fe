// A budget of operations, split between weights and tokens: the curve is the loss at every split, by a formula that was published.

import { bar, curve, label, line, mark, named, type Sketch } from "../../src/figures/sketch.ts";

/**
 * The loss of a model of N weights that was trained on D tokens, in nats for a token. Source: Besiroglu et al. 2024, "Chinchilla
 * Scaling: A replication attempt", who fitted the formula of Hoffmann et al. 2022 to the points of that paper's figure.
 */
export const lossOf = (N: number, D: number): number =>
  1.8172 + 482.01 / N ** 0.3478 + 2085.43 / D ** 0.3658;

interface Budget {
  readonly operations: number;
  readonly name: string;
}

export const budgets: readonly Budget[] = [
  { operations: 1e19, name: "10¹⁹" },
  { operations: 1e21, name: "10²¹" },
  { operations: 6e23, name: "6 · 10²³" },
];

/** Two models of DeepMind's, as published: 70 and 280 billion weights. */
const published = [
  { name: "Chinchilla", N: 70e9, D: 1.4e12 },
  { name: "Gopher", N: 280e9, D: 300e9 },
];

interface State {
  /** ln N over ln 10. */
  power: number;
  budget: number;
}

const [left, right, top, bottom] = [44, 384, 26, 196];
const [least, most] = [7, 13]; // powers of ten of N
const [low, high] = [1.8, 4];
const xOf = (power: number) => left + ((power - least) / (most - least)) * (right - left);
const yOf = (loss: number) => bottom - ((loss - low) / (high - low)) * (bottom - top);
const tokensOf = ({ power, budget }: State) => budgets[budget].operations / 6 / 10 ** power;
const lossAt = (state: State) => lossOf(10 ** state.power, tokensOf(state));
/** The largest model, as a power of ten in tenths, whose loss is within the drawing: beyond it a small budget buys hardly a token. */
function mostOf(budget: number): number {
  let power = most;
  while (lossAt({ power, budget }) > high) power = Math.round(10 * power - 1) / 10;
  return power;
}

/** How long a bar is that tells a power of ten from 5 to 16: with the smallest budget and the largest model it is 5.2. */
const lengthOf = (count: number) => ((Math.log10(count) - 5) / 11) * 0.62 * (right - left);

/** The split with the lowest loss. */
export function bestOf(budget: number): State {
  let best: State = { power: least, budget };
  for (let power = least; power <= most; power += 0.01) {
    if (lossAt({ power, budget }) < lossAt(best)) best = { power, budget };
  }
  return best;
}

export const sketch: Sketch<State> = {
  title:
    "The loss at every split of a budget between weights and tokens, with a point on it, and two bars below",
  height: 290,
  start: { power: 11.4, budget: 2 },

  marks(state) {
    const { budget } = state;
    const powers = Array.from({ length: 121 }, (_, k) => least + (k / 120) * (most - least));
    const points = powers
      .filter((power) => lossAt({ power, budget }) < high)
      .map((power) => [xOf(power), yOf(lossAt({ power, budget }))] as const);
    const [N, D] = [10 ** state.power, tokensOf(state)];
    return [
      ...[2, 3, 4].flatMap((loss) => [
        line(left, yOf(loss), right, yOf(loss)),
        label(left - 8, yOf(loss) + 4, String(loss), { anchor: "end", role: "soft" }),
      ]),
      label(left, 14, "loss", { role: "output", symbol: "loss" }),
      ...[7, 9, 11, 13].map((power) =>
        label(xOf(power), bottom + 16, short(10 ** power), {
          anchor: "middle",
          role: "soft",
        }),
      ),
      curve(points, "output"),
      ...(budget === 2 ? published : []).flatMap(({ name, N, D }) => [
        mark("circle", {
          ...{ cx: xOf(Math.log10(N)), cy: yOf(lossOf(N, D)), r: 4, "data-line": "soft" },
        }),
        label(xOf(Math.log10(N)), yOf(lossOf(N, D)) - 12, name, {
          ...{ anchor: name === "Gopher" ? undefined : "end", role: "soft" },
        }),
      ]),
      line(xOf(state.power), yOf(lossAt(state)), xOf(state.power), bottom),
      label(left, 238, "weights", { role: "parameter", symbol: "N" }),
      named("N", bar(left + 64, lengthOf(N), 228, 240, "parameter")),
      label(right, 238, short(N), { anchor: "end" }),
      label(left, 266, "tokens", { role: "input", symbol: "tokens" }),
      named("tokens", bar(left + 64, lengthOf(D), 256, 268, "input")),
      label(right, 266, short(D), { anchor: "end" }),
    ].join("");
  },

  handles: (state) => [
    {
      name: "weights",
      symbol: "N",
      says: short(10 ** state.power),
      ...{ cx: xOf(state.power), cy: yOf(lossAt(state)), role: "parameter" },
      x: {
        ...{ min: least, max: mostOf(state.budget), step: 0.1, value: state.power },
        at: ({ x }) => least + ((x - left) / (right - left)) * (most - least),
        set: (power) => ({ ...state, power: Math.round(10 * power) / 10 }),
      },
    },
  ],

  choices: (state) => [
    {
      name: "Operations",
      options: budgets.map(({ name }) => name),
      value: state.budget,
      set: (budget) => ({ budget, power: Math.min(state.power, mostOf(budget)) }),
    },
  ],

  says(state) {
    const [N, D] = [10 ** state.power, tokensOf(state)];
    const lowest = lossAt(bestOf(state.budget));
    const over = lossAt(state) - lowest;
    const where =
      over < 0.005
        ? "This is the lowest place"
        : `${over.toFixed(2)} above the lowest place, ${state.power > bestOf(state.budget).power ? "with too many weights" : "with too few weights"}`;
    return `${short(N)} weights read ${short(D)} tokens, ${ratio(D / N)} for each. The loss is ${lossAt(state).toFixed(2)}. ${where}.`;
  },
};

const names = [
  [1e12, "trillion"],
  [1e9, "billion"],
  [1e6, "million"],
] as const;

/** A number in two digits and a word. */
function short(count: number): string {
  for (const [unit, name] of names) {
    if (count >= 0.9995 * unit) return `${rough(count / unit)} ${name}`;
  }
  return rough(count);
}

const rough = (value: number): string => Number(value.toPrecision(2)).toLocaleString("en");
const ratio = (value: number): string => (value < 0.01 ? "less than 0.01" : rough(value));
