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

test("for in is named, and what it goes through", () => {
  const says = (line: string) => readText(`${line}\n`, ["probs"]).map((one) => one.says);
  expect(says("for (const c in counts) total += c;")).toEqual([
    'Line 1: for (const c in counts) goes through keys, which are text: of a list "0", "1" and so on. To go through the values of a list, write for (const c of counts).',
  ]);
  expect(says("for (const c of counts) total += c;")).toEqual([]);
  const error = (line: string) =>
    explainError("ReferenceError", "c is not defined", line, [], line);
  expect(error("for (c in counts) total += c;")).toContain(
    "has to be declared: for (const c of ...)",
  );
  expect(error("for (c of counts) total += c;")).toMatch(
    /has to be declared: for \(const c of \.\.\.$/,
  );
});

test.each([
  "Cannot read properties of undefined (reading 'back')", // Chromium
  'can\'t access property "back", tape[k] is undefined', // Firefox
  "undefined is not an object (evaluating 'tape[k].back')", // Safari
])("an index past the end is named where the text shows it: %s", (message) => {
  const says = (loop: string, line = "tape[k].back();") =>
    explainError("TypeError", message, line, [], `${loop} ${line}`).replace(
      `TypeError: ${message}`,
      "",
    );
  const last = " The last one is tape[tape.length - 1]: they are counted from 0";
  expect(says("for (let k = tape.length; k >= 0; k--)")).toBe(
    `. k begins at tape.length, where there is nothing.${last}`,
  );
  expect(says("for (let k = 0; k <= tape.length; k++)")).toBe(
    `. k goes up to tape.length, where there is nothing.${last}`,
  );
  const look =
    ". tape[k] is undefined: look whether k is below 0, past the end, or no whole number";
  for (const loop of [
    "for (let k = tape.length; k-- >= 0; )", // begins at the last one
    "for (let k = 0; k <= tape.length - 1; k++)",
    "for (let k = tape.length - 1; ; k--)",
  ]) {
    expect(says(loop)).toBe(look);
  }
  expect(says("", "tape[k].inputs[0].grad[i].fill(0);")).toBe(
    message.includes("tape[k] is") ? look : "",
  );
});

test("what may be past the end is not guessed among several", () => {
  const message = "Cannot read properties of undefined (reading 'grad')";
  const says = (line: string) => explainError("TypeError", message, line, [], line);
  expect(says("tape[k].inputs[j].grad.fill(0);")).toContain(
    "inputs[j] is undefined: look whether j",
  );
  expect(says("a[i].grad[0] += b[j].grad[0];")).toBe(`TypeError: ${message}`);
  expect(says("tape[tape.length].grad.fill(0);")).toContain("tape[tape.length] is past the end.");
  expect(says("out.grad.fill(0);")).toBe(`TypeError: ${message}`);
});
