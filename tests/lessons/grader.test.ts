import { adamwUpdate } from "@llm.ts/kernels/adamw/adamw.ts";
import { describe, expect, test } from "vitest";
import { locate, nameAxes } from "../../src/cells/axes.ts";
import { prepareCalls, unwrittenBits, unwrittenId } from "../../src/cells/calls.ts";
import type { Case, Check } from "../../src/cells/check.ts";
import { checks } from "../../src/cells/checks.ts";
import { type About, grade } from "../../src/cells/grader.ts";
import type { Argument } from "../../src/cells/messages.ts";
import type { Known } from "../../src/cells/recognise.ts";
import { readCases } from "../../src/cells/reference.ts";
import { number } from "../../src/cells/sentences.ts";
import { load } from "../reference.ts";

// A function that writes (or adds) two times its input, and the sum of each row. Exact in float32.
const sizes = { B: 2, T: 3, C: 4 };
const inp = Float32Array.from({ length: 24 }, (_, i) => (i % 7) - 2.5);
const double = inp.map((x) => 2 * x);
const sums = Float32Array.from({ length: 6 }, (_, row) =>
  inp.subarray(row * 4, row * 4 + 4).reduce((sum, x) => sum + x, 0),
);

function oneCase(name: string, tensors: Record<string, [number[], Float32Array]>): Case {
  const stored = Object.entries(tensors).map(([tensor, [shape, data]]) => {
    return [tensor, { shape, data }] as const;
  });
  return { name, sizes, tensors: new Map(stored) };
}

const cases = [
  oneCase("lesson", { inp: [[2, 3, 4], inp], out: [[2, 3, 4], double], sum: [[2, 3], sums] }),
];
const writes: Check = {
  function: "f",
  reference: "",
  args: ["out", "sum", "inp", "B", "T", "C"],
  writes: ["out", "sum"],
  adds: [],
};
const adds: Check = { ...writes, writes: [], adds: ["out", "sum"] };

// A function that moves out and sum on, each from numbers that it finds there.
const start = inp.map((x) => x / 4 + 1);
const startSum = sums.map((x) => x - 3);
const updated = [
  oneCase("lesson", {
    inp: [[2, 3, 4], inp],
    out: [[2, 3, 4], start],
    sum: [[2, 3], startSum],
    "out after": [[2, 3, 4], start.map((x, i) => x + double[i])],
    "sum after": [[2, 3], startSum.map((x, i) => x + sums[i])],
  }),
];
const updates: Check = {
  ...writes,
  writes: [],
  updates: { out: "out after", sum: "sum after" },
};
const casesOf = (check: Check) => (check === updates ? updated : cases);

type Kernel = (out: Float32Array, sum: Float32Array, inp: Float32Array) => void;

/** What a kernel leaves behind, graded. */
function gradeKernel(check: Check, kernel: Kernel) {
  const calls = prepareCalls(check, casesOf(check));
  return grade(calls, results(check, kernel));
}

function results(check: Check, kernel: Kernel): Argument[][] {
  return prepareCalls(check, casesOf(check)).map(({ args }) => {
    const after = structuredClone(args);
    kernel(...(after as unknown as Parameters<Kernel>));
    return after;
  });
}

const nothing =
  "Nothing was written: out and sum are as they were before the call. The function has to fill the arrays that it is given; what it returns is not looked at.";

const put = (to: Float32Array, values: Float32Array) => to.set(values);
const add = (to: Float32Array, values: Float32Array) => {
  for (let i = 0; i < to.length; i++) to[i] += values[i];
};
const scaled = (values: Float32Array, factor: number) => values.map((x) => factor * x);

