// Cells that hold a shader, and the page about the reader's GPU, on a real page in Chromium.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Locator } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { endLoops, keepBindings } from "../../src/cells/instrument.ts";
import { amount, limits } from "../../src/gpu/limits.ts";
import { cell as lessonCell, paste, runToEnd, status, unfold } from "./cell.ts";
import { audit, context, faults, find, open, page, useReader } from "./reader.ts";

const kernels = fileURLToPath(new URL("../../kernels", import.meta.url));
const shader = readFileSync(join(kernels, "layernorm/layernorm.wgsl"), "utf8");

useReader();

const cell = (name: string) => lessonCell(`layernorm/${name}`);
const wgsl = ["gpu-forward", "gpu-sum", "gpu-backward-inp", "gpu-sums", "gpu-backward-weight"];

/** What is in a cell. Looked up at one moment: an edit that was kept becomes an editor a second after the page has loaded. */
const textOf = (one: Locator): Promise<string> =>
  one.evaluate((element) => {
    const listing = element.querySelector("[data-code] > pre");
    if (listing) return listing.textContent ?? "";
    return [...element.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n");
  });

/** Replaces a piece of what stands in a cell, as a reader who pastes would. */
async function edit(one: Locator, find: string | RegExp, replace: string): Promise<void> {
  const before = await textOf(one);
  const after = before.replace(find, replace);
  expect(after, `${find} is not in the cell`).not.toBe(before);
  await paste(one, after);
}

async function runEdited(one: Locator, find: string | RegExp, replace: string): Promise<string> {
  await edit(one, find, replace);
  return runToEnd(one);
}

/** The number in its file of the line of the cell that has this text. */
async function lineOf(one: Locator, text: string): Promise<number> {
  const lines = (await textOf(one)).split("\n");
  const first = Number(await one.getAttribute("data-first-line"));
  return first + lines.findIndex((line) => line.includes(text));
}

describe("a cell with a shader", () => {
  beforeEach(async () => {
    await open("/lessons/layernorm/");
    await unfold(cell("gpu-forward")); // and with it the others, which are in the same fold
  });

  test.each(wgsl)("%s agrees with PyTorch as it stands, TypeScript beside it", async (name) => {
    const one = cell(name);
    expect(await runToEnd(one)).toMatch(/^All [\d,]+ numbers agree with PyTorch, in 3 sets/);
    const backward = name.includes("backward") || name === "gpu-sums";
    const tensors = backward ? ["dinp", "dweight", "dbias"] : ["out", "mean", "rstd"];
    const rows = one.locator("[data-details] tbody tr");
    expect(await rows.locator("th").allTextContents()).toEqual(tensors);
    for (const row of await rows.all()) {
      const [gpu, , typescript] = (await row.locator("td").allTextContents()).map(Number);
      expect(gpu).toBeLessThan(1e-4);
      expect(typescript).toBeLessThan(1e-4);
    }
    expect(await one.locator("[data-details]").textContent()).toContain("swiftshader");
    await expect.poll(() => page.workers().length).toBe(0);
    expect(faults).toEqual([]);
  });

  test("shows the compiler's message at the reader's line, below and in the editor", async () => {
    const one = cell("gpu-forward");
    const line = await lineOf(one, "sum += inp");
    const says = await runEdited(one, "sum += inp", "sums += inp");
    expect(says).toBe(`This does not compile. Line ${line}: unresolved value 'sums'.`);
    expect(await one.locator(".cell-bad-line").allTextContents()).toEqual([String(line)]);
    expect(await one.locator(".cm-lintRange-error").textContent()).toBe("sums");
    const [message] = await one.locator("[data-lines] pre").allTextContents();
    expect(message).toMatch(new RegExp(`^Line ${line}, column \\d+: error: unresolved value`));
    expect(await audit(page, `#${await one.getAttribute("id")}`)).toEqual([]);
    expect(await runEdited(one, "sums +=", "sum +=")).toMatch(/^All/);
    expect(await one.locator(".cell-bad-line").count()).toBe(0);
    expect(await one.locator("[data-lines] pre").count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("says where the compiler stumbles outside the lines that it shows", async () => {
    const says = await runEdited(cell("gpu-forward"), /\}\s*$/, "");
    expect(says).toMatch(/^This does not compile\. Line \d+ of the file, outside this cell: /);
    expect(await cell("gpu-forward").locator("[data-lines] pre").first().textContent()).toContain(
      "kernels/layernorm/layernorm.wgsl, line",
    );
    expect(faults).toEqual([]);
  });

  test("without the weight is wrong by its numbers, with a map of the error", async () => {
    const one = cell("gpu-forward");
    expect(await runEdited(one, " * weight[i]", "")).toMatch(/^out is wrong in \d+ of 48 numbers/);
    expect(await one.locator("[data-details] .wrong th").allTextContents()).toEqual(["out"]);
    expect(await one.locator("[data-details] svg rect:not(.right)").count()).toBeGreaterThan(40);
    expect(await audit(page, `#${await one.getAttribute("id")}`)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("knows the mistakes of the exercise, made in WGSL", async () => {
    const inp = cell("gpu-backward-inp");
    expect(await runEdited(inp, /dinp_weight\[i\] \* /g, "")).toContain(
      "dinp is what it would be if every weight were 1.",
    );
    expect(await runEdited(cell("gpu-sums"), "biasSum += d;", "biasSum += 2 * d;")).toContain(
      "dbias is off by the constant factor 2",
    );
    expect(faults).toEqual([]);
  });

  test("names the line of a loop that never ends, and the GPU is free again", async () => {
    const one = cell("gpu-forward");
    const line = await lineOf(one, "sum += inp");
    expect(await runEdited(one, "i += threads) { sum", "i += 0u) { sum")).toBe(
      `Line ${line}: This loop had gone round 65,536 times, and was ended. Does it never come to its end?`,
    );
    expect(await one.locator(".cell-bad-line").allTextContents()).toEqual([String(line)]);
    expect(await runEdited(one, "i += 0u) { sum", "i += threads) { sum")).toMatch(/^All/);
    expect(faults).toEqual([]);
  });

  test("says what the device refuses", async () => {
    const one = cell("gpu-forward");
    expect(await runEdited(one, "@workgroup_size(32)", "@workgroup_size(1024)")).toMatch(
      /1024.*exceeds the maximum allowed \(256/,
    );
    expect(await runEdited(one, "fn forward(", "fn forwards(")).toMatch(/forward.*doesn't exist/);
  });

  test("is stopped at once, and its worker is gone", async () => {
    const one = cell("gpu-forward");
    await one.locator("[data-run]").click();
    await expect.poll(() => page.workers().length, { interval: 5 }).toBe(1);
    await one.locator("[data-stop]").click();
    expect(await status(one).textContent()).toBe("Stopped.");
    await expect.poll(() => page.workers().length, { timeout: 2000, interval: 10 }).toBe(0);
    expect(await runToEnd(one)).toMatch(/^All/);
    expect(faults).toEqual([]);
  });

  test("keeps an edit, runs it only when asked, and gives it back", async () => {
    const one = cell("gpu-sum");
    const original = await textOf(one);
    await edit(one, "sum of x", "sum of all x");
    await page.waitForTimeout(500);
    await page.reload({ waitUntil: "load" });
    await unfold(one);
    expect(await textOf(one)).toContain("sum of all x");
    expect(await status(one).textContent()).toBe("");
    await one.locator("[data-reset]").click();
    expect(await textOf(one)).toBe(original);
    expect(faults).toEqual([]);
  });

  test("is run by Ctrl+Enter, in colours", async () => {
    const one = cell("gpu-forward");
    await one.locator("[data-code] > pre").click({ position: { x: 120, y: 30 } });
    const coloured = one.locator(".cm-line span", { hasText: /^(fn|let|var|\/\/)/ });
    await expect.poll(() => coloured.count()).toBeGreaterThan(4);
    await page.keyboard.press("Control+Enter");
    await expect.poll(() => status(one).textContent(), { timeout: 60_000 }).toMatch(/^All/);
    expect(faults).toEqual([]);
  });
});

describe("the page about the GPU", () => {
  test("shows the adapter, its limits and its features", async () => {
    await open("/gpu/");
    const part = (name: string) => find(`[data-part="${name}"]`);
    await expect
      .poll(() => part("status").textContent())
      .toMatch(/^WebGPU works\. Here it is software: /);
    const told = await page.evaluate(async () => {
      const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
      if (!adapter) throw new Error("there is no adapter");
      const values: Record<string, number> = {};
      for (const name in adapter.limits) {
        values[name] = adapter.limits[name as keyof GPUSupportedLimits] as number;
      }
      return { vendor: adapter.info.vendor, values, features: [...adapter.features] };
    });
    expect(await part("vendor").textContent()).toBe(told.vendor);
    expect(await part("kind").textContent()).toBe("software");
    for (const { name, unit } of limits) {
      expect(await part(name).textContent(), name).toBe(amount(told.values[name], unit));
    }
    for (const name of ["subgroups", "shader-f16", "timestamp-query"]) {
      const offered = told.features.includes(name) ? "offered" : "not offered";
      expect(await part(name).textContent(), name).toBe(offered);
    }
    expect(faults).toEqual([]);
  });

  test("shows the forms of kernels that were kept for this GPU, and no others", async () => {
    await open("/gpu/");
    await page.evaluate(async () => {
      const adapter = await navigator.gpu.requestAdapter();
      const { vendor, architecture, device, description } = (adapter as GPUAdapter).info;
      const choice = (vendor: string, form: string) => ({
        key: JSON.stringify([vendor, architecture, device, description, { B: 4, T: 64 }]),
        forms: { matmul: form, attention: "tiles" },
        timings: [],
      });
      const kept = [choice(vendor, "registers"), choice("other", "naive")];
      localStorage.setItem("llm.ts kernels", JSON.stringify(kept));
    });
    await page.reload();
    const items = find('[data-part="choices"] li');
    await expect.poll(() => items.count()).toBe(1);
    expect(await items.textContent()).toBe("matmul: registers; attention: tiles (B = 4, T = 64)");
    expect(await find('[data-part="no-choices"]').isVisible()).toBe(false);
  });

  test("promises what WebGPU promises, and no kernel needs more", async () => {
    const device = await open("/gpu/").then(() =>
      page.evaluate(async () => {
        const adapter = await navigator.gpu.requestAdapter();
        const { limits } = await (adapter as GPUAdapter).requestDevice();
        const values: Record<string, number> = {};
        for (const name in limits) {
          values[name] = limits[name as keyof GPUSupportedLimits] as number;
        }
        return values;
      }),
    );
    for (const { name, promised } of limits) expect(device[name], name).toBe(promised);
    const shaders = readdirSync(kernels, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".wgsl") && !file.includes("node_modules"))
      .map((file) => readFileSync(join(kernels, file), "utf8"));
    expect(shaders.length).toBeGreaterThan(10);
    const bound = shaders.flatMap((text) =>
      [...text.matchAll(/@binding\((\d+)\) var<storage/g)].map(([, number]) => Number(number) + 1),
    );
    expect(Math.max(...bound)).toBe(6);
  });
});

describe("a browser without WebGPU", () => {
  beforeEach(() =>
    context.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, "gpu", { get: () => undefined });
      Reflect.deleteProperty(Navigator.prototype, "gpu");
    }),
  );

  test("is told so by the page about the GPU, with a way on", async () => {
    await open("/gpu/");
    const answer = find('[data-part="status"]');
    await expect.poll(() => answer.textContent()).toMatch(/^This browser has no WebGPU\./);
    expect(await answer.textContent()).toContain("training runs in WebAssembly");
    expect(await audit(page, "main")).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("is told so by a cell, whose listing reads as ever", async () => {
    // What is taken from the page is still there in a worker: this one's answer is that of a worker without.
    await page.route(/\/shader-[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      const body = await response.text();
      const without = "delete Object.getPrototypeOf(navigator).gpu;";
      await route.fulfill({ response, body: without + body });
    });
    await open("/lessons/layernorm/");
    const one = cell("gpu-forward");
    expect(await runToEnd(one)).toMatch(/^This browser has no WebGPU\. .*open this page in one/);
    expect(await textOf(one)).toContain("fn forward(");
    expect(faults).toEqual([]);
  });
});

describe("what is added to a reader's shader", () => {
  test("uses what the file's entry point uses, in the same lines", () => {
    const edited = shader.replace(" * weight[i] + bias[i]", "");
    const ready = keepBindings(shader, edited, "forward");
    expect(ready.split("\n").length).toBe(edited.split("\n").length);
    const body = ready.slice(ready.indexOf("fn forward("));
    for (const name of ["out", "mean", "rstd", "inp", "weight", "bias"]) {
      expect(body.split("\n").find((line) => line.includes("{"))).toContain(` _ = &${name};`);
    }
    expect(ready).not.toContain("&dinp");
  });

  test("takes a variable of the function's own for no tensor, where one has its name", () => {
    const clip = readFileSync(join(kernels, "clip/clip.wgsl"), "utf8"); // has a tensor called sum
    const bound = (entryPoint: string) => {
      const ready = keepBindings(clip, clip, entryPoint);
      return [...ready.matchAll(/ _ = &(\w+);/g)].map(([, name]) => name);
    };
    expect(bound("sumParts").sort()).toEqual(["squares", "squares_grads"]);
    expect(bound("sumTotal").sort()).toEqual(["total", "total_squares"]);
    expect(bound("clip").sort()).toEqual(["grads", "settings", "sum"]);
  });

  test("ends each loop, and leaves comments and other entry points out of it", () => {
    const code = "// for {\nfn a() { for (var i = 0; i < 3; i++) { } loop { break; } }\n";
    const ready = endLoops(code, code, "a", 0);
    expect(ready.match(/atomicMax\(&endless_, 2u\); break;/g)).toHaveLength(2);
    expect(ready.startsWith("// for {\nfn a() {")).toBe(true);
    const alone = endLoops(shader, shader, "backwardInp", 6);
    expect(alone).not.toContain("fn forward(");
    expect(alone).toContain("fn sumOverWorkgroup(");
    expect(alone.split("\n").findIndex((line) => line.includes("fn backwardInp("))).toBe(
      shader.split("\n").findIndex((line) => line.includes("fn backwardInp(")),
    );
  });
});
