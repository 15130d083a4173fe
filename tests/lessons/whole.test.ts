// What stays on one line where lines of code are broken.

import { expect, test } from "vitest";
import { highlight } from "../../src/cells/highlight.ts";
import { wholesOf, wholesOfText } from "../../src/cells/whole.ts";

const said = (find: typeof wholesOf, line: string) =>
  find(line).map(([from, to]) => line.slice(from, to));

test("a shape, an index and a short call stay whole, with the word that they belong to", () => {
  expect(said(wholesOf, "  out: Floats, // (B, T, C), written")).toEqual(["(B, T, C),"]);
  expect(said(wholesOf, "      score += inp[q + i] * inp[k + i];")).toEqual([
    "inp[q + i]",
    "inp[k + i];",
  ]);
  expect(said(wholesOf, "  const e = Math.exp(z[i] - max);")).toEqual(["Math.exp(z[i] - max);"]);
  expect(said(wholesOf, "f(a, b);")).toEqual(["f(a, b);"]); // from the first letter on
  expect(said(wholesOf, '"🙂🙂" + f(a, b) + 1')).toEqual(["f(a, b)"]); // of two units each
});

test("what has no blank needs nothing, and brackets without their like are left alone", () => {
  expect(said(wholesOf, "  mean[bt] = f(m);")).toEqual([]);
  expect(said(wholesOf, "export function layernormForward( // (")).toEqual([]);
  expect(said(wholesOf, ") + a, b]")).toEqual([]);
});

test("of a call that is too long for a phone, what is inside of it stays whole", () => {
  const line = "  preatt.set(inp.slice(row, row + T), (b * T + t) * C);";
  expect(said(wholesOf, line)).toEqual(["inp.slice(row, row + T),", "(b * T + t)"]);
  // The more a line is set in, the less fits.
  expect(said(wholesOf, `${" ".repeat(20)}f(abc, def)`)).toEqual([]);
});

test("of plain text the columns stay whole, and within a long one each shape, which is told once", () => {
  const line = "logits = matmul(lnf, wte)     (B, T, 768)   to (B, T, 50304)";
  expect(said(wholesOfText, line)).toEqual([
    ...["matmul(lnf, wte)", "(B, T, 768)"],
    ...["to (B, T, 50304)", "(B, T, 50304)"],
  ]);
  expect(said(wholesOfText, "atty = f(q)  (B, T, (NH + 2) hs) -> (B, T, C)")).toEqual([
    ...["(B, T, (NH + 2) hs) -> (B, T, C)", "(B, T, (NH + 2) hs)", "(B, T, C)"],
  ]);
  expect(said(wholesOfText, "x   = x + f(a, b)")).toEqual(["f(a, b)"]);
  expect(said(wholesOfText, "    logits = model(text)")).toEqual([]);
});

test("a listing marks them, and its text is what it was", async () => {
  const code = "const a = inp[row + i]; // (B, T)\nf(x);";
  const html = await highlight(code, "a.ts", "A");
  expect(html.match(/class="whole"/g)).toHaveLength(2);
  const text = html.replace(/<[^>]+>/g, "");
  expect(text).toBe(code);
});
