// A letter that one chooses, what came after it in the text, and six logits that are to say so.

import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import {
  bar,
  label,
  line,
  named,
  type Sketch,
  type SketchHandle,
  sketchWidth,
} from "../../src/figures/sketch.ts";
import { alphabet, train, V } from "./cells/text.ts";

interface State {
  letter: number;
  how: number; // index into `ways`
  logits: number[]; // the reader's own
}

const ways = ["yours", "all 0", "1 step", "10 steps", "counted"];
const kinds = 6; // the five letters that came most often, and all others together
const lr = 2;

const counts = new Float64Array(V * V);
for (let n = 0; n + 1 < train.length; n++) counts[train[n] * V + train[n + 1]]++;

const shown = (id: number) => (id === 0 ? "␣" : alphabet[id]);
const spoken = (name: string) => (name === "␣" ? "space" : name); // a screen reader passes over the sign
const told = (name: string) => (name === "␣" ? "a space" : `“${name}”`);

/** What came after a letter: the five most frequent, and the others as one. */
function followers(letter: number) {
  const row = counts.subarray(letter * V, (letter + 1) * V);
  const total = row.reduce((sum, count) => sum + count, 0);
  const ids = Array.from(row.keys()).sort((a, b) => row[b] - row[a]); // among equals in the alphabet's order
  const first = ids.slice(0, kinds - 1).map((id) => ({ name: shown(id), count: row[id] }));
  const rest = total - first.reduce((sum, { count }) => sum + count, 0);
  return { all: [...first, { name: "others", count: rest }], total };
}

const sharesOf = ({ all, total }: ReturnType<typeof followers>) =>
  all.map(({ count }) => (total === 0 ? 0 : count / total));

function softmax(logits: readonly number[]): number[] {
  const probs = new Float64Array(logits.length);
  softmaxForward(probs, Float64Array.from(logits), 1, 1, logits.length, logits.length);
  return Array.from(probs);
}

const within = (z: number) => Math.max(-most, Math.min(most, z));

/** The logits that are shown: the reader's, or those that a way leads to. */
function logitsOf({ letter, how, logits }: State): number[] {
  if (how === 0) return logits;
  const came = followers(letter);
  let z = new Array<number>(kinds).fill(0);
  if (came.total === 0) return z; // no pair, no gradient
  const shares = sharesOf(came);
  if (ways[how] === "counted") {
    const logs = shares.map((share) => Math.log(share)); // minus infinity for what never came: as low as there is room
    const highest = shares.includes(0) ? most : (Math.max(...logs) - Math.min(...logs)) / 2;
    const shift = highest - Math.max(...logs);
    return logs.map((log) => within(log + shift));
  }
  const steps = { "all 0": 0, "1 step": 1, "10 steps": 10 }[ways[how]] ?? 0;
  for (let step = 0; step < steps; step++) {
    const probs = softmax(z);
    z = z.map((value, v) => within(value - lr * (probs[v] - shares[v])));
  }
  return z;
}

/** The mean surprise of shares, where probabilities were given. */
const surprise = (shares: readonly number[], probs: readonly number[]) =>
  shares.reduce((sum, share, v) => (share > 0 ? sum - share * Math.log(probs[v]) : sum), 0);

const rail = { from: 14, to: sketchWidth - 14, y: 34 };
const xOf = (letter: number) => rail.from + (letter / (V - 1)) * (rail.to - rail.from);
const left = 61;
const column = (sketchWidth - left) / kinds;
const middleOf = (v: number) => left + column * (v + 0.5);
const width = 34; // of a bar
const most = 4; // the largest logit
const zero = 122; // y of a logit of 0
const unit = 14; // of 1
const foot = 282; // y of a probability of 0
const high = 84; // of 1