describe("a right answer", () => {
  test("passes where tensors are written, and the number of numbers is said", () => {
    const verdict = gradeKernel(writes, (out, sum) => {
      put(out, double);
      put(sum, sums);
    });
    expect(verdict).toMatchObject({
      passed: true,
      says: "All 30 numbers agree with PyTorch. The largest difference is 0.",
    });
  });

  test("does not claim PyTorch's agreement for what was drawn: PyTorch has not seen it", () => {
    const [call] = prepareCalls(writes, casesOf(writes));
    const kernel = results(writes, (out, sum) => {
      put(out, double);
      put(sum, sums);
    });
    const calls = [call, { ...call, seed: 7 }];
    expect(grade(calls, [...kernel, ...kernel]).says).toBe(
      "All 30 numbers agree with PyTorch. Another 30, in 1 set of sizes drawn just now, agree with this course's own code. The largest difference is 0.",
    );
  });

  test("passes where tensors are added to, with a difference within the tolerance", () => {
    const verdict = gradeKernel(adds, (out, sum) => {
      add(
        out,
        double.map((x) => x + 4e-6),
      );
      add(sum, sums);
    });
    expect(verdict.passed).toBe(true);
    expect(verdict.says).toMatch(
      /^All 30 numbers agree with PyTorch\. The largest .* 4(\.\d)?e-6\.$/,
    );
  });

  test("passes where tensors are updated, with a difference within the tolerance", () => {
    const verdict = gradeKernel(updates, (out, sum) => {
      add(
        out,
        double.map((x) => x + 4e-6),
      );
      add(sum, sums);
    });
    expect(verdict.passed).toBe(true);
  });

  test("does not pass where it is just outside of the tolerance", () => {
    const verdict = gradeKernel(writes, (out, sum) => {
      put(out, double);
      out[5] += 1e-4;
      put(sum, sums);
    });
    expect(verdict.passed).toBe(false);
    expect(verdict.tensors[0]).toMatchObject({
      wrong: 1,
      first: { index: 5, at: "(b, t, i) = (0, 1, 1)", expected: 5 },
    });
    expect(verdict.tensors[0].largestAbsolute).toBeCloseTo(1e-4, 6);
    expect(verdict.tensors[0].largestRelative).toBeCloseTo(2e-5, 6);
  });

  test("does not pass where the function changed what it should only read", () => {
    const verdict = gradeKernel(writes, (out, sum, input) => {
      put(out, double);
      put(sum, sums);
      input[3] = 0;
    });
    expect(verdict.passed).toBe(false);
    expect(verdict.says).toBe(
      "The results are right, but the function changed inp, which others still need: it should only read it.",
    );
  });
});

test("the lines that something is said of are marked, or else those that write wrong numbers, but none of the starter's", () => {
  const calls = prepareCalls(writes, casesOf(writes));
  const wrong = results(writes, (out, sum) => {
    put(out, scaled(double, 3));
    put(sum, scaled(sums, 2));
  });
  const marks = (about: About) => grade(calls, wrong, [], about).marks;
  const lines = new Map([
    ["out", [7]],
    ["sum", [7, 9]],
  ]);
  expect(marks({ lines })).toEqual([
    { line: 7, says: "Wrong numbers of out and sum are written here.", severity: "warning" },
    { line: 9, says: "Wrong numbers of sum are written here.", severity: "warning" },
  ]);
  const odd = { line: 4, says: "In line 4 the index leaves its array." };
  expect(marks({ lines, odd })).toEqual([{ ...odd, severity: "error" }]);
  expect(marks({ lines, odd, unchanged: "text" })).toEqual([]);
  expect(marks({ lines: new Map([["out", [1, 2, 3, 4]]]) })).toEqual([]);
});

test("a wrong answer that also changed an input is told so", () => {
  const { says } = gradeKernel(writes, (out, sum, input) => {
    put(out, double);
    put(sum, scaled(sums, 2));
    input[3] = 0;
  });
  expect(says).toBe(
    "sum is off by the constant factor 2, which is B. inp has changed too, which should only be read.",
  );
});

