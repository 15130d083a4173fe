// What the sketches of the layers' lessons say: their numbers, and what their captions promise.

import { describe, expect, test } from "vitest";
import type { Sketch } from "../../src/figures/sketch.ts";

const found = import.meta.glob<{ sketch: Sketch<unknown> }>("/lessons/*/sketch.ts", {
  eager: true,
});

const sketchOf = (lesson: string): Sketch<unknown> => {
  const path = Object.keys(found).find((one) => one.split("/").at(-2)?.slice(3) === lesson);
  if (!path) throw new Error(`no sketch for ${lesson}`);
  return found[path].sketch;
};

/** Its state after a handle was moved. */
const moved = (
  lesson: string,
  name: string,
  value: number,
  axis: "x" | "y" = "y",
): Sketch<unknown> => {
  const sketch = sketchOf(lesson);
  const handle = sketch.handles(sketch.start).find((one) => one.name === name);
  const start = handle?.[axis]?.set(value);
  if (start === undefined) throw new Error(`${lesson}: no handle is called ${name}`);
  return { ...sketch, start };
};

const said = ({ says, start }: Sketch<unknown>) => says(start);

describe("layernorm's", () => {
  test("output is (x - 8) / 5 for 7, 15, 1 and 9, as worked out by hand in the lesson", () => {
    expect(said(sketchOf("layernorm"))).toBe(
      "In: 7, 15, 1, 9, with mean 8 and spread 5. Out: −0.20, 1.40, −1.40, 0.20, with mean 0 and spread 1.",
    );
  });

  test("output does not notice the mean or the spread of its input, but all of it notices one bar", () => {
    const out = (sketch: Sketch<unknown>) => said(sketch).split("Out: ")[1];
    const start = out(sketchOf("layernorm"));
    expect(said(moved("layernorm", "mean of all four inputs", -3))).toMatch(/^In: −4, 4, −10, −2,/);
    expect(out(moved("layernorm", "mean of all four inputs", -3))).toBe(start);
    const wide = moved("layernorm", "spread of the inputs about their mean", 8);
    expect(said(wide)).toMatch(/^In: 6.4, 19.2, −3.2, 9.6,/);
    expect(out(wide)).toBe(start);
    // 7, 20, 1, 9: mean 9.25, variance (2.25² + 10.75² + 8.25² + 0.25²) / 4 = 47.1875
    expect(out(moved("layernorm", "input 1", 20))).toMatch(/^−0.33, 1.56, −1.20, −0.04,/);
  });
});

describe("matmul's", () => {
  test("sums are those that are worked out by hand in the lesson", () => {
    expect(said(sketchOf("matmul"))).toContain("1 · 1 + 2 · 0 + 3 · (−1) + 1 = −1.");
    expect(said(moved("matmul", "element of out", 1, "x"))).toContain(
      "1 · 2 + 2 · 1 + 3 · 0 + 0 = 4.",
    );
    expect(said(moved("matmul", "element of out", 1))).toContain(
      "4 · 1 + 0 · 0 + (−2) · (−1) + 1 = 7.",
    );
    expect(said(moved("matmul", "element of out", 2))).toContain("Output 0 of token 2");
  });

  test("only output 1 takes no notice of the last channel, as the caption asks", () => {
    const weights = [0, 1, 2, 3].map((o) => {
      const [, weight] =
        / · (\S+) \+ \S+ = /.exec(said(moved("matmul", "element of out", o, "x"))) ?? [];
      return weight;
    });
    expect(weights).toEqual(["(−1)", "0", "1", "1"]);
  });
});

describe("GELU's", () => {
  const said = (x: number) => {
    const { marks, start } = moved("gelu", "input of GELU", x, "x");
    return Array.from(marks(start).matchAll(/(?:output|slope) (−?[\d.]+)</g), ([, value]) => value);
  };

  test("output and slope at 1 and at -1 are those worked out by hand in the lesson", () => {
    expect(said(1)).toEqual(["0.84", "1.08"]);
    expect(said(-1)).toEqual(["−0.16", "−0.08"]);
  });

  test("slope is steepest near 1.4, negative left of -0.75, and 1 and 0 at the ends, as the caption says", () => {
    expect(said(1.4)[1]).toBe("1.13");
    expect(said(-0.75)[1]).toBe("0.00");
    expect(said(-1.4)[1]).toBe("−0.13");
    expect([said(4)[1], said(-4)[1]]).toEqual(["1.00", "0.00"]);
  });

  test("output is -0.1 at two places, as the lesson asks for", () => {
    expect([said(-0.25)[0], said(-1.5)[0]]).toEqual(["−0.10", "−0.10"]);
  });
});

