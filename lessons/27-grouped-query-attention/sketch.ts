// Eight heads of queries above, the heads of keys and values that they share below. How many of the latter there are is
// dragged, and so is the query that is looked at; a bar shows what has to be kept for each token.

import { label, line, mark, named, type Sketch } from "../../src/figures/sketch.ts";

interface State {
  h: number; // the head of queries that is looked at
  power: number; // NKV is 2 to this power
}

const NH = 8;
const kib = 16; // for a head of keys and one of values: 2 * 128 channels, 2 bytes, 32 layers
const most = Math.log2(NH);

const [left, across] = [92, 43];
const [queryY, keyY, dialY, barY] = [52, 140, 212, 254];
const xOfQuery = (h: number) => left + across * h;
const xOfPower = (power: number) => left + 100.33 * power;

export const sketch: Sketch<State> = {
  title:
    "Eight heads of queries, and lines from them to the heads of keys and values that they read",
  height: 284,
  start: { h: 5, power: 1 },

  marks({ h, power }) {
    const NKV = 2 ** power;
    const shared = NH / NKV;
    const groupOf = (head: number) => Math.floor(head / shared);
    // In the middle of the queries that read it.
    const xOfKey = (group: number) => xOfQuery(group * shared + (shared - 1) / 2);
    const queries = Array.from({ length: NH }, (_, head) => head);
    const role = (head: number) => (groupOf(head) === groupOf(h) ? "output" : "soft");
    return [
      label(2, queryY + 5, "queries", { role: "output", symbol: "q" }),
      ...queries.map((head) =>
        mark(
          "g",
          { "stroke-width": head === h ? 3.5 : 1.5 },
          line(xOfQuery(head), queryY + 12, xOfKey(groupOf(head)), keyY - 14, role(head)),
        ),
      ),
      ...queries.map((head) =>
        named(
          "q",
          mark("circle", { cx: xOfQuery(head), cy: queryY, r: 7, "data-fill": role(head) }),
        ),
      ),
      ...queries.map((head) =>
        label(xOfQuery(head), queryY - 22, String(head), {
          ...{ anchor: "middle", role: role(head), symbol: "h" },
        }),
      ),
      label(2, keyY + 1, "keys,", { role: "input", symbol: "k" }),
      label(2, keyY + 19, "values", { role: "input", symbol: "v" }),
      ...Array.from({ length: NKV }, (_, group) => {
        const x = xOfKey(group);
        const read = group === groupOf(h);
        const box = (y: number) =>
          mark("rect", {
            ...{ x: x - 15, y, width: 30, height: 13, rx: 2 },
            "data-fill": read ? "input" : "soft",
          });
        return [
          named("k", box(keyY - 11)),
          named("v", box(keyY + 6)),
          label(x, keyY + 38, String(group), {
            ...{ anchor: "middle", role: read ? "input" : "soft" },
          }),
        ].join("");
      }),
      label(2, dialY + 5, "how many", { role: "parameter", symbol: "NKV" }),
      line(xOfPower(0), dialY, xOfPower(most), dialY),
      ...Array.from({ length: most + 1 }, (_, at) =>
        label(xOfPower(at), dialY + 25, String(2 ** at), {
          ...{ anchor: "middle", role: at === power ? "parameter" : "soft" },
        }),
      ),
      label(2, barY + 17, "kept"),
      mark("rect", {
        x: left,
        y: barY + 4,
        width: 301,
        height: 16,
        fill: "none",
        "data-line": "soft",
      }),
      mark("rect", {
        ...{ x: left, y: barY + 4, width: (301 * NKV) / NH, height: 16, "data-fill": "input" },
      }),
    ].join("");
  },

  handles: (state) => [
    {
      name: "head of queries",
      symbol: "h",
      ...{ cx: xOfQuery(state.h), cy: queryY, role: "output" },
      x: {
        ...{ min: 0, max: NH - 1, step: 1, value: state.h },
        at: ({ x }) => (x - left) / across,
        set: (h) => ({ ...state, h }),
      },
    },
    {
      name: "how many heads of keys and values",
      symbol: "NKV",
      says: String(2 ** state.power),
      ...{ cx: xOfPower(state.power), cy: dialY, role: "parameter" },
      x: {
        ...{ min: 0, max: most, step: 1, value: state.power },
        at: ({ x }) => (x - left) / 100.33,
        set: (power) => ({ ...state, power }),
      },
    },
  ],

  says({ h, power }) {
    const NKV = 2 ** power;
    const shared = NH / NKV;
    const group = Math.floor(h / shared);
    const others =
      shared === 1
        ? "which it has for itself"
        : `and shares it with ${shared === 2 ? "one other head" : `${shared - 1} other heads`}`;
    const all =
      NKV === NH
        ? "all that GPT-2's attention would keep"
        : `1/${shared} of what GPT-2's attention would keep`;
    return `Query head ${h} reads head ${group} of keys and values, ${others}. Kept for each token: ${kib * NKV} KiB, ${all}.`;
  },
};