describe("a wrong answer is told", () => {
  const says: [what: string, check: Check, kernel: Kernel, sentence: string][] = [
    ["that nothing was written", writes, () => {}, nothing],
    [
      "that nothing was added",
      adds,
      () => {},
      nothing.replace("written", "added, or nothing but 0"),
    ],
    [
      "which tensor was not written",
      writes,
      (out) => put(out, double),
      "Nothing was written to sum.",
    ],
    [
      "to which tensor nothing was added",
      adds,
      (out) => add(out, double),
      "Nothing was added to sum, or nothing but 0.",
    ],
    [
      "which elements are not written",
      writes,
      (out, sum) => {
        put(out.subarray(0, 12), double.subarray(0, 12));
        put(sum, sums);
      },
      "Not all of out was written: 12 of 24 numbers are as they were before the call, all of them at b = 1.",
    ],
    [
      "to which elements nothing was added",
      adds,
      (out, sum) => {
        add(out.subarray(0, 20), double);
        add(sum, sums);
      },
      "Not all of out has changed: 4 of 24 numbers are as they were before the call, all of them at b = 1 and t = 2.",
    ],
    [
      "where the first NaN is, although it was written",
      writes,
      (out, sum) => {
        put(out, double);
        out[7] = Number.NaN;
        put(sum, sums);
      },
      "out holds NaN at (b, t, i) = (0, 1, 3). In that row inp goes from -2.5 to 3.5. Look for a division by 0, for Infinity divided by Infinity, and for a name or an index that is undefined.",
    ],
    [
      "where the first infinity is, and how many more there are",
      adds,
      (out, sum) => {
        add(out, double);
        out[7] = -Infinity;
        out[9] = Number.NaN;
        add(sum, sums);
      },
      "out holds -Infinity at (b, t, i) = (0, 1, 3) and 1 more that are not finite. In that row inp goes from -2.5 to 3.5. Look for a division by 0, for Infinity divided by Infinity, and for a name or an index that is undefined.",
    ],
    [
      "that gradients add up",
      adds,
      (out, sum) => {
        put(out, double);
        put(sum, sums);
      },
      "out and sum are right, but written over what was there. Gradients are added to what is there: use += instead of =, and clear nothing first.",
    ],
    [
      "that the sign is wrong",
      adds,
      (out, sum) => {
        add(out, scaled(double, -1));
        add(sum, sums);
      },
      "out is right except for the sign: every number has the opposite one.",
    ],
    [
      "the constant factor, and which size it is",
      writes,
      (out, sum) => {
        put(out, double);
        put(sum, scaled(sums, 1 / 4));
      },
      "sum is off by the constant factor 0.25, which is 1/C.",
    ],
    [
      "a constant factor that is no size",
      adds,
      (out, sum) => {
        add(out, scaled(double, 0.7));
        add(sum, sums);
      },
      "out is off by the constant factor 0.7.",
    ],
    ["that nothing was updated", updates, () => {}, nothing],
    [
      "in which tensor nothing was changed",
      updates,
      (out) => add(out, double),
      "Nothing was changed in sum.",
    ],
    [
      "which elements are not updated",
      updates,
      (out, sum) => {
        add(out.subarray(0, 12), double.subarray(0, 12));
        add(sum, sums);
      },
      "Not all of out has changed: 12 of 24 numbers are as they were before the call, all of them at b = 1.",
    ],
    [
      "that it moves the wrong way",
      updates,
      (out, sum) => {
        add(out, scaled(double, -1));
        add(sum, sums);
      },
      "Every number of out has moved as far as it should, but the other way.",
    ],
    [
      "that it moves too far, and which size that is",
      updates,
      (out, sum) => {
        add(out, double);
        add(sum, scaled(sums, 4));
      },
      "The change of sum is off by the constant factor 4, which is C.",
    ],
    [
      "that what was to be moved is wrong, where it was written over",
      updates,
      (out, sum) => {
        put(out, double);
        add(sum, sums);
      },
      "out is wrong everywhere.",
    ],
    [
      "how many are wrong, and what they have in common",
      writes,
      (out, sum) => {
        put(out, double);
        for (let row = 0; row < 6; row++) out[row * 4 + 2] += row + 1;
        put(sum, sums);
      },
      "out is wrong in 6 of 24 numbers, all of them at i = 2.",
    ],
    [
      "that only the first is right",
      writes,
      (out, sum) => {
        put(out, double);
        for (let i = 0; i < 24; i++) if (Math.floor(i / 4) % 3 > 0) out[i] += i;
        put(sum, sums);
      },
      "out is wrong in 16 of 24 numbers, all of them at t > 0.",
    ],
  ];

  test.each(says)("%s", (_, check, kernel, sentence) => {
    const verdict = gradeKernel(check, kernel);
    expect(verdict.passed).toBe(false);
    expect(verdict.says).toBe(sentence);
  });

  test("which tensors are right and which are wrong", () => {
    const { tensors, cases: tried } = gradeKernel(writes, (out, sum) => {
      put(out, double);
      put(sum, sums);
      sum[4] = 100;
    });
    expect(tensors.map(({ tensor, mistake }) => [tensor, mistake?.kind ?? "right"])).toEqual([
      ["out", "right"],
      ["sum", "other"],
    ]);
    expect(tensors[1].errors[4]).toBeGreaterThan(1e5);
    expect(tensors[1].errors[3]).toBe(0);
    expect(tensors[1].first).toMatchObject({ at: "(b, t) = (1, 1)", got: 100 });
    expect(tried).toEqual([{ name: "lesson", sizes, passed: false }]);
  });

  test("first of the gaps, then of what is not a number because of them", () => {
    const { says } = gradeKernel(writes, (out, sum) => {
      put(sum, sums);
      sum.fill(Number.NaN, 5); // left as it was, whatever the engine makes of its bits
      new Int32Array(sum.buffer)[5] = unwrittenBits;
      put(out, double);
      out[3] = Number.POSITIVE_INFINITY;
    });
    expect(says).toMatch(/Not all of sum.*out/s);
    expect(says.indexOf("Not all of sum")).toBeLessThan(says.indexOf("out holds"));
  });

  test("in words even when what came back is not what was sent", () => {
    const calls = prepareCalls(writes, cases);
    const verdict = grade(calls, [[null, new Float32Array(2), 3, 2, 3, 4]]);
    expect(verdict.says).toBe(nothing);
  });
});

