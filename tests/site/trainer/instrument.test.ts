// The trainer as an instrument: what it answers, what it shows, what it keeps.

import { readFile } from "node:fs/promises";
import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import { lossOfCounts } from "../../../src/training/counts.ts";
import { narrowTokens } from "../../../src/training/vocabulary.ts";
import { audit, context, faults, newReader, poll, site, useReader } from "../reader.ts";
import {
  act,
  bits,
  choose,
  download,
  number,
  open,
  openLesson,
  pauseAt,
  pausedRun,
  quick,
  reach,
  view,
} from "./trainer.ts";

useReader();

afterEach(() => expect(faults).toEqual([]));

const part = (page: Page, name: string) => page.locator(`[data-part="${name}"]`);

const tokens = async (name: "train" | "val") =>
  readTokens(await readFile(`public/data/tiny_shakespeare_${name}.bin`));

describe("the face", () => {
  test.each([
    [1280, 800],
    [390, 844],
  ])(
    "at %i by %i: Start is on the first screen, is answered at once before any script of the trainer is there, and is carried out; the bar stays",
    async (width, height) => {
      const reader = await newReader({ viewport: { width, height } });
      const page = await reader.context.newPage();
      await page.goto(`${site.origin}/lessons/training/`);
      const start = await page.locator('[data-action="start"]').boundingBox();
      expect((start?.y ?? height) + (start?.height ?? 0)).toBeLessThan(height);
      expect(await page.evaluate(() => customElements.get("llm-trainer") === undefined)).toBe(true);
      const answer = await page.evaluate(() => {
        document.querySelector<HTMLElement>('[data-action="start"]')?.click();
        return document.querySelector('[data-part="doing"]')?.textContent;
      });
      expect(answer).toBe("Loading the trainer.");
      await reach(page, 1);
      const curve = async () => {
        const { y = height, height: size = 0 } = (await part(page, "chart").boundingBox()) ?? {};
        return y + size;
      };
      await poll(curve).toBeLessThanOrEqual(height); // nothing has to be scrolled for
      expect(await part(page, "drawer").getAttribute("open")).toBeNull();
      expect(await part(page, "summary").textContent()).toMatch(
        /^tiny, 0\.9 million parameters · .+ · WebAssembly · 8,000 steps of 4\s×\s64 tokens · rate 0\.002$/,
      );
      await page.locator('[data-action="csv"]').scrollIntoViewIfNeeded();
      await page.evaluate(() => document.querySelector('[data-action="csv"]')?.scrollIntoView());
      const bar = await part(page, "bar").boundingBox();
      const place = await page.locator(".place").boundingBox(); // the lesson's bar, which stays too
      expect(Math.abs((bar?.y ?? height) - (place?.height ?? 0))).toBeLessThan(2);
      expect(await page.locator('[data-action="pause"]').isVisible()).toBe(true);
      const track = part(page, "track");
      const [done] = (await number(page, "step")).split(" ");
      expect(Number(await track.getAttribute("aria-valuenow"))).toBeCloseTo(Number(done) / 80, -1);
      expect(reader.faults).toEqual([]);
      await reader.context.close();
    },
  );

  test("at 320 nothing of the form is wider than the page, whatever is open", async () => {
    const reader = await newReader({ viewport: { width: 320, height: 800 } });
    const page = await reader.context.newPage();
    await openLesson(page);
    const wider = await page.evaluate(() => {
      for (const fold of document.querySelectorAll("details")) fold.open = true;
      return document.documentElement.scrollWidth - document.documentElement.clientWidth;
    });
    expect(await part(page, "checkpoint").isVisible()).toBe(true);
    expect(wider).toBe(0);
    expect(reader.faults).toEqual([]);
    await reader.context.close();
  });

  test("each press is answered before the next frame, and getting ready can be cancelled", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 2000 });
    const press = (action: string) =>
      page.evaluate((action) => {
        const doing = document.querySelector('[data-part="doing"]');
        if (doing) doing.textContent = "";
        document.querySelector<HTMLElement>(`[data-action="${action}"]`)?.click();
        return new Promise<string>((resolve) =>
          requestAnimationFrame(() => resolve(doing?.textContent ?? "")),
        );
      }, action);
    expect(await press("start")).not.toBe("");
    await press("cancel");
    await view(page, "idle");
    expect(await part(page, "run").isVisible()).toBe(false);
    expect(await press("start")).not.toBe("");
    await reach(page, 2);
    expect(await press("pause")).toMatch(/^(Pausing after the running step|Paused at step \d+)\.$/);
    await view(page, "paused");
    expect(await press("continue")).toMatch(/^(Going on|Training)\.$/);
    await reach(page, 5);
  });
});