describe("the residual stream's", () => {
  test("path ends at the sum of its steps", () => {
    // 1 + 2 + 1.5 + 1.5 + 1.5 and 0.5 + 1 - 1 + 1 - 1
    expect(said(sketchOf("residual"))).toContain("add up to (7.5, 0.5)");
  });

  test("end moves by as much as any step was moved", () => {
    const names = sketchOf("residual")
      .handles(sketchOf("residual").start)
      .map(({ name }) => name);
    expect(names).toHaveLength(5);
    for (const [k, name] of names.entries()) {
      const from = [1, 2, 1.5, 1.5, 1.5][k];
      const sketch = moved("residual", name, 2.75, "x");
      expect(said(sketch)).toContain(`step ${k} by (${2.75 - from}, 0), and the end moved`);
      expect(sketch.marks(sketch.start)).toContain(`(${7.5 + 2.75 - from}, 0.5)`);
    }
  });
});

describe("the encoder's", () => {
  test("sum is the token's row plus the place's row", () => {
    // 1.2 + 0.5, -0.4 + 0, 0.3 - 0.4, 0.8 + 0.1, -1 + 0.3, 0.2 - 0.2
    expect(said(sketchOf("encoder"))).toContain("is 1.7, −0.4, −0.1, 0.9, −0.7, 0.0.");
    // 0.8 + 0.5, 0.9 + 0, -1.2 - 0.4, -0.5 + 0.1, -0.2 + 0.3, -1 - 0.2
    expect(said(moved("encoder", "token", 4))).toContain("is 1.3, 0.9, −1.6, −0.4, 0.1, −1.2.");
  });

  test("vector of a token is another one in another place", () => {
    expect(said(moved("encoder", "place", 3))).toContain("is 1.2, 0.1, 0.5, 0.4, −1.0, 0.5.");
  });
});

describe("RoPE's", () => {
  const product = (text: string) => / is (−?\d\.\d+)/.exec(text)?.[1];

  test("product stays when both arrows move, and changes when one does", () => {
    const start = product(said(sketchOf("rope")));
    for (const place of [2, 7, 11]) {
      const both = moved("rope", "place of both", place, "x");
      expect(said(both)).toMatch(
        /^The query is at place \d+, the key at place \d+\. They are 2 apart/,
      );
      expect(product(said(both))).toBe(start);
    }
    expect(product(said(moved("rope", "place of the query", 7, "x")))).not.toBe(start);
    expect(product(said(moved("rope", "place of the key", 0, "x")))).not.toBe(start);
  });

  test("product is largest 6 places apart, and not at the same place, as the task asks", () => {
    const at = Array.from({ length: 12 }, (_, t) => {
      const sketch = moved("rope", "place of the key", 0, "x");
      const query = sketch.handles(sketch.start)[0].x?.set(t);
      return Number(product(sketch.says(query))?.replace("−", "-"));
    });
    expect(at.indexOf(Math.max(...at))).toBe(6);
    // Arrows of 1 and 0.8, 0.7 radians apart before they are turned.
    expect(at[0]).toBeCloseTo(0.8 * Math.cos(0.7), 2);
    expect(at[3]).toBeCloseTo(0.8 * Math.cos(3.7), 2);
  });
});

describe("grouped attention's", () => {
  const [heads, how] = ["head of queries", "how many heads of keys and values"];

  test("heads share as the kernel has it, and the cache is what it comes to", () => {
    const start = sketchOf("grouped-query-attention");
    expect(said(start)).toBe(
      "Query head 5 reads head 1 of keys and values, and shares it with 3 other heads. Kept for each token: 32 KiB, 1/4 of what GPT-2's attention would keep.",
    );
    for (const power of [0, 1, 2, 3]) {
      for (let h = 0; h < 8; h++) {
        const one = moved("grouped-query-attention", how, power, "x");
        const state = one
          .handles(one.start)
          .find(({ name }) => name === heads)
          ?.x?.set(h);
        const group = Math.floor(h / (8 / 2 ** power));
        expect(one.says(state)).toContain(`Query head ${h} reads head ${group} of keys`);
        // A key and a value of 128 channels in 16 bits, in 32 layers.
        expect(one.says(state)).toContain(`: ${(2 ** power * 2 * 128 * 2 * 32) / 1024} KiB`);
      }
    }
  });

  test("heads 3 and 4 share with one head of keys only, as the task asks", () => {
    const sharing = [0, 1, 2, 3].filter((power) => {
      const one = moved("grouped-query-attention", how, power, "x");
      const of = (h: number) => {
        const state = one.handles(one.start)[0].x?.set(h);
        return / reads head (\d)/.exec(one.says(state))?.[1];
      };
      return of(3) === of(4);
    });
    expect(sharing).toEqual([0]);
  });
});