describe("tensors before the call", () => {
  test("hold a NaN of their own where they are written, and other numbers than 0 where they are added to", () => {
    const [written] = prepareCalls(writes, cases);
    expect(new Int32Array((written.args[0] as Float32Array).buffer)[0]).toBe(unwrittenBits);
    const [added] = prepareCalls(adds, cases);
    expect((added.args[0] as Float32Array).every((x) => x >= 0.5 && x <= 1.5)).toBe(true);
    expect(written.args.slice(3)).toEqual([2, 3, 4]);
  });

  test("hold the reference's own numbers where they are updated", () => {
    const [call] = prepareCalls(updates, updated);
    expect(call.args[0]).toEqual(start);
    expect(call.args[1]).toEqual(startSum);
    expect(call.expected.map(({ before }) => before)).toEqual([start, startSum]);
    expect(() => prepareCalls(updates, cases)).toThrow(
      "f: the case lesson does not say what out becomes",
    );
  });

  test("are null where the reference has none, and 0 where they flow on", () => {
    const check: Check = { ...adds, args: [...adds.args, "dbias"], zeroed: ["sum"] };
    const [call] = prepareCalls(check, cases);
    expect(call.args.at(-1)).toBeNull();
    expect(call.args[1]).toEqual(new Float32Array(6));
  });
});

