// A few words, cut into tokens by GPT-2's own merges, one after the other: what each token was put together from.

import type { Piece } from "../../src/figures/merges.ts";
import { label, line, mark, named, type Sketch, words } from "../../src/figures/sketch.ts";
import { ordinal } from "../../src/page/numbers.ts";
import start from "./sketch.json" with { type: "json" };

interface State {
  text: string;
  stages: Piece[][]; // after 0 merges, after one, and so on
  done: number; // merges
}

const most = 19; // bytes, for which there is room
const byte = 22; // width of one
const top = 20; // y of the bytes
const under = 208; // how far down the tokens go
const track = 296; // y of the handle's way
const [from, to] = [112, 408];

const mergesOf = ({ stages }: State) => stages.length - 1;
const xOf = (state: State, done: number) =>
  from + (done / Math.max(1, mergesOf(state))) * (to - from);

export const sketch: Sketch<State> = {
  title: "Bytes of a text, and below them the tokens that they are merged into",
  height: 312,
  start: { ...start, done: start.stages.length - 1 },

  marks(state) {
    const { stages, done } = state;
    const nodes = treeOf(stages);
    const levels = Math.max(1, ...nodes.map(({ level }) => level));
    const pitch = Math.min(44, under / levels);
    const yOf = (level: number) => top + level * pitch;
    const middle = ({ at, bytes }: Node) => (at + bytes / 2) * byte;
    const drawn = nodes
      .filter(({ made }) => made <= done)
      .map((node) => {
        const { at, bytes, text, level, made, gone, parts } = node;
        const now = gone > done;
        const fresh = done > 0 && made === done;
        const role = fresh ? "output" : "input";
        const box = [
          now || made > 0
            ? mark("rect", {
                ...{ x: at * byte + 1.5, y: yOf(level) - 9, width: bytes * byte - 3, height: 18 },
                ...{ rx: 3, "data-line": now ? role : "soft" },
              })
            : "",
          label(middle(node), yOf(level) + 4.5, shown(text), {
            ...{ anchor: "middle", code: true, role: now ? role : "soft" },
          }),
        ];
        return [
          ...parts.map((part) =>
            line(middle(part), yOf(part.level) + 9, middle(part), yOf(level) - 9),
          ),
          ...(now ? [named("N", ...box)] : box),
        ].join("");
      });
    const all = done === mergesOf(state);
    const ids = nodes
      .filter(({ made, gone }) => made <= done && gone > done)
      .map((node) =>
        label(middle(node), yOf(node.level) + 25, String(node.id), {
          ...{ anchor: "middle", code: true, role: "output", symbol: "V" },
        }),
      );
    const count = stages[done].length;
    return [
      ...drawn,
      ...(all ? ids : []),
      words(0, track - 26, [
        { text: `N = ${count} ${count === 1 ? "token" : "tokens"},`, symbol: "N" },
        { text: "out of V = 50,257", symbol: "V" },
      ]),
      label(0, track + 5, `${done} ${done === 1 ? "merge" : "merges"}`, { role: "parameter" }),
      line(from, track, to, track),
      line(from, track, xOf(state, done), track, "parameter"),
    ].join("");
  },

  handles: (state) => [
    {
      name: "merges",
      symbol: "N",
      cx: xOf(state, state.done),
      cy: track,
      role: "parameter",
      x: {
        ...{ min: 0, max: mergesOf(state), step: 1, value: state.done },
        at: ({ x }) => ((x - from) / (to - from)) * mergesOf(state),
        set: (done) => ({ ...state, done }),
      },
    },
  ],

  text: (state) => ({
    name: "your text",
    value: state.text,
    most,
    set: async (text) => {
      const { stagesOf } = await import("../../src/figures/merges.ts"); // with the tokenizer
      const stages = stagesOf(text === "" ? start.text : text, most);
      return { text, stages, done: stages.length - 1 };
    },
  }),

  says(state) {
    const { stages, done } = state;
    const pieces = stages[done];
    const bytes = stages[0].length;
    const count = pieces.length === 1 ? "one token" : `${pieces.length} tokens`;
    if (done === 0) return `${bytes} bytes, and nothing is merged: ${count}.`;
    const made = treeOf(stages).find((node) => node.made === done);
    if (!made) return `${bytes} bytes, ${count}.`;
    const [first, second] = made.parts.map(({ text }) => `“${shown(text)}”`);
    return `${bytes} bytes, now ${count}. The last merge made “${shown(made.text)}” from ${first} and ${second}: it was the ${ordinal(made.id - 255)} of the 50,000 that GPT-2 learned.`;
  },
};

interface Node extends Piece {
  at: number; // in bytes
  level: number; // 0 for a byte
  made: number; // by which merge; 0 for a byte
  gone: number; // by which merge it is a part of another; Infinity if by none
  parts: Node[];
}

/** Every piece that there ever was. */
function treeOf(stages: readonly Piece[][]): Node[] {
  const nodes: Node[] = [];
  let before: Node[] = [];
  for (const [made, pieces] of stages.entries()) {
    const now: Node[] = [];
    let at = 0;
    for (const piece of pieces) {
      const end = at + piece.bytes;
      const same = before.find((node) => node.at === at && node.bytes === piece.bytes);
      const parts = before.filter((node) => node.at >= at && node.at + node.bytes <= end);
      const level = parts.reduce((deepest, part) => Math.max(deepest, part.level + 1), 0);
      const node = same ?? { ...piece, at, level, made, gone: Number.POSITIVE_INFINITY, parts };
      if (!same) {
        for (const part of parts) part.gone = made;
        nodes.push(node);
      }
      now.push(node);
      at = end;
    }
    before = now;
  }
  return nodes;
}

const shown = (text: string): string => text.replaceAll(" ", "␣");