export const sketch: Sketch<State> = {
  title:
    "The letters in a row, to choose one; the logits of what may come after it; their probabilities beside the counted shares",
  height: 344,
  start: { letter: alphabet.indexOf("t"), how: 1, logits: new Array<number>(kinds).fill(0) },

  marks(state) {
    const logits = logitsOf(state);
    const probs = softmax(logits);
    const came = followers(state.letter);
    const shares = sharesOf(came);
    return [
      ...Array.from({ length: V }, (_, id) =>
        label(xOf(id), 15, shown(id), {
          ...{ anchor: "middle", role: id === state.letter ? "parameter" : "soft" },
        }),
      ),
      line(rail.from, rail.y, rail.to, rail.y),
      label(0, zero + 5, "logits", { role: "soft", symbol: "table" }),
      line(left, zero, sketchWidth, zero),
      ...logits.map((z, v) =>
        named(
          "table",
          bar(middleOf(v) - width / 2, width, zero, zero - unit * z, "input"),
          label(middleOf(v), zero + (z < 0 ? -12 : 22), z.toFixed(1).replace("-", "−"), {
            ...{ role: "input", anchor: "middle" },
          }),
        ),
      ),
      label(0, foot, "probs", { role: "soft", symbol: "probs" }),
      line(left, foot, sketchWidth, foot),
      ...probs.map((p, v) => {
        const top = foot - high * Math.max(p, shares[v]);
        return [
          named("counts", bar(middleOf(v) - 24, 48, foot, foot - high * shares[v], "soft")),
          named("probs", bar(middleOf(v) - 12, 24, foot, foot - high * p, "output")),
          label(middleOf(v), top - 5, p.toFixed(3), {
            ...{ anchor: "middle", role: "output" },
          }),
        ].join("");
      }),
      label(0, 302, "gradient", { role: "soft", symbol: "dtable" }),
      ...probs.map((p, v) => {
        const d = came.total === 0 ? 0 : p - shares[v];
        const sign = Math.abs(d) < 0.0005 ? "" : d < 0 ? "−" : "+";
        return label(middleOf(v), 302, `${sign}${Math.abs(d).toFixed(3)}`, {
          ...{ anchor: "middle", role: "gradient", symbol: "dtable" },
        });
      }),
      label(0, 330, "came", { role: "soft", symbol: "counts" }),
      ...came.all.map(({ name, count }, v) =>
        label(Math.min(middleOf(v), sketchWidth - 38), 330, `${name} ${count}`, {
          anchor: "middle",
        }),
      ),
    ].join("");
  },

  handles(state) {
    const logits = logitsOf(state);
    const { all } = followers(state.letter);
    const own = logits.map(
      (z, v): SketchHandle<State> => ({
        name: `logit of ${spoken(all[v].name)}`,
        symbol: "table",
        role: "input",
        cx: middleOf(v),
        cy: zero - unit * z,
        y: {
          ...{ min: -most, max: most, step: 0.1, value: z },
          at: ({ y }) => (zero - y) / unit,
          set: (value) => ({
            ...state,
            how: 0,
            logits: logits.map((old, at) => (at === v ? Math.round(10 * value) / 10 : old)),
          }),
        },
      }),
    );
    return [
      {
        name: "letter that is given",
        symbol: "a",
        says: spoken(shown(state.letter)),
        ...{ cx: xOf(state.letter), cy: rail.y, role: "parameter" },
        x: {
          ...{ min: 0, max: V - 1, step: 1, value: state.letter },
          at: ({ x }) => ((x - rail.from) / (rail.to - rail.from)) * (V - 1),
          set: (letter) => ({ ...state, letter }),
        },
      },
      ...own,
    ];
  },

  choices: (state) => [
    {
      name: "logits",
      options: ways,
      value: state.how,
      set: (how) => ({ ...state, how, logits: logitsOf(state) }),
    },
  ],

  says(state) {
    const given = told(shown(state.letter));
    const came = followers(state.letter);
    if (came.total === 0) {
      return `${given} was never given in this text. Counting has nothing to say about it, and its row gets no gradient.`;
    }
    const shares = sharesOf(came);
    const cost = surprise(shares, softmax(logitsOf(state)));
    const [{ name, count }] = came.all;
    const often = came.total === 1 ? "once, and that was all" : `${count} of ${came.total} times`;
    return `After ${given} came ${told(name)} ${often}. These logits cost ${cost.toFixed(3)} nats a guess. The counted shares cost ${surprise(shares, shares).toFixed(3)}, and nothing costs less.`;
  },
};