test("of the sizes of a case those are told that the check's arguments and shapes name, and no others", async () => {
  const cases = readCases(await load("reference/bigram.safetensors"));
  expect(Object.keys(cases[0].sizes)).toContain("lr"); // for another check of the lesson
  for (const name of ["bigramBackward", "meanSurprise"]) {
    for (const { sizes, args } of prepareCalls(checks[name], cases)) {
      expect(Object.keys(sizes)).toEqual(["N", "V"]);
      expect(args.slice(-2)).toEqual([sizes.N, sizes.V]);
    }
  }
  // Named by a shape alone.
  const [call] = prepareCalls(
    { ...writes, args: ["out", "sum", "inp"], shapes: { out: "B*T*C" } },
    [{ ...casesOf(writes)[0], sizes: { ...sizes, lr: 0.5 } }],
  );
  expect(call.sizes).toEqual(sizes);
});

describe("known mistakes", () => {
  const calls = prepareCalls(adds, cases);
  const result = (out: Float32Array | null, sum: Float32Array | null) =>
    results(adds, (toOut, toSum) => {
      if (out) add(toOut, out);
      if (sum) add(toSum, sum);
    });
  const out = { says: "Out is half.", results: result(inp, sums) };
  const sum = {
    says: "Sum lacks 1.",
    results: result(
      double,
      sums.map((x) => x - 1),
    ),
  };
  const both = {
    says: "Both have 16 too much.",
    results: result(
      double.map((x) => x + 16),
      sums.map((x) => x + 16),
    ),
  };
  const nan = {
    says: "Out is no number.",
    results: result(
      double.map(() => Number.NaN),
      sums,
    ),
  };
  const says = (got: Argument[][], known: Known[] = [out, sum, both, nan]) =>
    grade(calls, got, known).says;

  test("are named where all numbers are the same", () => {
    expect(says(structuredClone(out.results))).toBe("Out is half.");
  });

  test("are not named by NaN alone, which many a mistake leaves behind", () => {
    expect(says(structuredClone(nan.results))).toMatch(
      /^out holds NaN at \(b, t, i\) = \(0, 0, 0\)/,
    );
    const half = structuredClone(nan.results);
    (half[0][0] as Float32Array)[5] = 1 + (out.results[0][0] as Float32Array)[5];
    expect(says(half)).not.toContain("Out is no number.");
  });

  test("are named by the places of NaN where the mistake says so, and where all others are right", () => {
    const places = result(scaled(double, 1), sums);
    (places[0][0] as Float32Array).fill(Number.NaN, 4, 8);
    const byNaN: Known = { says: "One row is no number.", results: places, byNaN: true };
    expect(says(structuredClone(places), [byNaN])).toBe("One row is no number.");
    expect(says(structuredClone(places), [{ ...byNaN, byNaN: false }])).toMatch(/^out holds NaN/);
    const elsewhere = structuredClone(places);
    (elsewhere[0][0] as Float32Array)[9] = Number.NaN;
    expect(says(elsewhere, [byNaN])).toMatch(/^out holds NaN/);
  });

  test("are named where they are written over what was there, and that is told too", () => {
    const over = result(null, sums);
    (over[0][0] as Float32Array).set(inp);
    expect(says(over)).toBe(
      "Out is half. out is also written over what was there. Gradients are added to what is there: use += instead of =.",
    );
  });

  test("that speak of all tensors are told only where all are as they leave them", () => {
    const whole = { ...out, whole: true };
    expect(says(structuredClone(out.results), [whole])).toBe("Out is half.");
    expect(says(result(inp, null), [whole])).toBe(
      "out is off by the constant factor 0.5, which is 1/B. Nothing was added to sum, or nothing but 0.",
    );
  });

  test("are not named where one number differs", () => {
    const other = structuredClone(out.results);
    (other[0][0] as Float32Array)[23] += 1e-2;
    expect(says(other)).toBe("out is wrong everywhere.");
  });

  test("are named where a number differs by what rounding may do", () => {
    const other = structuredClone(out.results);
    (other[0][0] as Float32Array)[23] += 1e-5;
    expect(says(other)).toBe("Out is half.");
  });

  test("of two that are close, the closer one is named", () => {
    const near = structuredClone(out.results);
    (near[0][0] as Float32Array)[0] += 1e-5;
    expect(says(structuredClone(out.results), [{ says: "Near.", results: near }, out])).toBe(
      "Out is half.",
    );
  });

  test("are named beside a tensor that is not written yet", () => {
    expect(says(result(inp, null))).toBe(
      "Out is half. Nothing was added to sum, or nothing but 0.",
    );
  });

  test("are both named where two were made, each in a tensor of its own", () => {
    const two = result(
      inp,
      sums.map((x) => x - 1),
    );
    expect(says(two)).toBe("Out is half. Sum lacks 1.");
  });

  test("are told before what is wrong elsewhere", () => {
    const two = result(
      double.map((x) => x * x),
      sums.map((x) => x - 1),
    );
    expect(says(two)).toBe("Sum lacks 1. out is wrong in 21 of 24 numbers.");
  });

  test("that explain two tensors are preferred to two that explain one each", () => {
    expect(says(structuredClone(both.results))).toBe("Both have 16 too much.");
  });

  test("that spoil two tensors are not named where one of them holds other numbers", () => {
    const one = result(
      double.map((x) => x + 16),
      null,
    );
    expect(says(one)).toBe(
      "Every number of out is too large by 16. Nothing was added to sum, or nothing but 0.",
    );
  });

  test("that flow on are named by the tensor they are made in, whatever the others hold", () => {
    const flows = { ...both, madeIn: "out" };
    const hidden = (toSum: (sum: number) => number) =>
      result(
        double.map((x) => x + 16),
        sums.map(toSum),
      );
    const twice = hidden((x) => x + 3);
    expect(says(twice, [flows])).toBe(`${both.says} Every number of sum is too large by 3.`);
    expect(says(twice, [{ ...both, madeIn: "sum" }])).toBe(
      "Every number of out is too large by 16. Every number of sum is too large by 3.",
    );
    // One that explains all that it spoils is preferred.
    const inOut = { says: "Out has 16 too much.", results: hidden((x) => x) };
    expect(says(twice, [flows, inOut])).toBe(
      "Out has 16 too much. Every number of sum is too large by 3.",
    );
    expect(says(structuredClone(both.results), [inOut, flows])).toBe(both.says);
  });

  test("are not named where the results are right", () => {
    expect(grade(calls, result(double, sums), [out, sum, both, nan]).passed).toBe(true);
  });
});

