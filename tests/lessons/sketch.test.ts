// The sketches of the lessons: what is drawn when the site is built, and after every handle, choice and text was used.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sketch as numbers } from "../../lessons/01-numbers-in-a-row/sketch.ts";
import { sketch as tokens } from "../../lessons/02-tokens/sketch.ts";
import { course } from "../../src/course.ts";
import { stagesOf } from "../../src/figures/merges.ts";
import { type Sketch, sketchWidth } from "../../src/figures/sketch.ts";
import { createToy } from "../../src/figures/toy.ts";
import { symbolRows } from "../../src/notation.ts";
import { wordsOf } from "../../src/symbols/match.ts";
import { pulsesOf } from "./pulses.ts";

const found = import.meta.glob<{ sketch: Sketch<unknown> }>("/lessons/*/sketch.ts", {
  eager: true,
});
const sketches = Object.entries(found).map(([path, { sketch }]) => ({
  lesson: path.split("/")[2],
  sketch,
}));

/** Numbers that are none would be written as NaN or undefined; nothing is drawn of what is narrower or lower than 0. */
const faulty = /NaN|undefined|Infinity|(?:width|height|r)="-/;

describe.each(sketches)("$lesson", ({ lesson, sketch }) => {
  const { start } = sketch;

  test("is drawn, and says something", () => {
    expect(sketch.marks(start).length).toBeGreaterThan(200);
    expect(sketch.marks(start)).not.toMatch(faulty);
    expect(sketch.says(start)).not.toMatch(faulty);
    expect(sketch.says(start).length).toBeGreaterThan(20);
  });

  test("every handle, wherever it is moved to, changes what is drawn, and stays in the drawing", () => {
    for (const [i, handle] of sketch.handles(start).entries()) {
      for (const direction of ["x", "y"] as const) {
        const axis = handle[direction];
        if (!axis) continue;
        const { min, max, value, set } = axis;
        expect(value).toBeGreaterThanOrEqual(min);
        expect(value).toBeLessThanOrEqual(max);
        for (const end of [min, max]) {
          const state = set(end);
          const { cx, cy, [direction]: moved } = sketch.handles(state)[i];
          expect(moved?.value).toBeCloseTo(end);
          expect(sketch.marks(state)).not.toMatch(faulty);
          expect(sketch.says(state)).not.toMatch(faulty);
          if (end !== value) expect(sketch.marks(state)).not.toBe(sketch.marks(start));
          expect(Math.min(cx, sketchWidth - cx)).toBeGreaterThanOrEqual(0);
          expect(Math.min(cy, sketch.height - cy)).toBeGreaterThanOrEqual(0);
          // Where the mark is drawn is where the pointer has to be for this value.
          expect(moved?.at({ x: cx, y: cy })).toBeCloseTo(end, 1);
        }
      }
    }
  });

  test("every choice can be made", () => {
    for (const [i, { options, set }] of (sketch.choices?.(start) ?? []).entries()) {
      for (const at of options.keys()) {
        const state = set(at);
        expect(sketch.choices?.(state)[i].value).toBe(at);
        expect(sketch.marks(state)).not.toMatch(faulty);
        // Where a handle is at its end when the choice is made, too.
        for (const k of sketch.handles(start).keys()) {
          for (const direction of ["x", "y"] as const) {
            for (const end of ["min", "max"] as const) {
              const axis = sketch.handles(state)[k]?.[direction];
              if (!axis) continue;
              const moved = axis.set(axis[end]);
              expect(sketch.marks(moved), `${options[at]}, ${end}`).not.toMatch(faulty);
              expect(sketch.says(moved)).not.toMatch(faulty);
            }
          }
        }
      }
    }
  });

  test("what a screen reader is told has no signs that it passes over", () => {
    for (const { name, says = "" } of sketch.handles(start)) expect(name + says).not.toContain("␣");
  });

  test("names symbols, and each of them is in the lesson's table", () => {
    const mdx = course.find(({ slug }) => lesson.slice(3) === slug)?.mdx ?? "";
    const names = symbolRows(mdx).flatMap(({ symbol, variable }) => [
      ...Array.from(symbol.matchAll(/\$([^$]+)\$/g), ([, tex]) => tex),
      ...Array.from(variable.matchAll(/`([^`]+)`/g), ([, code]) => wordsOf(code)[0]?.word),
    ]);
    const used = Array.from(
      sketch.marks(start).matchAll(/data-symbol="([^"]*)"/g),
      ([, name]) => name,
    );
    expect(used).not.toEqual([]);
    const held = sketch.handles(start).flatMap(({ symbol }) => symbol ?? []);
    for (const name of [...used, ...held]) expect(names).toContain(name);
  });

  test("there is something to take hold of", () => {
    const all = [
      ...sketch.handles(start),
      ...(sketch.choices?.(start) ?? []),
      sketch.text?.(start),
    ];
    expect(all.filter(Boolean).length).toBeGreaterThan(0);
  });
});

describe("attention's", () => {
  const toy = createToy(readFileSync("src/figures/toy.bin"));
  const sentence = "Thou hast slain thy brother, and he";

  test("weights are those of the small model", async () => {
    const { tokens, attention } = await toy(sentence);
    const { L, NH, weights } = attention ?? { L: 0, NH: 0, weights: [] };
    const rounded = Array.from(weights, (weight) => Math.round(1000 * weight) / 1000);
    const text = `${JSON.stringify({ sentence, tokens, L, NH, weights: rounded })}\n`;
    await expect(text).toMatchFileSnapshot("../../lessons/07-attention/sketch.json");
  });

  test("verb looks at its subject, as the lesson says", async () => {
    const { tokens, attention } = await toy(sentence);
    const T = tokens.length;
    const weight = (layer: number, head: number, t: number, t2: number) =>
      attention?.weights[((layer * 4 + head) * T + t) * T + t2];
    expect(tokens.slice(1, 5)).toEqual(["Th", "ou", " h", "ast"]);
    expect(weight(1, 1, 4, 2)).toBeCloseTo(0.89, 2);
    expect(tokens.slice(7, 9)).toEqual([" th", "y"]);
    expect(weight(0, 1, 8, 7)).toBeCloseTo(0.94, 2);
  });
});

describe("in the row of numbers", () => {
  /** Where an element of (2, 3, 4) is: counted by going through all of them, the last index fastest. */
  const order = [0, 1].flatMap((b) => [0, 1, 2].flatMap((t) => [0, 1, 2, 3].map((i) => [b, t, i])));
  const readout = (offset: number) => numbers.says({ offset });

  test("an element is where row-major order puts it, and a place holds the element that belongs there", () => {
    const { start } = numbers;
    for (const [offset, [b, t, i]] of order.entries()) {
      const [element, place] = numbers.handles(start);
      const across = element.x?.set(4 * b + i) ?? start;
      const state = numbers.handles(across)[0].y?.set(t);
      expect(state).toEqual({ offset });
      const said = numbers.handles(place.x?.set(offset) ?? start)[0].says;
      expect(said).toBe(`b = ${b}, t = ${t}, i = ${i}`);
      expect(readout(offset)).toContain(`${b} × 12 + ${t} × 4 + ${i} × 1.`);
      expect(readout(offset)).toContain(`= ${offset}. `);
    }
  });

  test("b, t and i all change at one step only, from 11 to 12", () => {
    const steps = order.slice(1).filter((at, k) => at.every((index, n) => index !== order[k][n]));
    expect(steps).toEqual([[1, 0, 0]]);
  });
});

describe("in the words that are cut into tokens", () => {
  const text = "Shakespeare's verse";
  const last = (of: string) =>
    stagesOf(of, 19)
      .at(-1)
      ?.map((piece) => piece.text);

  test("what is drawn first is what the tokenizer does", async () => {
    const stages = stagesOf(text, 19);
    await expect(`${JSON.stringify({ text, stages })}\n`).toMatchFileSnapshot(
      "../../lessons/02-tokens/sketch.json",
    );
  });

  test("every stage is the text, and each merge leaves fewer pieces", () => {
    for (const written of [
      text,
      "a cat, é 漢",
      "aaaa aaaa",
      "x",
      "this is much longer than there is room for",
    ]) {
      const stages = stagesOf(written, 19);
      expect(stages[0].every(({ bytes }) => bytes === 1)).toBe(true);
      for (const [k, pieces] of stages.entries()) {
        expect(pieces.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(stages[0].length);
        if (k > 0) expect(pieces.length).toBeLessThan(stages[k - 1].length);
      }
      const state = { text: written, stages, done: stages.length - 1 };
      expect(tokens.marks(state)).not.toMatch(faulty);
      expect(tokens.says(state)).not.toMatch(faulty);
      expect(stages[0].length).toBeLessThanOrEqual(19);
    }
  });

  test("tokens are those that the lesson tells of", () => {
    expect(last("hello")).toEqual(["hello"]);
    expect(last(" hello")).toEqual([" hello"]);
    expect(last("HELLO")).toEqual(["HE", "LL", "O"]);
    expect(last("12345")).toEqual(["123", "45"]);
    expect(last("ROMEO")).toEqual(["ROM", "EO"]);
    expect(last("Shakespeare")).toEqual(["Sh", "akespeare"]);
    expect(last(" Shakespeare")).toEqual([" Shakespeare"]);
  });
});

describe("the sketch of", () => {
  const sketchOf = (lesson: string) => found[`/lessons/${lesson}/sketch.ts`].sketch;
  const saysAfter = (
    lesson: string,
    ...moves: [handle: number, axis: "x" | "y", value: number][]
  ) => {
    const { start, handles, says } = sketchOf(lesson);
    const state = moves.reduce((now, [i, axis, value]) => handles(now)[i][axis]?.set(value), start);
    return says(state);
  };

  test("sampling has the probabilities of a softmax, and keeps the fewest words that have topP together", () => {
    // e^1.4, e^1.7, e^2, e^2.4, e^3.1, e^3.5 and e^4.2 times as likely as the others: 1 / 2.0095 = 0.4976, 0.1227, 0.0909 ...
    const sum = [0, 1.4, 1.7, 2, 2.4, 3.1, 3.5, 4.2].reduce((total, d) => total + Math.exp(-d), 0);
    const first = Math.round((100 * 1) / sum);
    expect(saysAfter("18-sampling", [1, "x", 1])).toContain(
      `8 words are left. “be” is drawn about ${first} times`,
    );
    expect(saysAfter("18-sampling")).toContain("3 words are left");
    expect(saysAfter("18-sampling", [1, "x", 0.1])).toContain(
      "one word is left. “be” is drawn about 100",
    );
    expect(saysAfter("18-sampling", [0, "x", 0.2])).toContain("one word is left");
  });

  test("one block of memory counts the parameters of GPT-2 124M and of GPT-2 XL", () => {
    expect(saysAfter("13-one-block-of-memory")).toContain("124,475,904 numbers, 475 MiB");
    const xl = saysAfter("13-one-block-of-memory", [0, "x", 1600], [1, "x", 48]);
    expect(xl).toContain("1,557,686,400 numbers"); // 1,557,611,200 and 47 rows of padding
  });

  test("softmax and cross-entropy has the values of a pocket calculator", () => {
    // e^0 + e^-1 + e^-2 + e^-3 + e^-1.5 = 1.77614
    expect(saysAfter("10-softmax")).toContain(
      "“red” gets 0.563. Its logit is 1.0 above the next, so it is e^1.0 = 2.72",
    );
    expect(saysAfter("11-crossentropy")).toBe(
      "“green” came. It had been given 0.207, so the loss is −ln 0.207 = 1.57. Its logit is pushed up by 0.793, the others down, each by its probability.",
    );
    const { marks, start } = sketchOf("11-crossentropy");
    const gradient = Array.from(
      marks(start).matchAll(/data-role="gradient"[^>]*>(−?)([\d.]+)</g),
      ([, minus, size]) => (minus ? -1 : 1) * Number(size),
    );
    expect(gradient).toEqual([0.563, -0.793, 0.076, 0.028, 0.126]);
    // All five pushed up alike, as the caption asks: nothing changes.
    const up = [0, 1, 2, 3, 4].map((v): [number, "y", number] => [
      v,
      "y",
      [2, 1, 0, -1, 0.5][v] + 1.5,
    ]);
    expect(saysAfter("10-softmax", ...up)).toBe(saysAfter("10-softmax"));
  });

  test("onto the vectors adds up in seven instructions what one lane does in sixteen", () => {
    const { marks, start, handles } = sketchOf("16-onto-the-vectors");
    const drawn = (done: number) => marks(handles(start)[0].x?.set(done));
    // 3 + 5 + 5 + 9, 1 + 9 + 3 + 7, 4 + 2 + 5 + 9, 1 + 6 + 8 + 3
    expect(drawn(4)).toContain("lanes 22 20 20 18");
    expect(drawn(4)).toContain("not yet one sum");
    expect(drawn(4)).toContain("sum 9<"); // 3 + 1 + 4 + 1
    expect(drawn(6)).toContain("not yet one sum");
    expect(drawn(7).match(/sum 80/g)).toHaveLength(1);
    expect(drawn(16).match(/sum 80/g)).toHaveLength(2);
  });

  test("these lessons answers what their texts ask to be done with it", () => {
    // ln 5, whichever word came, where all logits are equal
    const even = [0, 1, 2, 3, 4].map((v): [number, "y", number] => [v, "y", 0]);
    expect(saysAfter("11-crossentropy", ...even)).toContain("−ln 0.200 = 1.61");
    // wte is 50304 C of 51328 C + 158 C + 144 C^2: a quarter at C = 1039.8
    const share = (C: number) => {
      const { start, marks, handles } = sketchOf("13-one-block-of-memory");
      return Number(/(\d+) %/.exec(marks(handles(start)[0].x?.set(C)))?.[1]);
    };
    expect([share(1024), share(1088)]).toEqual([25, 24]);
    const two = (temperature: number) =>
      Array.from({ length: 19 }, (_, i) => (2 + i) * 0.05).filter((topP) =>
        saysAfter("18-sampling", [0, "x", temperature], [1, "x", topP]).includes(
          "2 words are left",
        ),
      );
    expect(two(1).map((p) => p.toFixed(2))).toEqual(["0.60", "0.65", "0.70"]);
    expect(two(3).map((p) => p.toFixed(2))).toEqual(["0.25", "0.30", "0.35"]);
  });

  test("onto the GPU counts what the workgroups fetch, and halves it with each doubling of the tile", () => {
    const { start, handles, marks } = sketchOf("17-onto-the-gpu");
    const N = 8;
    const per = [0, 1, 2, 3].map((k) => {
      const side = 2 ** k;
      // Each thread of each workgroup asks for its row and its column; the workgroup fetches what none has asked for yet.
      let reads = 0;
      for (let group = 0; group < (N / side) ** 2; group++) {
        const near = new Set<string>();
        const [row, column] = [Math.floor(group / (N / side)) * side, (group % (N / side)) * side];
        for (let thread = 0; thread < side * side; thread++) {
          const [m, n] = [row + Math.floor(thread / side), column + (thread % side)];
          for (let term = 0; term < N; term++) near.add(`A ${m} ${term}`).add(`B ${term} ${n}`);
        }
        reads += near.size;
      }
      const text = reads.toLocaleString("en");
      expect(saysAfter("17-onto-the-gpu", [0, "x", k])).toContain(`${text} reads`);
      expect(marks(handles(start)[0].x?.set(k))).toContain(
        `${N ** 3 / reads} for each number read`,
      );
      return N ** 3 / reads;
    });
    // In the lesson's table naive has 0.5, and tiles with a side of 64 have 32: half of the side.
    expect(per).toEqual([1, 2, 4, 8].map((side) => side / 2));
  });

  test("AdamW has SGD leave the valley above 2 / 20, and not below", () => {
    const { start, choices, says } = sketchOf("12-adamw");
    const at = (rate: number) => says(choices?.(start)[0].set(rate));
    expect(at(3)).toMatch(/SGD has left the valley/);
    for (const rate of [0, 1, 2]) expect(at(rate)).toMatch(/SGD is at a loss of/);
    // Along the valley each step keeps 1 - 0.05 / 2 of the way, across it none: (4 * 0.975^30)^2 / 4 = 0.876.
    expect(at(1)).toContain("SGD is at a loss of 0.88");
  });

  test("AdamW names each path where that is nearest, wherever the ball is", () => {
    const { start, choices, handles, marks } = sketchOf("12-adamw");
    const moved = (state: unknown, axis: "x" | "y", value: number) =>
      handles(state)[0][axis]?.set(value);
    const all = [0, 1, 2, 3].flatMap((rate) =>
      [-1.6, -0.4, 0.8].flatMap((y) =>
        [-4.4, 0.4, 4].map((x) => moved(moved(choices?.(start)[0].set(rate), "y", y), "x", x)),
      ),
    );
    for (const state of all) {
      const drawn = marks(state);
      const paths = [...drawn.matchAll(/<path d="(.*?)"/g)].map(([, d]) => {
        const corners = d
          .split("M")[1]
          .split("L")
          .map((at) => at.split(",").map(Number));
        // Points along it, from beyond the ball on, where both begin.
        return corners.slice(1).flatMap(([x, y], i) =>
          [0.2, 0.4, 0.6, 0.8, 1].map((part) => {
            const [fromX, fromY] = corners[i];
            return [fromX + part * (x - fromX), fromY + part * (y - fromY)];
          }),
        );
      });
      const names = [...drawn.matchAll(/<text x="(.*?)" y="(.*?)".*?>(SGD|AdamW)(, rate)?/g)];
      expect(names.map(([, , , name]) => name)).toEqual(["SGD", "AdamW"]);
      for (const [k, [, x, y, name, rate]] of names.entries()) {
        const half = (name === "SGD" ? [16, 51] : [27, 59])[rate ? 1 : 0]; // of its width
        const far = paths.map((path) =>
          Math.min(
            ...path.map(([px, py]) =>
              Math.hypot(Math.max(0, Math.abs(px - Number(x)) - half), py - Number(y) + 5),
            ),
          ),
        );
        expect(far[k], `${name} in ${JSON.stringify(state)} is on its path`).toBeGreaterThan(7);
        expect(far[k], `${name} in ${JSON.stringify(state)}`).toBeLessThan(far[1 - k]);
      }
    }
  });
});

describe("in the backward pass", () => {
  const { T, pulses } = pulsesOf(
    readFileSync("src/figures/toy.bin"),
    "Thou hast slain thy brother, and he",
  );

  test("what is called, read and added to is what the backward pass does", async () => {
    await expect(`${JSON.stringify({ T, pulses })}\n`).toMatchFileSnapshot(
      "../../lessons/14-backward-through-everything/sketch.json",
    );
  });

  test("the gradient splits at each sum and is never made smaller on the stream; wte is added to first and last", () => {
    const { start, handles, says, marks } =
      found["/lessons/14-backward-through-everything/sketch.ts"].sketch;
    const count = handles(start)[0].y?.max ?? 0;
    const at = Array.from({ length: count + 1 }, (_, k) => handles(start)[0].y?.set(k));
    expect(at.flatMap((state, k) => (/both ways/.test(says(state)) ? [k] : []))).toEqual([3, 8]);
    expect(at.flatMap((state, k) => (/ways meet/.test(says(state)) ? [k] : []))).toEqual([7, 12]);
    // Two pulses where there are two ways, and one where there is one.
    expect(at.flatMap((state, k) => (marks(state).includes('r="7"') ? [k] : []))).toEqual([
      3, 4, 5, 6, 8, 9, 10, 11,
    ]);
    const names = ["dresidual", "dresidual2"];
    const stream = pulses.flatMap(({ kernel, adds }) =>
      kernel === "layernormBackward" ? names.flatMap((name) => adds[name] ?? []) : [],
    );
    expect(stream).toHaveLength(5);
    expect(stream).toEqual(stream.toSorted((a, b) => a - b));
    const toTable = pulses.flatMap(({ adds }, k) => ("dwte" in adds ? [k] : []));
    expect(toTable).toEqual([1, pulses.length - 1]);
    for (const { kernel, adds } of pulses) {
      if (kernel === "residualBackward") expect(new Set(Object.values(adds)).size).toBe(1);
    }
  });
});
