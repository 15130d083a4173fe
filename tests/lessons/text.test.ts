// What is said of a tensor from the text that did not fill it.

import { expect, test } from "vitest";
import { readSource } from "../../src/cells/sources.ts";
import { readWrites } from "../../src/cells/text.ts";

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