describe("cases made of a reference's", () => {
  test("AdamW is checked at its first step, and at its last with what the step before it left", async () => {
    const calls = prepareCalls(
      checks.adamwUpdate,
      readCases(await load("reference/adamw.safetensors")),
    );
    expect(calls.slice(0, 2).map((call) => call.case)).toEqual([
      "lesson, step 1",
      "lesson, step 4",
    ]);
    const [first, last] = calls;
    expect(first.args.slice(4)).toEqual([1, 0.01, 0.9, 0.999, 1e-8, 0.1, 8]);
    expect(last.args[4]).toBe(4);
    expect(first.args.slice(2, 4)).toEqual([new Float32Array(8), new Float32Array(8)]);

    const stepped = (change: (args: Argument[]) => void) =>
      calls.map(({ args }) => {
        const done = structuredClone(args);
        change(done);
        adamwUpdate(...(done as Parameters<typeof adamwUpdate>));
        return done;
      });
    expect(
      grade(
        calls,
        stepped(() => {}),
      ).passed,
    ).toBe(true);
    const late = stepped((args) => {
      args[4] = 1000; // so many steps on, nothing is left to correct
    });
    expect(grade(calls, late)).toMatchObject({
      passed: false,
      says: "params is wrong in 7 of 8 numbers.",
    });
  });

  test("the gradients of three tensors are clipped as one vector, whose squares are summed", async () => {
    const reference = readCases(await load("reference/clip.safetensors"));
    const [squares] = prepareCalls(checks.gradientSquares, reference);
    const [clip] = prepareCalls(checks.clipGradients, reference);
    const grads = clip.args[0] as Float32Array;
    expect(grads).toHaveLength(4 + 6 + 5);
    expect(clip.args.slice(2)).toEqual([1, 15]);
    const norm = Math.hypot(...grads);
    expect(norm).toBeGreaterThan(1);
    expect(squares.expected[0].torch[0]).toBeCloseTo(norm ** 2, 5);
    expect(Math.hypot(...clip.expected[0].torch)).toBeCloseTo(1, 5);
  });
});