describe("what is kept and said", () => {
  test("a prompt, and samples that were drawn by hand, are there after a reload", async () => {
    const page = await open();
    await pausedRun(page);
    await page.fill('[name="prompt"]', "JULIET:");
    await page.fill('input[name="temperature"]', "0.5");
    await page.click('[data-action="sample"]');
    const samples = page.locator('[data-part="samples"] li:not([data-writing]) .writing');
    await samples.first().waitFor();
    const before = await samples.allTextContents();
    await page.reload();
    await view(page, "idle");
    expect(await page.inputValue('[name="prompt"]')).toBe("JULIET:");
    expect(await page.inputValue('input[name="temperature"]')).toBe("0.5");
    await act(page, "resume");
    await samples.first().waitFor();
    expect((await samples.allTextContents()).slice(-before.length)).toEqual(before);
    expect(before[0]).toMatch(/^JULIET:/);
  });

  test("what was written after one prompt is gone through from the first step to the last, by keyboard, and after a reload", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 40, sampleEvery: 10, sampleLength: 12 });
    await act(page, "start");
    await view(page, "finished");
    const list = page.locator('[data-part="samples"] .writing');
    await poll(() => list.count()).toBe(4);
    const written = (await list.allTextContents()).toReversed(); // the list has the newest first
    expect(new Set(written).size).toBeGreaterThan(1);
    const time = part(page, "overtime");
    const now = () => time.locator(".writing").textContent();
    expect(await now()).toBe(written[3]);
    await time.locator("input").focus();
    await page.keyboard.press("Home");
    expect(await now()).toBe(written[0]);
    expect(await time.locator("output").textContent()).toBe("step 10");
    await page.keyboard.press("ArrowRight");
    expect(await now()).toBe(written[1]);
    expect(await time.locator("input").getAttribute("aria-valuetext")).toBe(
      "step 20, of 4 samples",
    );
    // Where the reader has moved it, it stays when another sample comes.
    await page.click('[data-action="sample"]');
    await poll(() => time.locator("input").getAttribute("max")).toBe("4");
    expect(await now()).toBe(written[1]);
    const newest = await list.first().textContent();
    await page.reload();
    await view(page, "idle");
    await act(page, "resume");
    await view(page, "finished");
    expect(await now()).toBe(newest);
    // Another prompt cannot be compared with it.
    await page.fill('[name="prompt"]', "JULIET:");
    await page.click('[data-action="sample"]');
    await poll(() => time.isVisible()).toBe(false);
  });

  test("a sample is shown while it is written, and is as long as is asked for", async () => {
    const page = await open();
    await pausedRun(page);
    await page.evaluate(() => {
      const lengths: number[] = [];
      const list = document.querySelector('[data-part="samples"]') as HTMLElement;
      new MutationObserver(() => {
        const writing = list.querySelector("[data-writing] .writing");
        if (writing) lengths.push(writing.textContent.length);
      }).observe(list, { childList: true });
      Object.assign(window, { lengths });
    });
    await page.fill('input[name="length"]', "200");
    await page.uncheck('input[name="stop"]');
    await page.click('[data-action="sample"]');
    const first = page.locator('[data-part="samples"] li:not([data-writing]) .writing').first();
    await first.waitFor();
    const whole = (await first.textContent()) ?? "";
    const lengths = await page.evaluate(() => (window as unknown as { lengths: number[] }).lengths);
    expect(lengths.length).toBeGreaterThan(1);
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    expect(whole.length).toBeGreaterThan(100); // of 200 tokens, few of which are longer than their byte
    await page.fill('input[name="length"]', "0");
    await page.click('[data-action="sample"]');
    expect(await page.locator('[data-error="length"]').textContent()).toBe(
      "The length of a sample is 0; choose a whole number from 1 to 1024.",
    );
  });

  test("a run whose steps are all done has no time left, nothing to be timed, and is opened, not resumed", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 6, warmup: 2 });
    await act(page, "start");
    await view(page, "finished");
    expect(await number(page, "left")).toBe("none");
    await page.click('[data-part="kernels"] summary');
    await poll(() => page.locator('[data-part="kernels"] [data-note]').textContent()).toBe(
      "All steps are done, so there is none left that could be timed.",
    );
    expect(await part(page, "help").textContent()).toContain("Reset throws the run away");
    await page.reload();
    await view(page, "idle");
    expect(await part(page, "offer-text").textContent()).toMatch(/stopped at step 6, its last, /);
    expect(await page.locator('[data-action="resume"]').textContent()).toBe("Open");
    await act(page, "resume");
    await view(page, "finished");
    expect(await number(page, "step")).toBe("6 of 6");
  });

  test("a run that was stopped says why it can be neither sampled nor saved", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 2000 });
    await act(page, "start");
    await reach(page, 2);
    expect(await part(page, "help").textContent()).toMatch(
      /Pause holds .+ Stop saves .+ Reset throws/,
    );
    await act(page, "stop");
    await view(page, "idle");
    expect(await page.locator('[data-action="export"]').isDisabled()).toBe(true);
    expect(await part(page, "closed").textContent()).toBe(
      "This run is closed. To draw samples and to save it to a file, resume it first.",
    );
  });

  test("the first checkpoint comes with the first step", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 2000, B: 8 });
    await act(page, "start");
    await reach(page, 2);
    await poll(() => number(page, "saved"), 5000).toBe("step 1");
  });

  test("the tokens of the text are counted in the model's vocabulary before Start, and how often they are read", async () => {
    const page = await open();
    const [train, val] = await Promise.all([tokens("train"), tokens("val")]);
    const english = (count: number) => count.toLocaleString("en-GB");
    const sentence = (V: number) =>
      `: ${english(narrowTokens(train, V).length)} tokens to train on, ${english(narrowTokens(val, V).length)} for validation, in a vocabulary of ${english(V)}`;
    expect(await part(page, "site-text").textContent()).toContain(sentence(1024));
    await page.check('input[name="preset"][value="gpt2-124M"]');
    expect(await part(page, "site-text").textContent()).toContain(sentence(50257));
    await page.check('input[name="preset"][value="tiny"]');

    // 80 times " a" and "\n\n": three tokens in either vocabulary with the one that begins a section, but for the last.
    await page.setInputFiles('input[name="file"]', {
      ...{ name: "a.txt", mimeType: "text/plain" },
      buffer: Buffer.from(" a\n\n".repeat(160)),
    });
    const counted = part(page, "own-text");
    await poll(() => counted.textContent()).toContain("tokens to train on");
    const [a, b] = [
      ...(/(\d+) tokens to train on, (\d+) for/.exec((await counted.textContent()) ?? "") ?? []),
    ]
      .slice(1)
      .map(Number);
    expect(a + b).toBe(160 * 3 + 1);
    expect(b).toBe(65); // T + 1, where an eighth is less
    expect(await part(page, "epochs").textContent()).toBe(
      `8,000 steps of 256 tokens read the text ${english(Math.round((8000 * 256) / a))} times.`,
    );
    await page.setInputFiles('input[name="file"]', {
      ...{ name: "short.txt", mimeType: "text/plain" },
      buffer: Buffer.from("To be, or not to be."),
    });
    await poll(() => counted.textContent()).toContain("Use a longer text, or a smaller T.");
  });
});

