// The panels that look into the model as it trains, by mouse and by keyboard, against what the kernels compute apart from the
// checkpoint that the page gives out.

import { readFile } from "node:fs/promises";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { readSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { parameterNames } from "@llm.ts/kernels/gpt2/parameters.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { writeTensors } from "@llm.ts/kernels/model/model.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import type { Page } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import { encodeText } from "../../../src/training/encoding.ts";
import { frequent } from "../../../src/training/inside/embeddings.ts";
import { principalPlane } from "../../../src/training/inside/pca.ts";
import { decodeTokens, narrowTokens } from "../../../src/training/vocabulary.ts";
import { audit, context, faults, poll, useReader } from "../reader.ts";
import { act, bits, choose, download, openLesson, quick, reach, view } from "./trainer.ts";

useReader();

afterEach(() => expect(faults).toEqual([]));

const config = presets.tiny;
const sentence = "Romeo, where art thou";

const panel = (page: Page, name: string) => page.locator(`[data-panel="${name}"]`);
const signs = (id: number) =>
  decodeTokens([id], config.V).replaceAll(" ", "␣").replaceAll("\n", "↵");

/** As the page writes a share: with as many places as it has. */
const close = (told: string, share: number) => {
  const [, number, places = ""] = /^(\d+(\.\d+)?) %/.exec(told) ?? [];
  if (number === undefined) return expect([told, share < 0.001]).toEqual(["under 0.1 %", true]);
  return expect(Math.abs(Number(number) - 100 * share)).toBeLessThan(places ? 0.06 : 0.6);
};

/** The checkpoint that the page gives out. */
async function exported(page: Page) {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.click('[data-action="export"]'),
  ]);
  return readSafetensors(new Uint8Array(await readFile(await file.path()))).tensors;
}

