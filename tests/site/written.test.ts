// The exercises of the lesson about the GPU, on a real page in Chromium, with WebGPU and without.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { cell, paste, runText, runToEnd } from "./cell.ts";
import { audit, faults, find, open, page, useReader } from "./reader.ts";

const folder = fileURLToPath(new URL("../../lessons/17-onto-the-gpu/", import.meta.url));
const solution = (name: string) => readFileSync(`${folder}${name}/solution.wgsl`, "utf8");
const exercise = (name: string) => cell(`onto-the-gpu/${name}`);

useReader();

/** It is still said to be passed when the page is opened again. */
async function passed(name: string): Promise<void> {
  await page.reload({ waitUntil: "load" });
  await expect.poll(() => find(`#exercise-${name} .tick`).isVisible()).toBe(true);
}

test("a shader is written from its stub: wrong, refused by the compiler, right on the GPU, and kept as passed", async () => {
  await open("/lessons/onto-the-gpu/");
  const one = exercise("columns");
  expect(await runToEnd(one)).toMatch(/^Nothing was added.*dbias is as it was/);
  const text = solution("columns");
  expect(await runText(one, text.replace("sum += dout", "sums += dout"))).toMatch(
    /^This does not compile\. Line \d+: unresolved value 'sums'/,
  );
  const beyond = await runText(one, text.replace("  if (o >= OC) { return; }\n", ""));
  expect(beyond).toMatch(
    /^Line \d+: thread \d+ .*dout ends at \d+\..*Those with o >= OC have to return\.$/,
  );
  expect(await one.locator(".cell-bad-line").count()).toBe(1);
  expect(await audit(page, `#${await one.getAttribute("id")}`)).toEqual([]);
  expect(await runText(one, text)).toMatch(/^All [\d,]+ numbers agree with PyTorch, in 8 sets/);
  const heads = await one.locator("[data-details] thead th").allTextContents();
  expect(heads).toContain("GPU: largest error");
  expect(heads).toContain("Walked through: largest error");
  await passed("columns");
  expect(faults).toEqual([]);
});

test("a race is found by every press, whatever the GPU made of it, and mended", async () => {
  await open("/lessons/onto-the-gpu/");
  const one = exercise("race");
  const first = await runToEnd(one);
  expect(first).toMatch(
    /^A race: thread \d+ writes partial\[\d+\] in line 23, and thread \d+ reads it in line 25/,
  );
  expect(first).toMatch(
    /Your GPU happened to give the right numbers this time|On your GPU it has spoiled numbers/,
  );
  expect(await one.locator(".cell-bad-line").count()).toBe(2);
  const second = await runToEnd(one);
  expect(second.slice(0, 100)).toBe(first.slice(0, 100));
  expect(await runText(one, solution("race"))).toMatch(/^All [\d,]+ numbers agree with PyTorch/);
  expect(faults).toEqual([]);
});

test("without WebGPU the walk alone decides, and says so", async () => {
  await page.route(/\/shader-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const without = "delete Object.getPrototypeOf(navigator).gpu;";
    await route.fulfill({ response, body: without + (await response.text()) });
  });
  await open("/lessons/onto-the-gpu/");
  const one = exercise("columns");
  await paste(one, solution("columns").replace("+= sum", "= sum"));
  expect(await runToEnd(one)).toContain("Gradients are added to, with +=.");
  expect(await runText(one, solution("columns"))).toMatch(
    /^All .*Without WebGPU it was walked through/,
  );
  await passed("columns");
  expect(faults).toEqual([]);
});