describe("the batch of a step", () => {
  test("is shown at a click on the curve and by Enter, each token tinted by its loss; axe finds no fault in a running trainer", async () => {
    const page = await context.newPage();
    await openLesson(page);
    await choose(page, { ...quick, B: 2, T: 32, steps: 30 });
    await act(page, "start");
    await view(page, "finished");
    await page.locator('[data-part="chart"] svg').waitFor();
    await part(page, "plot").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    const title = part(page, "batch-title");
    await poll(() => title.textContent()).toBe("The batch of step 30");
    const pieces = page.locator('[data-part="batch-texts"] [data-loss]');
    expect(await pieces.count()).toBe(64);
    const losses = (await pieces.evaluateAll((all) =>
      all.map((piece) => Number((piece as HTMLElement).dataset.loss)),
    )) as number[];
    const told = /, ([\d.]+) on average over the batch\. Hardest: (.+)\.$/.exec(
      (await part(page, "batch-note").textContent()) ?? "",
    );
    expect(Number(told?.[1])).toBeCloseTo(losses.reduce((a, b) => a + b) / 64, 2);
    expect(told?.[2].split(" ").at(-1)).toBe(losses.toSorted((a, b) => b - a)[2].toFixed(2));
    const tint = (i: number) =>
      pieces.nth(i).evaluate((piece) => getComputedStyle(piece).backgroundColor);
    const [least, most] = [Math.min(...losses), Math.max(...losses)].map((each) =>
      losses.indexOf(each),
    );
    const alpha = async (i: number) => Number(/[\d.]+\)$/.exec(await tint(i))?.[0].slice(0, -1));
    expect(await alpha(least)).toBeLessThan(await alpha(most));
    expect(await audit(page, "llm-trainer")).toEqual([]);

    const box = await part(page, "plot").boundingBox();
    if (!box) throw new Error("the plot is not shown");
    await page.mouse.click(box.x + 60, box.y + 100);
    await poll(() => title.textContent()).toMatch(/^The batch of step [1-3]$/);
  });
});