test("what a head attends to, what comes next, what each layer says and where the tokens are, are told as the kernels have them, by mouse and by keyboard; watched, a run has the same losses", async () => {
  const page = await context.newPage();
  await openLesson(page);
  await choose(page, { ...quick, T: 64, steps: 12, warmup: 2 });
  await act(page, "start");
  await view(page, "finished");
  const expected = bits(await download(page));
  await act(page, "reset", "yes");
  await view(page, "idle");
  await choose(page, { ...quick, T: 64, steps: 12, warmup: 2 });
  await act(page, "start");
  await reach(page, 1);

  // By mouse: all panels open while it trains.
  for (const name of ["lens", "attention", "embeddings"]) {
    await panel(page, name).locator("summary").click();
  }
  await page.fill('[name="sentence"]', sentence);
  await view(page, "finished");
  expect(bits(await download(page))).toEqual(expected);
  const ids = Int32Array.from(narrowTokens(encodeText(sentence), config.V));
  const n = ids.length;
  const chips = panel(page, "lens").locator(".tokens .token");
  await poll(() => chips.allTextContents()).toEqual(Array.from(ids, signs));
  for (const name of ["lens", "attention", "embeddings"]) {
    await poll(() => panel(page, name).locator("[data-note]").textContent()).toMatch(
      /^After step 12\. Looking took .+ m?s\.$/,
    );
  }

  // Apart: the same weights in the TypeScript tier, which keeps attention's weights.
  const tensors = await exported(page);
  const weights = Object.fromEntries(
    parameterNames.map((name) => [name, tensors.get(`parameters.${name}`)?.data as Floats]),
  ) as Record<(typeof parameterNames)[number], Floats>;
  const model = createGPT2(createCpu(), config, { B: 1, T: n, training: true });
  writeTensors(model, "parameters", weights);
  model.architecture.forward(model, ids);
  const probs = new Float32Array(n * config.Vp);
  softmaxForward(probs, await readLogits(model, 0, n), 1, n, config.V, config.Vp);
  const probability = (t: number, id: number) => probs[t * config.Vp + id];
  const likeliest = (t: number) =>
    Array.from({ length: config.V }, (_, id) => id).sort(
      (a, b) => probability(t, b) - probability(t, a),
    );
  const att = (l: number, h: number, row: number, column: number) =>
    (model.acts.layers[l].att as Floats)[(h * n + row) * n + column];

  const told = async (t: number) => {
    const guesses = panel(page, "lens").locator(".next li");
    const title = panel(page, "lens").locator("h4").first();
    await poll(() => title.textContent()).toBe(`Likeliest after “${signs(ids[t])}”`);
    const [first] = likeliest(t);
    expect(await guesses.first().locator(".token").textContent()).toBe(signs(first));
    const all = await guesses.evaluateAll((lines) =>
      lines.map((line) => Number((line as HTMLElement).dataset.probability)),
    );
    const ten = likeliest(t).slice(0, 10);
    expect(all).toHaveLength(10);
    for (const [i, each] of all.entries()) expect(each).toBeCloseTo(probability(t, ten[i]), 4);
    // The last row of the table is the same.
    const last = panel(page, "lens").locator(".guesses tbody tr").last();
    expect(await last.locator("th").textContent()).toBe("block 4");
    expect(await last.locator("td").first().getAttribute("data-probability")).toBe(
      await guesses.first().getAttribute("data-probability"),
    );
  };
  await told(n - 1);
  await panel(page, "lens").locator(".tokens label").nth(2).click();
  await told(2);
  await page.keyboard.press("ArrowLeft");
  await told(1);

  // Attention: another head by the keyboard, a pair of tokens by pointer and by keys.
  const attention = panel(page, "attention");
  const readout = attention.locator(".readout");
  await attention.locator(".heads input").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await poll(() => attention.locator("h4").nth(1).textContent()).toBe("Layer 2, head 2");
  await attention.locator(".pointed").focus();
  await page.keyboard.press("ArrowLeft");
  const share = async () =>
    (await readout.textContent())?.match(/([\d.]+ %|under 0\.1 %)/)?.[0] ?? "";
  expect(await readout.textContent()).toContain(
    `Layer 2, head 2: “${signs(ids[n - 1])}” takes from “${signs(ids[n - 2])}” `,
  );
  close(await share(), att(1, 1, n - 1, n - 2));
  await page.keyboard.press("Home");
  close(await share(), att(1, 1, n - 1, 0));
  expect(await attention.locator(".pointed").getAttribute("aria-valuetext")).toBe(
    await readout.textContent(),
  );
  await attention.locator(".heads label").nth(11).click(); // the last of three rows of four
  await poll(() => attention.locator("h4").nth(1).textContent()).toBe("Layer 3, head 4");
  await poll(share).not.toBe("");
  await attention.locator(".pointed svg").scrollIntoViewIfNeeded();
  const cell = attention.locator(".pointed svg g rect").nth(1); // of the second row: the first token
  const box = await cell.boundingBox();
  if (!box) throw new Error("the map is not shown");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await poll(() => readout.textContent()).toContain(
    `Layer 3, head 4: “${signs(ids[1])}” takes from “<|endoftext|>” `,
  );
  close(await share(), att(2, 3, 1, 0));

  // Embeddings: the plane of the rows of wte that the page has, read off token by token.
  const embeddings = panel(page, "embeddings");
  const counts = frequent(Array.from(tensors.get("text.train")?.data ?? []), config.V);
  const { C } = config;
  const rows = counts.flatMap(({ id }) => Array.from(weights.wte.slice(id * C, (id + 1) * C)));
  const { shares } = principalPlane(rows, counts.length, C);
  const sentenceOf = (await embeddings.locator(".soft").textContent()) ?? "";
  const [held, across, up] = [...sentenceOf.matchAll(/[\d.]+ %/g)].map(([each]) => each);
  close(held, shares[0] + shares[1]);
  close(across, shares[0]);
  close(up, shares[1]);
  expect(await embeddings.locator("svg circle").count()).toBe(300);
  const names = await embeddings.locator("svg text").evaluateAll((all) =>
    all.map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return { x, y: y + 0.2 * height, width, height: 0.6 * height, name: one.textContent };
    }),
  );
  expect(names.length).toBeGreaterThan(10);
  for (const [i, a] of names.entries()) {
    for (const b of names.slice(0, i)) {
      const apart = a.x >= b.x + b.width - 1 || b.x >= a.x + a.width - 1;
      const over = a.y >= b.y + b.height || b.y >= a.y + a.height;
      expect(apart || over, `${a.name} and ${b.name}`).toBe(true);
    }
  }
  await embeddings.locator(".pointed").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const second = counts[1];
  expect(await embeddings.locator(".readout").textContent()).toContain(
    `“${signs(second.id)}”, ${second.count.toLocaleString("en-GB")} times in the text.`,
  );
  await embeddings.locator("svg circle").first().hover({ force: true });
  await poll(() => embeddings.locator(".readout").textContent()).toContain(" times in the text.");

  expect(await audit(page, '[data-part="inside"]')).toEqual([]);

  // By keyboard alone: closed, nothing is asked; a sentence that cannot be read is refused beside its field.
  await page.focus('[name="sentence"]');
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await panel(page, "lens").getAttribute("open")).toBeNull();
  await page.keyboard.press("Enter");
  await page.fill('[name="sentence"]', "a".repeat(6000));
  await poll(() => page.locator('[data-error="sentence"]').textContent()).toContain(
    "characters without a break",
  );
  await page.fill('[name="sentence"]', "");
  await poll(() => chips.allTextContents()).toEqual(["<|endoftext|>"]);
  expect(await page.locator('[data-error="sentence"]').textContent()).toBe("");
});