test("dimensions are named by the lessons' letters, from the sizes that their length is made of", () => {
  const sizes = { B: 2, T: 5, C: 12, NH: 3, OC: 6, L: 5, V: 7, maxT: 5, N: 4 };
  expect(nameAxes([2, 5, 12], sizes, "B*T*C")).toEqual(["b", "t", "i"]);
  expect(nameAxes([6, 12], sizes, "OC*C")).toEqual(["o", "i"]);
  expect(nameAxes([2, 3, 5, 5], sizes, "B*NH*T*T")).toEqual(["b", "h", "t", "t2"]);
  expect(nameAxes([2, 5, 36], sizes, "B*T*3*C")).toEqual(["b", "t", "i"]);
  expect(nameAxes([12, 48], sizes, "C*4*C")).toEqual(["o", "i"]);
  expect(nameAxes([5, 12], sizes, "maxT*C")).toEqual(["t", "i"]); // though L and T are 5 too
  expect(nameAxes([4, 7], sizes, "N*V", { N: "n" })).toEqual(["n", "v"]);
  // Without it, by the sizes that they equal.
  expect(nameAxes([2, 3, 8], { B: 2, T: 3, C: 8 })).toEqual(["b", "t", "i"]);
  expect(nameAxes([2, 3, 5, 5], { B: 2, T: 5, C: 12, NH: 3 })).toEqual(["b", "h", "t", "t2"]);
  expect(nameAxes([36], { C: 12 })).toEqual(["i"]);
  expect(locate(23, [2, 3, 4], ["b", "t", "i"])).toBe("(b, t, i) = (1, 2, 3)");
  expect(locate(3, [8], ["c"])).toBe("c = 3");
});

test("numbers have at most five digits", () => {
  expect([0, 1, 0.25, -1.2345678, 123456, 9.5367e-7, 1e-5, Number.NaN].map(number)).toEqual([
    "0",
    "1",
    "0.25",
    "-1.2346",
    "1.2e+5",
    "9.5e-7",
    "1e-5",
    "NaN",
  ]);
});

describe("a tensor of token ids", () => {
  const ids = Int32Array.of(50_256, 0, 3, 50_255, 7, 11);
  const one: Case = {
    name: "lesson",
    sizes: { B: 2, T: 3 },
    tensors: new Map([["out", { shape: [2, 3], data: ids }]]),
  };
  const check: Check = { function: "f", reference: "", args: ["out"], writes: ["out"], adds: [] };
  const [call] = prepareCalls(check, [one]);
  const gradeIds = (after: Int32Array) => grade([call], [[after]]);

  test("is an Int32Array before the call, and right where every id is", () => {
    expect(call.args[0]).toEqual(new Int32Array(6).fill(unwrittenId));
    expect(gradeIds(ids.slice())).toMatchObject({ passed: true });
  });

  test("is wrong by one id, also a large one", () => {
    const { passed, says, tensors } = gradeIds(ids.with(3, 50_254));
    expect(passed).toBe(false);
    expect(says).toBe("out is wrong in 1 of 6 numbers, at b = 1 and t = 0.");
    expect(tensors[0].first).toMatchObject({ got: 50_254, expected: 50_255 });
  });

  test("that was not written, or only in part, is told so", () => {
    const untouched = (call.args[0] as Int32Array).slice();
    expect(gradeIds(untouched).says).toMatch(
      /^Nothing was written: out is as it was before the call\./,
    );
    untouched.set(ids.subarray(0, 4));
    expect(gradeIds(untouched).says).toContain("Not all of out was written: 2 of 6 numbers");
  });
});
