// What is said of a tensor from the text that did not fill it.

import { expect, test } from "vitest";
import { readSource } from "../../src/cells/sources.ts";
import { explainError, readText, readWrites } from "../../src/cells/text.ts";

test("`+=` on what holds no numbers is named, but not where the text fills it first", async () => {
  const adding = "export function f(out) {\n  for (let i = 0; i < 4; i++) out[i] += 1;\n}\n";
  expect(readWrites(adding, "out", true)).toBe(
    "Before the call out holds no numbers, so that out[...] += adds to nothing: set it first, with =.",
  );
  expect(readWrites(adding, "out", false)).toBeUndefined();
  for (const first of ["out.fill(0);", "out.set(inp);"]) {
    expect(readWrites(adding.replace("{\n", `{\n  ${first}\n`), "out", true)).toBeUndefined();
  }
  expect(readWrites(adding.replace("{\n", "{\n  other.out.fill(0);\n"), "out", true)).toBeDefined();
  const attention = await readSource("kernels/attention/attention.ts"); // fills out with 0, then adds the values
  expect(attention).toContain("out.fill(0)");
  expect(readWrites(attention, "out", true)).toBeUndefined();
});

test("a name that is given to another array is named", () => {
  const renamed = "export function f(out, inp) {\n  out = inp.map((x) => 2 * x);\n}\n";
  expect(readWrites(renamed, "out", true)).toMatch(
    /^out = \.\.\. gives the name to another array.*out\[i\] = /,
  );
});

test("commas and two indices are named, also where an index holds another", () => {
  const says = (line: string) => readText(`${line}\n`, ["dtable", "probs"]).map((one) => one.says);
  expect(says("dtable[inputs[n], v] += 1;")).toEqual([
    "Line 1: dtable[inputs[n], v] is dtable[v], since of what commas part only the last counts. The arrays are flat: the place has to be computed, row by row.",
  ]);
  expect(says("dtable[a, inputs[n]] += 1;")[0]).toContain("is dtable[inputs[n]], since");
  expect(says("dtable[inputs[n]][v] += 1;")).toEqual([
    "Line 1: dtable[inputs[n]][v] takes dtable[inputs[n]], which is a number, and looks for an element in it. The arrays are flat, with one index: compute the place, row by row.",
  ]);
  expect(says("dtable[inputs[n] * V + v] += probs[row + v];")).toEqual([]);
  expect(says("const two = [dtable[i], probs[i]];")).toEqual([]);
  const message = "Cannot create property '0' on number '1.5'";
  expect(explainError("TypeError", message, "dtable[inputs[n]][v] += 1;", [], "")).toContain(
    "The arrays are flat, with one index, and dtable[...] is a number",
  );
});

test("a number in the place of a whole array is named", () => {
  const says = (line: string) => readText(`${line}\n`, ["dx"]).map((one) => one.says);
  expect(says("loss.grad = 1;")).toEqual([
    "Line 1: loss.grad = 1 puts a number in the place of a whole array. What is meant is a number in it: loss.grad[0], or all of them by loss.grad.fill(...).",
  ]);
  for (const right of ["loss.grad[0] = 1;", "if (loss.grad === 1) return;", "a.grad = b.grad;"]) {
    expect(says(right), right).toEqual([]);
  }
});
