// The editor completes and tells when types do not agree; the service for it is loaded when a reader begins to write.

import { beforeEach, expect, test } from "vitest";
import { cell, paste, printed, runToEnd } from "./cell.ts";
import { audit, faults, open, page, useReader } from "./reader.ts";

useReader();

let loaded: string[]; // what was asked for of the language service

beforeEach(async () => {
  loaded = [];
  page.on("request", (request) => {
    if (/\/language-[^/]*\.js$/.test(request.url())) loaded.push(request.url());
  });
  await open("/lessons/layernorm/");
});

const play = () => cell("layernorm/play");
const note = (one = play()) => one.locator("[data-note]").textContent();
const wrong = (one = play()) => one.locator(".cm-lintRange-error").allTextContents();

test("what is written is completed, by keyboard, with its type beside it", async () => {
  await runToEnd(play());
  expect(loaded).toEqual([]);
  await paste(play(), "const row = new Float32Array(4);\nconsole.log(row");
  await page.keyboard.type(".suba");
  const offered = play().locator(".cm-tooltip-autocomplete");
  await expect
    .poll(() => offered.locator("[aria-selected] .cm-completionLabel").allTextContents())
    .toEqual(["subarray"]);
  expect(loaded).toHaveLength(1);
  await expect
    .poll(() => play().locator(".cm-completionInfo code").allTextContents())
    .toEqual([
      expect.stringMatching(/^\(method\) Float32Array<ArrayBuffer>\.subarray\(begin\?: number/),
    ]);
  expect(await audit(page, ".cm-tooltip-autocomplete")).toEqual([]);
  await page.waitForTimeout(100); // a list that has just come does not take the Enter that was meant for the text
  await page.keyboard.press("Enter");
  await page.keyboard.type("(1).length);");
  await runToEnd(play());
  expect(await printed(play())).toEqual(["3"]);
  expect(faults).toEqual([]);
});

test("types that do not agree are marked, counted and reached by F8, and nothing keeps the cell from running", async () => {
  await paste(play(), 'const wide: number = "8";\nconst C: string = 8;\nconsole.log(wide, C);\n');
  await expect.poll(() => wrong()).toEqual(["wide", "C"]);
  expect(await note()).toMatch(/^2 types do not agree: F8 goes to the next\. /);
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("F8");
  await page.keyboard.press("F8");
  const says = page.locator(".cm-tooltip-lint, .cm-tooltip .cm-diagnosticText");
  await expect
    .poll(() => says.allTextContents())
    .toContain("Type 'number' is not assignable to type 'string'.");
  await runToEnd(play());
  expect(await printed(play())).toEqual(["8 8"]);
  expect(await wrong()).toEqual(["wide", "C"]); // a run does not wipe them out
  await paste(play(), "console.log(8);\n");
  await expect.poll(() => note()).toMatch(/^Ctrl\+Space completes\./);
  expect(await wrong()).toEqual([]);
  expect(faults).toEqual([]);
});

test("one function of a file is checked as a part of it", async () => {
  const forward = cell("layernorm/forward");
  await paste(
    forward,
    "export function layernormForward(out: Floats, mean: Floats): void {\n  out[0] = mean;\n}",
  );
  await expect.poll(() => wrong(forward)).toEqual(["out[0]"]);
});

test("where TypeScript cannot be loaded that is said once, and the cell runs", async () => {
  await page.route(/\/language-[^/]*\.js$/, (route) => route.abort());
  await paste(play(), "const a: number = 1;\nconsole.log(a);\n");
  await expect
    .poll(() => note())
    .toMatch(/^TypeScript could not be loaded: types are not checked\. /);
  await runToEnd(play());
  expect(await printed(play())).toEqual(["1"]);
});