test("gradients and updates are measured, tensor by tensor, while their panel is open, and the losses stay the same", async () => {
  const page = await open();
  await choose(page, quick);
  await act(page, "start");
  await view(page, "finished");
  const expected = bits(await download(page));
  await act(page, "reset", "yes");
  await view(page, "idle");
  await act(page, "start");
  await pauseAt(page, 1);
  await page.click('[data-part="tensors"] summary');
  await act(page, "continue");
  const rows = page.locator('[data-part="tensors"] tbody tr');
  await rows.nth(15).waitFor();
  expect(await rows.locator("th").allTextContents()).toContain("attprojw");
  expect(await rows.first().locator("td").nth(1).textContent()).toMatch(/^\d\.\de-\d$/);

  // A tensor is opened by keyboard while it trains, and another at the end.
  const opened = page.locator('[data-part="tensors"] .spread');
  const button = (name: string) => rows.locator("th button", { hasText: new RegExp(`^${name}$`) });
  expect(await opened.count()).toBe(0);
  await button("fcw").focus();
  await page.keyboard.press("Enter");
  await poll(() => opened.locator("figure").count()).toBe(2);
  expect(await button("fcw").getAttribute("aria-expanded")).toBe("true");
  await view(page, "finished");
  expect(bits(await download(page))).toEqual(expected);
  await button("attprojw").click();
  await poll(() => opened.locator("figcaption .title").first().textContent()).toMatch(
    /^attprojw after step 60$/,
  );
  expect(await button("fcw").getAttribute("aria-expanded")).toBe("false");
  const { L, C } = presets.tiny;
  for (const kind of ["values", "gradient"]) {
    const bars = opened.locator(`[data-kind="${kind}"] [data-count]`);
    const counts = await bars.evaluateAll((all) =>
      all.map((bar) => Number((bar as SVGElement).dataset.count)),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(L * C * C);
    expect(await opened.locator(`[data-kind="${kind}"] figcaption`).textContent()).toMatch(
      /65,536 values from −0\.?[\d.e−]+ to [\d.e−]+, their mean /,
    );
  }
  expect(await audit(page, '[data-part="tensors"]')).toEqual([]);
  await button("attprojw").click();
  expect(await opened.count()).toBe(0);
});

describe("the chart", () => {
  test("has the losses of counting on the targets of the validation, and is read off by pointer and by keyboard", async () => {
    const page = await context.newPage();
    await openLesson(page);
    await choose(page, {
      ...quick,
      B: 2,
      T: 64,
      validationBatches: 2,
      steps: 40,
      validateEvery: 10,
    });
    await act(page, "start");
    await view(page, "finished");
    const [train, val] = (await Promise.all([tokens("train"), tokens("val")])).map((ids) =>
      narrowTokens(ids, 1024),
    );
    const chart = page.locator('[data-part="chart"] svg');
    for (const [order, name] of ["tokens", "pairs", "triples"].entries()) {
      const loss = lossOfCounts(train, val, 2 * 2 * 64, order, 1024);
      await poll(() => chart.textContent()).toContain(`${name} ${loss.toFixed(2)}`);
    }
    expect(await part(page, "baselines").textContent()).toContain("on the same 256 targets");
    // Every line is named at its end, and no name is on another.
    const names = await chart
      .locator("text")
      .evaluateAll((texts) =>
        texts
          .filter(({ textContent }) =>
            /^(training|validation|tokens|pairs|triples)\b/.test(`${textContent}`),
          )
          .map((text) => ({ says: text.textContent, box: text.getBoundingClientRect() })),
      );
    expect(names.map(({ says }) => says?.split(" ")[0]).sort()).toEqual([
      "pairs",
      "tokens",
      "training",
      "triples",
      "validation",
    ]);
    const heights = names.map(({ box }) => box.top).sort((a, b) => a - b);
    for (let i = 1; i < 5; i++) expect(heights[i] - heights[i - 1]).toBeGreaterThan(10);

    const rows = await download(page);
    const loss = (step: number) => Number(rows.find((row) => row.step === `${step}`)?.train_loss);
    const readout = part(page, "readout");
    await part(page, "plot").focus();
    await page.keyboard.press("Home");
    expect(await readout.textContent()).toContain(`Step 1: training loss ${loss(1).toFixed(4)}`);
    await page.keyboard.press("ArrowRight");
    const two = ((loss(1) + loss(2)) / 2).toFixed(4);
    expect(await readout.textContent()).toContain(
      `Step 2: training loss ${loss(2).toFixed(4)}, mean of the last 2 steps ${two}`,
    );
    await page.keyboard.press("End");
    const validation = Number(rows.find((row) => row.step === "40")?.validation_loss).toFixed(4);
    expect(await readout.textContent()).toContain(`validation loss ${validation}.`);
    expect(await part(page, "plot").getAttribute("aria-valuetext")).toBe(
      await readout.textContent(),
    );
    await page.keyboard.press("Escape");
    expect(await part(page, "crosshair").isVisible()).toBe(false);

    const box = await part(page, "plot").boundingBox();
    if (!box) throw new Error("the plot is not shown");
    await page.mouse.move(box.x + 60, box.y + 100);
    const left = Number.parseInt((await readout.textContent())?.slice(5) ?? "", 10);
    await page.mouse.move(box.x + box.width - 100, box.y + 100);
    const right = Number.parseInt((await readout.textContent())?.slice(5) ?? "", 10);
    expect([left >= 1 && left < 5, right > 30 && right <= 40]).toEqual([true, true]);

    // A finger is gone before its click comes: what it has read off stays.
    await page.mouse.move(1, 1);
    await poll(() => readout.textContent()).toMatch(/^Point at a step/);
    await part(page, "plot").evaluate((plot) => {
      const { left, top } = plot.getBoundingClientRect();
      const touch = { pointerType: "touch", clientX: left + 60, clientY: top + 100 };
      for (const type of ["pointerdown", "pointerup", "pointerleave"]) {
        plot.dispatchEvent(new PointerEvent(type, { ...touch, bubbles: type !== "pointerleave" }));
      }
    });
    expect(Number.parseInt((await readout.textContent())?.slice(5) ?? "", 10)).toBe(left);

    const curve = () => chart.locator('[data-mark="line"] path').first().getAttribute("d");
    const smoothed = await curve();
    await part(page, "window").selectOption("1");
    await poll(curve).not.toBe(smoothed);
    const linear = await curve();
    await part(page, "log-x").check();
    await poll(curve).not.toBe(linear);
    const logX = await curve();
    await part(page, "log-y").check();
    await poll(curve).not.toBe(logX);
  });

  test("shows a part of the steps, by dragging, by keyboard and by its buttons, and the other numbers of each step", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 60 });
    await act(page, "start");
    await view(page, "finished");
    const rows = await download(page);
    const plot = part(page, "plot");
    const dots = (name: string) => part(page, name).locator("svg").first().locator("circle");
    const chart = () => dots("chart").count();
    const all = 60 + 4; // a dot for each step, and one for each validation
    await poll(chart).toBe(all);

    await part(page, "strips").locator("summary").click();
    await poll(() => dots("strips").count()).toBe(60);
    await plot.focus();
    await page.keyboard.press("Home");
    const names = part(page, "strips").locator("[data-strips] > p");
    const norm = Number(rows.find(({ step }) => step === "1")?.gradient_norm).toPrecision(3);
    expect(await names.nth(0).textContent()).toBe(
      `Length of the gradient, before clipping: ${norm} at step 1`,
    );
    expect(await names.nth(1).textContent()).toBe("Learning rate: 0.0004 at step 1");
    expect(await names.nth(2).textContent()).toMatch(
      /^Speed, tokens per second: [\d,]+ at step 1$/,
    );

    // By keyboard: the half around step 1, and half of that; an arrow past its end takes it along.
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    await poll(chart).toBe(16 + 0); // steps 1 to 16, and no validation
    await poll(() => dots("strips").count()).toBe(16);
    for (let step = 1; step < 20; step++) await page.keyboard.press("ArrowRight");
    await poll(chart).toBe(16 + 1);
    await page.keyboard.press("-");
    await poll(chart).toBeGreaterThan(25);
    await page.keyboard.press("0");
    await poll(chart).toBe(all);

    // By dragging, which is no click: no batch is asked for.
    const box = await part(page, "chart").locator("svg").boundingBox();
    if (!box) throw new Error("the chart is not shown");
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + 100, y);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, y, { steps: 4 });
    expect(await part(page, "selection").isVisible()).toBe(true);
    await page.mouse.up();
    expect(await part(page, "selection").isVisible()).toBe(false);
    await poll(chart).toBeLessThan(40);
    expect(await chart()).toBeGreaterThan(9);
    expect(await part(page, "batch").isVisible()).toBe(false);
    const reset = page.locator('button[data-zoom="all"]');
    await reset.click();
    await poll(chart).toBe(all);
    expect(await reset.isDisabled()).toBe(true);
    expect(await audit(page, "llm-trainer")).toEqual([]);
  });
});
