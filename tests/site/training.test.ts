// The last lesson as a reader uses it: train, pause, go away, come back, and everything that can go wrong on the way.

/// <reference types="@webgpu/types" />
import { readFile } from "node:fs/promises";
import {
  readSafetensors,
  type Safetensors,
  writeSafetensors,
} from "@llm.ts/kernels/formats/safetensors.ts";
import type { BrowserContext, Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import { random } from "../random.ts";
import { context, faults, newReader, site, useReader } from "./reader.ts";
import { dist } from "./site.ts";

useReader();

let kernels: string | null = null; // chosen by a run on the GPU, as the browser keeps it

afterEach(() => expect(faults).toEqual([]));

/** Steps of some 30 ms: long enough to interrupt the run, short enough for a test. */
const quick = {
  B: 1,
  T: 32,
  steps: 60,
  warmup: 5,
  sampleEvery: 1000,
  sampleLength: 4,
  validateEvery: 20,
  validationBatches: 1,
};

/** A model of C = 48 as a compiled one is saved: without a word on its heads, and with a prefix before every name. */
function silentModel(): Buffer {
  const C = 48;
  const shapes: Record<string, number[]> = {
    "wte.weight": [300, C],
    "wpe.weight": [40, C],
    "h.0.ln_1.weight": [C],
    "h.0.ln_1.bias": [C],
    "h.0.attn.c_attn.weight": [C, 3 * C],
    "h.0.attn.c_attn.bias": [3 * C],
    "h.0.attn.c_proj.weight": [C, C],
    "h.0.attn.c_proj.bias": [C],
    "h.0.ln_2.weight": [C],
    "h.0.ln_2.bias": [C],
    "h.0.mlp.c_fc.weight": [C, 4 * C],
    "h.0.mlp.c_fc.bias": [4 * C],
    "h.0.mlp.c_proj.weight": [4 * C, C],
    "h.0.mlp.c_proj.bias": [C],
    "ln_f.weight": [C],
    "ln_f.bias": [C],
  };
  const tensors: Safetensors["tensors"] = new Map();
  for (const [name, shape] of Object.entries(shapes)) {
    const length = shape.reduce((a, b) => a * b);
    const data = Float32Array.from({ length }, (_, i) => Math.sin(i) / 50);
    tensors.set(`_orig_mod.${name}`, { dtype: "F32", shape, data });
  }
  return Buffer.from(writeSafetensors({ metadata: { format: "pt" }, tensors }));
}

describe("a run", () => {
  test("of 30 steps on the site's text brings the loss down, and shows it", async () => {
    const page = await open();
    await choose(page, {
      B: 2,
      T: 64,
      steps: 30,
      warmup: 5,
      learningRate: 0.004,
      validateEvery: 10,
      validationBatches: 1,
      sampleEvery: 15,
      sampleLength: 8,
    });
    await act(page, "start");
    await view(page, "finished");

    const rows = await download(page);
    const losses = rows
      .filter(({ train_loss }) => train_loss)
      .map(({ train_loss }) => Number(train_loss));
    expect(losses).toHaveLength(30);
    expect(losses[0]).toBeGreaterThan(6.7); // ln 1024 = 6.93
    expect(losses[0]).toBeLessThan(7.2);
    expect(mean(losses.slice(-5))).toBeLessThan(losses[0] - 0.7);
    const validation = rows.filter(({ validation_loss }) => validation_loss);
    expect(validation.map(({ step }) => step)).toEqual(["0", "10", "20", "30"]);
    expect(Number(validation[3].validation_loss)).toBeLessThan(
      Number(validation[0].validation_loss) - 0.5,
    );

    expect(await number(page, "step")).toBe("30 of 30");
    expect(await number(page, "loss")).toBe(losses[29].toFixed(4));
    expect(Number((await number(page, "speed")).replaceAll(",", ""))).toBeGreaterThan(10);
    expect(await page.locator('[data-part="samples"] li').count()).toBe(2);
    expect((await page.locator(".writing").first().textContent())?.length).toBeGreaterThan(3);
    const chart = page.locator('[data-part="chart"] svg');
    await chart.waitFor();
    expect(await chart.getAttribute("aria-description")).toContain("at step 30");
    expect(await chart.textContent()).toContain("ln 1024 = 6.93");
  });

  test("that is paused, left and resumed, twice, has the losses of one that never was, to the last bit", async () => {
    const whole = await open();
    await choose(whole, quick);
    await act(whole, "start");
    await view(whole, "finished");
    const expected = bits(await download(whole));
    expect(expected).toHaveLength(60);
    await act(whole, "reset", "yes");
    await view(whole, "idle");

    const page = whole;
    await choose(page, quick);
    await act(page, "start");
    await reach(page, 5);
    await act(page, "pause");
    await view(page, "paused");
    const paused = await step(page);
    await page.reload();
    await view(page, "idle");
    expect(await page.locator('[data-part="offer-text"]').textContent()).toContain(
      `A run of tiny on Tiny Shakespeare stopped at step ${paused} of 60`,
    );
    await act(page, "resume");
    await reach(page, paused + 5);
    await page.reload(); // without a pause: what was saved last is what there is
    await view(page, "idle");
    await act(page, "resume");
    await view(page, "finished");
    expect(bits(await download(page))).toEqual(expected);
  });

  test("can be stopped and resumed, and is gone after a reset", async () => {
    const page = await open();
    await choose(page, quick);
    await act(page, "start");
    await reach(page, 3);
    await act(page, "stop");
    await view(page, "idle");
    expect(await page.locator('[data-part="offer"]').isVisible()).toBe(true);
    await act(page, "resume");
    await reach(page, 6);
    await act(page, "reset", "no");
    expect(await page.locator('[data-part="run"]').isVisible()).toBe(true);
    await act(page, "reset", "yes");
    await view(page, "idle");
    expect(await page.locator('[data-part="offer"]').isVisible()).toBe(false);
    expect(await page.locator('[data-part="run"]').isVisible()).toBe(false);
    await page.reload();
    await view(page, "idle");
    expect(await page.locator('[data-part="offer"]').isVisible()).toBe(false);
  });

  test("whose step takes long can be stopped at once", async () => {
    const page = await open();
    await choose(page, { ...quick, B: 128, T: 64 });
    await act(page, "start");
    await view(page, "running");
    await act(page, "stop");
    await view(page, "stopping");
    expect(await page.locator('[data-part="status"]').textContent()).toBe(
      "Stopping after the running step. To give that step up, press Stop at once.",
    );
    expect(await page.locator('[data-action="stop"]').textContent()).toBe("Stop at once");
    await act(page, "stop");
    await view(page, "idle");
    expect(await page.locator('[data-part="offer"]').isVisible()).toBe(false); // it had saved nothing yet
  });

  test("can be started anew over an old one, if the reader says so", async () => {
    const page = await open();
    await pausedRun(page);
    await page.reload();
    await view(page, "idle");
    await act(page, "start", "no");
    expect(await page.locator("llm-trainer").getAttribute("data-view")).toBe("idle");
    await choose(page, { ...quick, steps: 6 });
    await act(page, "start", "yes");
    await view(page, "finished");
    expect(await number(page, "step")).toBe("6 of 6");
  });

  test("leaves the page responsive while a step is computed", async () => {
    const page = await open();
    await choose(page, { ...quick, B: 32, T: 64 });
    await act(page, "start");
    await reach(page, 1);
    const worst = await page.evaluate(async () => {
      let longest = 0;
      let last = performance.now();
      const end = last + 2500;
      while (last < end) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }
      return longest;
    });
    const took = await page.locator('[data-number="took"]').textContent();
    expect(took).toMatch(/ s$/); // a step takes over a second
    expect(worst).toBeLessThan(700);
  });

  test("draws samples on demand, from a prompt, while it is paused", async () => {
    const page = await open();
    await pausedRun(page);
    await page.fill('[name="prompt"]', "ROMEO:");
    await page.click('[data-action="sample"]');
    const first = page.locator('[data-part="samples"] li').first();
    await first.waitFor();
    expect(await first.locator(".soft").first().textContent()).toBe("ROMEO:");
    // Enter begins a new line of the prompt, and is part of it; with Ctrl it draws.
    await page.locator('[name="prompt"]').press("Enter");
    await page.locator('[name="prompt"]').pressSequentially("O");
    await page.locator('[name="prompt"]').press("Control+Enter");
    await expect.poll(() => first.locator(".soft").first().textContent()).toBe("ROMEO:\nO");
    await page.fill('input[name="temperature"]', "-1");
    await page.click('[data-action="sample"]');
    expect(await page.locator('[data-error="temperature"]').textContent()).toBe(
      "The temperature is -1; choose a number from 0 to 10.",
    );
    // Once it is mended the next press draws: nothing moves from under the pointer.
    await page.fill('input[name="temperature"]', "1");
    expect(await page.locator('[data-error="temperature"]').textContent()).toBe("");
    await page.fill('input[name="topP"]', "0.5");
    await page.click('[data-action="sample"]');
    await page.locator('[data-part="samples"] li').nth(1).waitFor();
  });

  test("in which LayerNorm and GELU are computed again takes less memory, and has the same losses", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 6 });
    const memory = async () =>
      Number.parseFloat((await page.locator("[data-total]").textContent()) ?? "");
    const whole = await memory();
    await act(page, "start");
    await view(page, "finished");
    const expected = bits(await download(page));
    await act(page, "reset", "yes");
    await view(page, "idle");
    await page.check('input[name="recompute"]');
    // ln1, ln2 and fchgelu of 3 of the 4 layers, 32 tokens each; a tenth of a mebibyte may be rounded away.
    const saved = (3 * 32 * 6 * 128 * 4) / 2 ** 20;
    expect(Math.abs(whole - (await memory()) - saved)).toBeLessThan(0.11);
    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="title"]').textContent()).toContain(
      "LayerNorm and GELU computed again",
    );
    expect(bits(await download(page))).toEqual(expected);
    await page.reload();
    await view(page, "idle");
    await act(page, "resume"); // a checkpoint remembers it
    await page.waitForFunction(() =>
      document.querySelector('[data-part="title"]')?.textContent?.includes("computed again"),
    );
  });

  test("goes through a file to another browser", async () => {
    const page = await open();
    await pausedRun(page);
    const at = await step(page);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.click('[data-action="export"]'),
    ]);
    expect(file.suggestedFilename()).toBe(`llm.ts-tiny-step-${at}.safetensors`);
    const path = await file.path();
    await act(page, "continue");
    await view(page, "finished");
    const expected = bits(await download(page));

    const elsewhere = await newReader();
    const other = await open(elsewhere.context);
    await other.setInputFiles('[data-part="checkpoint"]', {
      name: "run.safetensors",
      mimeType: "application/octet-stream",
      buffer: await readFile(path),
    });
    await view(other, "paused");
    expect(await step(other)).toBe(at);
    await act(other, "continue");
    await view(other, "finished");
    expect(bits(await download(other))).toEqual(expected);
    expect(elsewhere.faults).toEqual([]);
    await elsewhere.context.close();
  });

  test("can be worked by keyboard: the focus follows from Start to Pause to Continue", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 500 });
    await page.locator('[data-action="start"]').focus();
    await page.keyboard.press("Enter");
    await view(page, "running");
    expect(await focused(page)).toBe("pause");
    await page.keyboard.press("Enter");
    await view(page, "paused");
    expect(await focused(page)).toBe("continue");
  });
});

describe("on WebGPU", () => {
  let bitsOfWhole: number[] = []; // of a run that was never disturbed, by the first test that makes one
  const small = { ...quick, steps: 30, validateEvery: 10, learningRate: 0.004 };

  test("a run brings the loss down; destroyed devices, pauses and reloads change none of its bits", async () => {
    await inject(fragile);
    const page = await open();
    await onGpu(page);
    expect(await page.locator(".device [data-note]").textContent()).toBe(
      "WebGPU is used because the browser offers it. Here it is software: the processor pretending to be a graphics processor. All results are right, but it is far slower than a real one.",
    );
    await choose(page, small);
    await act(page, "start");
    await view(page, "finished");
    const rows = await download(page);
    const expected = bits(rows);
    bitsOfWhole = expected;
    const losses = rows.flatMap((row) => (row.train_loss ? [Number(row.train_loss)] : []));
    expect(losses).toHaveLength(30);
    expect(losses[0]).toBeGreaterThan(6.7);
    expect(losses[0]).toBeLessThan(7.2);
    expect(mean(losses.slice(-5))).toBeLessThan(losses[0] - 0.5);
    expect(await page.locator('[data-part="computed-by"]').textContent()).toMatch(
      /^Computed by WebGPU on .+: matmul in the form \w+, .+; attention in the form \w+/,
    );
    await keepKernels(page);
    const memory = /^([\d.]+) MiB, planned ([\d.]+) MiB$/.exec(await number(page, "memory"));
    expect(Number(memory?.[1])).toBeGreaterThanOrEqual(Number(memory?.[2]));
    expect(Number(memory?.[1])).toBeLessThan(1.05 * Number(memory?.[2]));
    await act(page, "reset", "yes");
    await view(page, "idle");

    await act(page, "start");
    await view(page, "running"); // until then the numbers are those of the run before
    await reach(page, 4);
    await askWorker(page, "destroy"); // before there is a checkpoint
    await page.waitForFunction(
      () => document.querySelector('[data-part="alert"]')?.textContent?.includes("lost at step"),
      undefined,
      { timeout: 240_000 },
    );
    expect(await alert(page)).toMatch(
      /^The graphics processor was lost at step \d+ \(.+\)\. Training goes on from the (beginning|checkpoint of step \d+)\.$/,
    );
    await reach(page, 6);
    await act(page, "pause");
    await view(page, "paused");
    const paused = await step(page);
    await page.reload();
    await view(page, "idle");
    await act(page, "resume");
    await reach(page, paused + 2);
    await askWorker(page, "destroy");
    await page.waitForFunction(
      () => document.querySelector('[data-part="alert"]')?.textContent?.includes("lost at step"),
      undefined,
      { timeout: 240_000 },
    );
    // That of the pause, or one that was due since.
    const from = /goes on from the checkpoint of step (\d+)\.$/.exec(await alert(page))?.[1];
    expect(Number(from)).toBeGreaterThanOrEqual(paused);
    await view(page, "finished");
    expect(bits(await download(page))).toEqual(expected);
  }, 600_000); // five devices are opened, and each compiles all shaders

  test("a device that is lost and cannot be had again ends the run with a sentence, and TypeScript takes it up", async () => {
    await inject(fragile);
    const page = await open();
    await onGpu(page);
    await choose(page, { ...small, steps: 200 });
    await act(page, "start");
    await reach(page, 3);
    await act(page, "pause");
    await view(page, "paused");
    await askWorker(page, "refuse");
    await act(page, "continue");
    await askWorker(page, "destroy");
    await view(page, "idle");
    expect(await alert(page)).toMatch(
      /^Training stopped: The graphics processor was lost at step \d+ \(.+\), and none could be had to go on with: .*no more devices.* The last checkpoint is kept\. Resume it, or choose TypeScript\.$/,
    );
    await page.check('input[name="tier"][value="TypeScript"]');
    await act(page, "resume");
    await view(page, "running");
    expect(await alert(page)).toMatch(/^Until here WebGPU on .+; from here on it is TypeScript\./);
  });

  // Each takes minutes without a real GPU. More of them are in tests/training/session.test.ts, on a device that is played.
  test.each([1])(
    "devices destroyed at random moments change none of a run's bits; seed %i",
    async (seed) => {
      await inject(fragile);
      const page = await open();
      const ahead = (moment: number) => page.waitForTimeout(moment);
      if (bitsOfWhole.length === 0) {
        await onGpu(page);
        await choose(page, small);
        await act(page, "start");
        await view(page, "finished");
        bitsOfWhole = bits(await download(page));
        await act(page, "reset", "yes");
        await view(page, "idle");
      }
      await onGpu(page);
      await choose(page, small);
      await act(page, "start");
      // While the device is opened, its kernels are chosen, the weights written, steps taken, a checkpoint saved.
      const moments = random(4, seed, 2000, 2000);
      let told = 0;
      for (const [i, moment] of moments.entries()) {
        await ahead(moment);
        const shown = await page.locator("llm-trainer").getAttribute("data-view");
        if (shown === "idle") await goOn(page);
        if (shown === "running" && i % 2 === 1) {
          await act(page, "pause"); // which saves
          await ahead(moment / 20);
        }
        await askWorker(page, "destroy");
        await page.waitForFunction(
          () =>
            document.querySelector('[data-part="alert"]')?.textContent ||
            document.querySelector(
              'llm-trainer[data-view="finished"], llm-trainer[data-view="paused"]',
            ),
          undefined,
          { timeout: 240_000 },
        );
        const says = await alert(page);
        if (says !== "") told++;
        expect(says).toMatch(
          /^$|^The graphics processor (was lost at step .+Training goes on from|did not take the model: .+ or try again\.$)|^This graphics processor cannot be used .+ or try again\.$|^Training stopped: /,
        );
        if ((await page.locator("llm-trainer").getAttribute("data-view")) === "paused") {
          await act(page, "continue");
        }
      }
      expect(told).toBeGreaterThan(0);
      while ((await settled(page)) !== "finished") await goOn(page);
      expect(bits(await download(page))).toEqual(bitsOfWhole);
    },
    600_000,
  );

  test("a GPU without the memory for a model is told so in a sentence, with nothing lost; TypeScript or another try goes on", async () => {
    await inject(poor);
    const page = await open();
    await onGpu(page);
    await askWorker(page, { most: 800_000 }); // bytes; fcw has a mebibyte
    await choose(page, small);
    await act(page, "start");
    await told(page);
    expect(await alert(page)).toBe(
      "The graphics processor did not take the model: the GPU has no memory left for 1048576 bytes more. Choose a smaller model, fewer or shorter sequences, or TypeScript, or try again.",
    );
    await view(page, "idle");
    expect(await page.locator('[data-part="offer"]').isVisible()).toBe(false); // nothing was begun

    await askWorker(page, { most: Infinity });
    await act(page, "start");
    await reach(page, 3);
    await act(page, "pause");
    await view(page, "paused");
    const kept = await step(page);

    // In the middle of a run: what is read for the next checkpoint finds no room.
    await act(page, "continue");
    await reach(page, kept + 2);
    await askWorker(page, { most: 10_000 });
    await act(page, "pause");
    await view(page, "idle");
    await told(page);
    expect(await alert(page)).toBe(
      "Training stopped: The GPU has no memory left. The last checkpoint is kept. Resume it, or choose TypeScript.",
    );
    faults.length = 0; // what the browser says in the console of buffers that are of no use
    const offer = page.locator('[data-part="offer-text"]');
    expect(await offer.textContent()).toContain(`stopped at step ${kept} of 30`);

    // Nor is there any when it is resumed. The checkpoint stays, and TypeScript takes it up.
    await askWorker(page, { most: 800_000 });
    await act(page, "resume");
    await page.waitForFunction(() =>
      document
        .querySelector('[data-part="alert"]')
        ?.textContent?.includes("did not take the model"),
    );
    await view(page, "idle");
    expect(await offer.textContent()).toContain(`stopped at step ${kept} of 30`);
    await page.check('input[name="tier"][value="TypeScript"]');
    await act(page, "resume");
    await view(page, "finished");
    expect(await number(page, "step")).toBe("30 of 30");
  }, 480_000);

  test("a shader that does not compile ends the run with what the compiler says, and TypeScript trains", async () => {
    await inject(`{
      const create = GPUDevice.prototype.createShaderModule;
      GPUDevice.prototype.createShaderModule = function ({ code }) {
        return create.call(this, { code: code.replace("kept: f32", "kept: f33") }); // AdamW's
      };
    }`);
    const page = await open();
    await onGpu(page);
    await choose(page, { ...small, steps: 6 });
    await act(page, "start");
    await view(page, "idle");
    await told(page);
    expect(await alert(page)).toMatch(
      /^Training stopped: A shader does not compile: .+f33.+ Choose TypeScript\.$/,
    );
    faults.length = 0; // what the browser says of it in the console
    expect(await page.locator('[data-part="offer"]').isVisible()).toBe(false);
    await page.check('input[name="tier"][value="TypeScript"]');
    await act(page, "start");
    await view(page, "finished");
    expect(await number(page, "step")).toBe("6 of 6");
  });

  test("shows what each kernel takes while it is open, and the losses are the same", async () => {
    const page = await open();
    await onGpu(page);
    await choose(page, { ...small, steps: 8 });
    await act(page, "start");
    await view(page, "finished");
    const expected = bits(await download(page));
    await act(page, "reset", "yes");
    await view(page, "idle");
    await act(page, "start");
    await view(page, "running");
    await page.click('[data-part="kernels"] summary');
    await view(page, "finished");
    const rows = page.locator('[data-part="kernels"] tbody tr');
    const kernels = await rows.locator("th").allTextContents();
    expect(kernels).toContain("matmulBackward");
    expect(kernels).toContain("adamwUpdate");
    expect(kernels.length).toBeGreaterThanOrEqual(15);
    const shares = await rows.locator("td:last-child").allTextContents();
    const sum = shares.reduce((total, share) => total + Number.parseFloat(share), 0);
    expect(Math.abs(sum - 100)).toBeLessThan(1);
    expect(await page.locator('[data-part="kernels"] [data-note]').textContent()).toMatch(
      /^In (one step|the mean of \d+ steps) all kernels together take [\d.,]+ ms\.$/,
    );
    expect(bits(await download(page))).toEqual(expected);
  });

  test("says so where the browser does not show the GPU's clock", async () => {
    await inject(
      `Object.defineProperty(GPUAdapter.prototype, "features", { get: () => new Set() })`,
    );
    const page = await open();
    await onGpu(page);
    await choose(page, { ...small, steps: 8 });
    await act(page, "start");
    await view(page, "running");
    await page.click('[data-part="kernels"] summary');
    await view(page, "finished");
    expect(await page.locator('[data-part="kernels"] [data-note]').textContent()).toContain(
      "The browser does not show this GPU's clock",
    );
    expect(await page.locator('[data-part="kernels"] table').isVisible()).toBe(false);
  });

  test("a GPU that cannot be opened is refused with a sentence", async () => {
    await inject(fragile);
    const page = await open();
    await onGpu(page);
    await askWorker(page, "refuse");
    await act(page, "start");
    await view(page, "idle");
    await page.waitForFunction(() => document.querySelector('[data-part="alert"]')?.textContent);
    expect(await alert(page)).toBe(
      "This graphics processor cannot be used (no more devices). Choose TypeScript, or try again.",
    );
  });

  test.each([
    ["undefined", "This browser has no WebGPU."],
    ["{ requestAdapter: async () => null }", "This browser has WebGPU but found no graphics"],
    ["{ requestAdapter: async () => { throw Error('off') } }", "did not let WebGPU begin (off)"],
  ])("with navigator.gpu %s, TypeScript is used, and why is said", async (gpu, sentence) => {
    await inject(`Object.defineProperty(navigator, "gpu", { value: ${gpu} })`);
    const page = await open();
    const note = await page.locator(".device [data-note]").textContent();
    expect(note).toContain(sentence);
    expect(note).toContain("Training runs in TypeScript, in one thread of the processor.");
    expect(await page.locator('input[name="tier"][value="WebGPU"]').isDisabled()).toBe(true);
    await choose(page, { ...quick, steps: 6 });
    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="computed-by"]').textContent()).toBe(
      "Computed by TypeScript, in one thread of the processor.",
    );
  });
});

describe("weights", () => {
  test("of a trained model are given out, and another run begins with them", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 40, warmup: 2, learningRate: 0.004, validateEvery: 40 });
    await act(page, "start");
    await view(page, "finished");
    const trained = await number(page, "validation");
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.click('[data-action="export-weights"]'),
    ]);
    expect(file.suggestedFilename()).toBe("model.safetensors");
    const buffer = await readFile(await file.path());
    await act(page, "reset", "yes");
    await view(page, "idle");

    const mimeType = "application/octet-stream";
    await page.setInputFiles('input[name="weightsFile"]', {
      ...{ name: "mine.safetensors", mimeType, buffer },
    });
    expect(await page.isChecked('input[name="weights"][value="file"]')).toBe(true);
    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="title"]').textContent()).toContain(
      "begun with mine.safetensors",
    );
    const [first] = await download(page);
    expect(Number(first.validation_loss).toFixed(4)).toBe(trained);
    await act(page, "reset", "yes");
    await view(page, "idle");

    await page.check('input[name="preset"][value="small"]');
    await page.check('input[name="weights"][value="file"]');
    await act(page, "start");
    expect(await page.locator('[data-error="T"]').textContent()).toBe(
      "T is 128, but a GPT-2 of L = 4, NH = 4, C = 128 has 64 position embeddings: choose 64 or fewer tokens.",
    );
    await choose(page, quick);
    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="title"]').textContent()).toContain(
      "a GPT-2 of L = 4, NH = 4, C = 128 on Tiny Shakespeare, begun with mine.safetensors",
    );
  });

  test("of a file that does not say how many heads it has: a guess is shown, and config.json or the reader knows better", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 6 });
    const mimeType = "application/octet-stream";
    const model = { name: "model.safetensors", mimeType, buffer: silentModel() };
    const config = (n_head: number, n_embd = 48) => ({
      ...{ name: "config.json", mimeType: "application/json" },
      buffer: Buffer.from(JSON.stringify({ model_type: "gpt2", n_head, n_embd })),
    });
    const heads = page.locator('input[name="heads"]');
    const files = page.locator('input[name="weightsFile"]');
    const error = (name: string) => page.locator(`[data-error="${name}"]`).textContent();

    await files.setInputFiles(model);
    await page.waitForFunction(
      () => document.querySelector<HTMLElement>('[data-part="weights-heads"]')?.hidden === false,
    );
    expect(await heads.inputValue()).toBe("1");
    expect(await page.locator('[data-part="weights-found"]').textContent()).toBe(
      'A GPT-2 with L = 1, C = 48, V = 300, maxT = 40. All its names begin with "_orig_mod.", which a wrapper in PyTorch has put there; the names are read without it.',
    );
    await heads.fill("5");
    await act(page, "start");
    await expect.poll(() => error("heads")).toBe("Choose a whole number that divides C = 48.");

    await page.setInputFiles('input[name="weightsConfig"]', config(12, 768));
    await act(page, "start");
    await expect
      .poll(() => error("weightsConfig"))
      .toContain("its n_embd is 768, but the weights have C = 48");
    await page.setInputFiles('input[name="weightsConfig"]', config(6));
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[name="heads"]')?.value === "6",
    );
    expect(await page.locator("[data-weights-config]").textContent()).toBe("config.json says 6.");
    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="title"]').textContent()).toContain(
      "a GPT-2 of L = 1, NH = 6, C = 48 on",
    );
    await act(page, "reset", "yes");
    await view(page, "idle");

    await files.setInputFiles([config(3), model]); // both at once
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[name="heads"]')?.value === "3",
    );
  });

  test("handed in as another file are refused as soon as it is chosen, and it is said which to get", async () => {
    const page = await open();
    const files = page.locator('input[name="weightsFile"]');
    const text = (name: string, text: string) => ({
      ...{ name, mimeType: "application/octet-stream" },
      buffer: Buffer.from(text),
    });
    const error = page.locator('[data-error="weightsFile"]');
    await files.setInputFiles(
      text("model.safetensors", "version https://git-lfs.github.com/spec/v1\nsize 548105171\n"),
    );
    await expect
      .poll(() => error.textContent())
      .toBe(
        "This is no safetensors file: this is a pointer of Git LFS: a note that stands in for the file, which has 548,105,171 bytes. Get the file itself, by its download button or with git lfs pull.",
      );
    await files.setInputFiles(
      text("pytorch_model.bin", "PK\x03\x04\x00\x00\x08\x08archive/data.pkl"),
    );
    await expect.poll(() => error.textContent()).toContain("this is a zip, as torch.save writes");
    await page.check('input[name="weights"][value="random"]');
    expect(await error.textContent()).toBe("");
  });

  test("of OpenAI come when the reader asks for them, and the page says how far they are", async () => {
    const file = await readFile(`${dist}/reference/huggingface.safetensors`);
    const asked: string[] = [];
    await context.route("https://huggingface.co/**", async (route) => {
      asked.push(new URL(route.request().url()).pathname);
      const headers = { "Access-Control-Allow-Origin": "*" };
      if (asked.at(-1)?.includes("/raw/")) await route.fulfill({ status: 404, headers });
      else await route.fulfill({ headers, body: file, contentType: "application/octet-stream" });
    });
    const page = await open();
    expect(await page.locator('[data-part="published"]').isVisible()).toBe(false);
    await page.check('input[name="preset"][value="gpt2-124M"]');
    const state = page.locator('[data-part="weights-state"]');
    await expect
      .poll(() => state.textContent())
      .toBe("Not downloaded. It is 548 MB, and stays in this browser.");
    expect(asked).toEqual([]);

    await page.check('input[name="weights"][value="downloaded"]');
    await act(page, "start");
    expect(await page.locator('[data-error="weightsFile"]').textContent()).toBe(
      "Download OpenAI's weights first.",
    );
    await page.click('[data-weights="download"]');
    await expect
      .poll(() => state.textContent(), { timeout: 30_000 })
      .toMatch(/^Downloaded: \d+ MB/);
    expect(asked.some((path) => path.endsWith("/resolve/main/model.safetensors"))).toBe(true);
    await page.click('[data-weights="discard"]');
    await expect.poll(() => state.textContent()).toContain("Not downloaded.");
    const unasked = faults.filter((each) => !/huggingface\.co|404/.test(each));
    faults.splice(0, faults.length, ...unasked); // the rest the reader has asked for
  });
});

describe("a checkpoint", () => {
  test("that is damaged is passed over for the one before, with a sentence", async () => {
    const page = await open();
    const [first] = await twoCheckpoints(page);
    await damage(page, "newest", 40_000);
    await openLesson(page);
    await act(page, "resume");
    await view(page, "running");
    expect(await alert(page)).toContain(
      "its checksum does not match its contents: the file was damaged",
    );
    await act(page, "pause");
    await view(page, "paused");
    const rows = await download(page);
    expect(rows.filter(({ train_loss }) => train_loss).length).toBeGreaterThanOrEqual(first);
  });

  test("whose beginning is damaged is not offered; the one before is", async () => {
    const page = await open();
    const [first] = await twoCheckpoints(page);
    await damage(page, "newest", 3);
    await openLesson(page);
    expect(await page.locator('[data-part="offer-text"]').textContent()).toContain(
      `stopped at step ${first} of`,
    );
    expect(await alert(page)).toContain("A saved checkpoint cannot be used");
  });

  test("is not resumed when both are damaged, and a new run can start", async () => {
    const page = await open();
    await twoCheckpoints(page);
    await damage(page, "both", 40_000);
    await openLesson(page);
    await act(page, "resume");
    await view(page, "idle");
    expect(await alert(page)).toContain(
      "There is no checkpoint that could be used. Start a new run.",
    );
    await choose(page, { ...quick, steps: 6 });
    await act(page, "start", "yes");
    await view(page, "finished");
  });

  test("from a foreign or a damaged file is refused, and the kept run stays", async () => {
    const page = await open();
    await pausedRun(page);
    const at = await step(page);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.click('[data-action="export"]'),
    ]);
    const good = await readFile(await file.path());
    await page.reload();
    await view(page, "idle");

    const bad = Buffer.from(good);
    bad[good.length >> 1] ^= 1;
    const files: [string, Buffer, string][] = [
      [
        "notes.safetensors",
        Buffer.from("not a checkpoint at all"),
        "this is not a checkpoint of this site",
      ],
      ["empty.safetensors", Buffer.alloc(0), "it has only 0 bytes"],
      ["short.safetensors", good.subarray(0, 100_000), "it is cut short"],
      ["damaged.safetensors", bad, "the file was damaged"],
    ];
    for (const [name, buffer, message] of files) {
      await page.setInputFiles('[data-part="checkpoint"]', {
        name,
        mimeType: "application/octet-stream",
        buffer,
      });
      await page.click('[data-part="dialog"] button[value="yes"]');
      await page.waitForFunction(
        (text) => document.querySelector('[data-part="alert"]')?.textContent?.includes(text),
        message,
      );
      await view(page, "idle");
    }
    await act(page, "resume");
    await view(page, "running");
    expect(await step(page)).toBeGreaterThanOrEqual(at);
  });

  test("that finds no room is given up with a sentence about the one before, which stays", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 2000 });
    await act(page, "start");
    await reach(page, 3);
    await act(page, "pause");
    await view(page, "paused");
    const kept = await step(page);
    const devtools = await context.newCDPSession(page);
    await devtools.send("Storage.overrideQuotaForOrigin", {
      origin: site.origin,
      quotaSize: 15_000_000,
    });
    await act(page, "continue");
    await reach(page, kept + 3);
    await act(page, "pause");
    await view(page, "paused");
    expect(await alert(page)).toContain(
      `The browser's storage for this site is full. The checkpoint of step ${kept} is kept.`,
    );
    await act(page, "continue");
    await reach(page, (await step(page)) + 2);
    await page.reload();
    await view(page, "idle");
    expect(await page.locator('[data-part="offer-text"]').textContent()).toContain(
      `stopped at step ${kept} of`,
    );
  });

  test("may be deleted by the browser: it is asked, once, not to, and the page says what it answers", async () => {
    for (const durable of [false, true]) {
      const page = await open();
      await page.evaluate((durable) => {
        const asked = { times: 0 };
        Object.assign(window, { asked });
        navigator.storage.persist = async () => {
          asked.times++;
          return durable;
        };
      }, durable);
      await choose(page, { ...quick, steps: 6, warmup: 2 });
      for (let run = 0; run < 2; run++) {
        await act(page, "start");
        await view(page, "finished");
        await act(page, "reset", "yes");
        await view(page, "idle");
      }
      expect(await page.locator('[data-part="may-go"]').isHidden()).toBe(durable);
      const asked = await page.evaluate(
        () => (window as unknown as { asked: { times: number } }).asked.times,
      );
      expect(asked).toBe(1);
    }
  });

  test("is kept by one tab at a time; the other is told, and trains without", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 5000 });
    await act(page, "start");
    await view(page, "running");
    const other = await open();
    expect(await alert(other)).toContain("Another tab of this site is training");
    await choose(other, { ...quick, steps: 6 });
    await act(other, "start");
    await view(other, "finished");
    expect(await number(other, "saved")).toBe("not kept: another tab is training");
  });
});

describe("what cannot be trained is refused with a sentence", () => {
  test("texts that are empty, not UTF-8, or too short", async () => {
    const page = await open();
    await choose(page, quick);
    await page.check('input[name="text"][value="own"]');
    await act(page, "start");
    expect(await page.locator('[data-error="file"]').textContent()).toBe(
      "Choose a text file first.",
    );

    const texts: [string, Buffer, string][] = [
      ["empty.txt", Buffer.alloc(0), "The text is empty. Choose a file with text in it."],
      ["latin1.txt", Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a]), "The text is not in UTF-8."],
      ["short.txt", Buffer.from("To be, or not to be."), "Use a longer text, or a smaller T."],
    ];
    for (const [name, buffer, message] of texts) {
      await page.setInputFiles('input[name="file"]', { name, mimeType: "text/plain", buffer });
      await act(page, "start");
      await page.waitForFunction(
        (text) => document.querySelector('[data-part="alert"]')?.textContent?.includes(text),
        message,
      );
      await view(page, "idle");
    }
  });

  test("but a text of the reader's own is trained on, and kept with the run", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 8 });
    const buffer = Buffer.from("Whan that Aprille with his shoures soote\n\n".repeat(60));
    await page.setInputFiles('input[name="file"]', {
      name: "chaucer.txt",
      mimeType: "text/plain",
      buffer,
    });
    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="title"]').textContent()).toContain(
      "tiny on chaucer.txt",
    );
    await page.reload();
    await view(page, "idle");
    expect(await page.locator('[data-part="offer-text"]').textContent()).toContain(
      "A run of tiny on chaucer.txt stopped at step 8",
    );
  });

  test("nor a text with separators: they are offered as such, and read as the reader wishes", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 8 });
    const own = (name: string, text: string) => ({
      ...{ name, mimeType: "text/plain" },
      buffer: Buffer.from(text),
    });
    const label = page.locator('[data-part="separators"]');
    await page.setInputFiles('input[name="file"]', own("plain.txt", "a story\n\n".repeat(200)));
    expect(await label.isVisible()).toBe(false);
    await page.setInputFiles(
      'input[name="file"]',
      own("tales.txt", "a story<|endoftext|>".repeat(200)),
    );
    await label.waitFor();
    expect((await label.textContent())?.replace(/\s+/g, " ").trim()).toBe(
      "It says <|endoftext|> 200 times: read each as the border between two texts, and not as letters",
    );
    expect(await label.locator("input").isChecked()).toBe(true);
    for (const separators of [true, false]) {
      await label.locator("input").setChecked(separators);
      await act(page, "start");
      await view(page, "finished");
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.click('[data-action="export"]'),
      ]);
      const { tensors } = readSafetensors(await readFile(await file.path()));
      const tokens = [...(tensors.get("text.train")?.data ?? [])];
      // "a", " story" in three pieces of the small vocabulary, and the token; or its letters.
      const ends = tokens.filter((id) => id === 1023).length;
      if (separators) expect(ends).toBeGreaterThan(150);
      else expect(ends).toBe(0);
      await act(page, "reset", "yes");
      await view(page, "idle");
    }
  });

  test("T over maxT, B that is no whole number, a warm-up longer than the run", async () => {
    const page = await open();
    for (const [name, value, message] of [
      ["T", "65", "T is 65, but tiny has 64 position embeddings: choose 64 or fewer tokens."],
      [
        "B",
        "1.5",
        "B, the number of sequences in a batch, is 1.5; choose a whole number from 1 to 256.",
      ],
      ["seed", "", "The seed is missing; choose a whole number from 0 to 4294967295."],
      ["warmup", "2000", "The warm-up takes 2000 steps, but the whole run has 2000: choose fewer."],
    ]) {
      const before = await page.inputValue(`input[name="${name}"]`);
      await choose(page, { [name]: value });
      await act(page, "start");
      expect(await page.locator(`[data-error="${name}"]`).textContent()).toBe(message);
      expect(await page.getAttribute(`input[name="${name}"]`, "aria-invalid")).toBe("true");
      await choose(page, { [name]: before });
      expect(await page.locator(`[data-error="${name}"]`).textContent()).toBe("");
    }
    expect(await page.locator("llm-trainer").getAttribute("data-view")).toBe("idle");
  });

  test("a plan that does not fit into memory, with the numbers and the nearest that does", async () => {
    const page = await open();
    await page.check('input[name="preset"][value="gpt2-124M"]');
    expect(await page.locator("[data-total]").textContent()).toMatch(/GiB$/);
    await choose(page, { B: 256, T: 1024 });
    const verdict = await page.locator("[data-verdict]").textContent();
    expect(verdict).toMatch(
      /^gpt2-124M with B = 256, T = 1024 needs 343\.2 GiB, and there are \d+ GiB\. What fits is B = \d+, T = \d+, which needs/,
    );
    expect(await page.locator('[data-action="start"]').isDisabled()).toBe(true);
    await page.check('input[name="preset"][value="tiny"]');
    expect(await page.locator('[data-action="start"]').isEnabled()).toBe(true);
  });

  test("a worker that cannot work", async () => {
    const page = await context.newPage();
    await page.addInitScript(() => {
      const Original = Worker;
      window.Worker = class extends Original {
        constructor() {
          super(URL.createObjectURL(new Blob(["throw new Error('out of order')"])));
        }
      };
    });
    await page.goto(`${site.origin}/lessons/training/`);
    await scrollTo(page);
    await page.waitForFunction(() => document.querySelector('[data-part="alert"]')?.textContent);
    expect(await alert(page)).toBe(
      "The training worker stopped working (Uncaught Error: out of order). Reload the page to try again.",
    );
  });
});

// How a reader does it.

async function open(where: BrowserContext = context): Promise<Page> {
  const page = await where.newPage();
  await openLesson(page);
  await page.check('input[name="tier"][value="TypeScript"]');
  return page;
}

async function openLesson(page: Page): Promise<void> {
  await page.goto(`${site.origin}/lessons/training/`);
  await view(page, "idle");
}

async function view(page: Page, wanted: string): Promise<void> {
  await scrollTo(page);
  await page.waitForSelector(`llm-trainer[data-view="${wanted}"]`, { timeout: 240_000 });
}

/** The trainer looks for what there is when it comes into view. */
async function scrollTo(page: Page): Promise<void> {
  await page.evaluate(() => document.querySelector("llm-trainer")?.scrollIntoView());
}

async function choose(page: Page, values: Record<string, number | string>): Promise<void> {
  await page.locator('[data-part="choices"] details').evaluate((fold) => {
    (fold as HTMLDetailsElement).open = true;
  });
  for (const [name, value] of Object.entries(values)) {
    await page.fill(`input[name="${name}"]`, String(value));
  }
  await page.locator('input[name="seed"]').blur();
  await page.keyboard.press("Tab");
}

/** Presses a button, and answers the question that follows, if one is expected. */
async function act(page: Page, action: string, answer?: "yes" | "no"): Promise<void> {
  await page.click(`button[data-action="${action}"]`);
  if (answer) await page.click(`[data-part="dialog"] button[value="${answer}"]`);
}

async function number(page: Page, name: string): Promise<string> {
  return (await page.locator(`[data-number="${name}"]`).textContent()) ?? "";
}

const step = async (page: Page): Promise<number> => Number.parseInt(await number(page, "step"), 10);

async function reach(page: Page, wanted: number): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      Number.parseInt(document.querySelector('[data-number="step"]')?.textContent ?? "0", 10) >=
      wanted,
    wanted,
    { timeout: 240_000 },
  );
}

/** Chooses WebGPU, with the forms of kernels that an earlier test found to be the fastest, if there was one. */
async function onGpu(page: Page): Promise<void> {
  await page.check('input[name="tier"][value="WebGPU"]');
  if (kernels) {
    await page.evaluate((kept) => localStorage.setItem("llm.ts kernels", kept), kernels);
  }
}

/** Timing all forms compiles them all, which in software takes most of a minute: once is enough. */
async function keepKernels(page: Page): Promise<void> {
  kernels = await page.evaluate(() => localStorage.getItem("llm.ts kernels"));
  expect(kernels).toContain("matmul");
}

/** Puts code before the scripts of the trainer, its worker's among them. */
async function inject(code: string): Promise<void> {
  await context.route(/_astro\/trainer.*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code};${await response.text()}` });
  });
}

/** Has the worker destroy its devices, or refuse to open one, when the page asks for it. */
const fragile = `{
  const request = GPUAdapter.prototype.requestDevice;
  let refused = false;
  const asked = new BroadcastChannel("test");
  asked.addEventListener("message", ({ data }) => (refused ||= data === "refuse"));
  GPUAdapter.prototype.requestDevice = async function (...args) {
    if (refused) throw new Error("no more devices");
    const device = await request.apply(this, args);
    asked.addEventListener("message", ({ data }) => data === "destroy" && device.destroy());
    return device;
  };
}`;

/**
 * Has the worker's GPU refuse buffers larger than the page says, as WebGPU does it: there is a buffer, of no use, and the
 * scope around it has the error, or else the device hears of it.
 */
const poor = `{
  const { createBuffer, pushErrorScope, popErrorScope } = GPUDevice.prototype;
  let most = Infinity;
  let scopes = [];
  new BroadcastChannel("test").addEventListener("message", ({ data }) => (most = data.most ?? most));
  GPUDevice.prototype.pushErrorScope = function (filter) {
    scopes.push({ filter, error: null });
    pushErrorScope.call(this, filter);
  };
  GPUDevice.prototype.popErrorScope = async function () {
    const { error } = scopes.pop();
    return (await popErrorScope.call(this)) ?? error;
  };
  GPUDevice.prototype.createBuffer = function (descriptor) {
    if (descriptor.size <= most) return createBuffer.call(this, descriptor);
    pushErrorScope.call(this, "validation");
    const buffer = createBuffer.call(this, { ...descriptor, usage: 0 });
    popErrorScope.call(this);
    const error = new GPUOutOfMemoryError("no room");
    const scope = scopes.findLast(({ filter }) => filter === "out-of-memory");
    if (scope) scope.error = error;
    else this.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error }));
    return buffer;
  };
}`;

type Asked = "destroy" | "refuse" | { most: number };

async function askWorker(page: Page, what: Asked): Promise<void> {
  await page.evaluate((what) => new BroadcastChannel("test").postMessage(what), what);
}

const alert = async (page: Page): Promise<string> =>
  (await page.locator('[data-part="alert"]').textContent()) ?? "";

const told = (page: Page) =>
  page.waitForFunction(
    () => document.querySelector('[data-part="alert"]')?.textContent !== "",
    undefined,
    { timeout: 240_000 },
  );

/** Waits until a run is over, or waits for the reader. */
async function settled(page: Page): Promise<string> {
  const place = page.locator(
    ["idle", "paused", "finished"].map((view) => `llm-trainer[data-view="${view}"]`).join(),
  );
  await place.waitFor({ timeout: 240_000 });
  return (await page.locator("llm-trainer").getAttribute("data-view")) ?? "";
}

/** What a reader does whose run has stopped. */
async function goOn(page: Page): Promise<void> {
  if ((await page.locator("llm-trainer").getAttribute("data-view")) === "paused") {
    return act(page, "continue");
  }
  const offered = await page.locator('[data-part="offer"]').isVisible();
  await act(page, offered ? "resume" : "start");
}

const focused = (page: Page) =>
  page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.action);

/** The numbers of the run, as the page gives them out. */
async function download(page: Page): Promise<Record<string, string>[]> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.click('[data-action="csv"]'),
  ]);
  const [head, ...lines] = (await readFile(await file.path(), "utf8")).trimEnd().split("\n");
  const names = head.split(",");
  return lines.map((line) =>
    Object.fromEntries(line.split(",").map((text, i) => [names[i], text])),
  );
}

/** The training losses as the 32 bits that they are. */
function bits(rows: Record<string, string>[]): number[] {
  const losses = rows
    .filter(({ train_loss }) => train_loss)
    .map(({ train_loss }) => Number(train_loss));
  return Array.from(new Uint32Array(Float32Array.from(losses).buffer));
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

async function pausedRun(page: Page): Promise<void> {
  await choose(page, quick);
  await act(page, "start");
  await reach(page, 3);
  await act(page, "pause");
  await view(page, "paused");
}

/** @returns the steps of the two checkpoints that are left in the store */
async function twoCheckpoints(page: Page): Promise<[number, number]> {
  await choose(page, { ...quick, steps: 2000 });
  await act(page, "start");
  const steps: number[] = [];
  for (const least of [2, 5]) {
    await reach(page, least);
    await act(page, "pause");
    await view(page, "paused");
    steps.push(await step(page));
    await act(page, "continue");
    await view(page, "running");
  }
  await act(page, "pause");
  await view(page, "paused");
  const last = await step(page);
  // A pause at which nothing was learned since the last save does not write.
  return last === steps[1] ? [steps[0], last] : [steps[1], last];
}

/** Flips a bit in the newest of the two checkpoints, or in both, from a page on which nothing uses them. */
async function damage(page: Page, which: "newest" | "both", at: number): Promise<void> {
  await page.goto(`${site.origin}/404.html`);
  await page.evaluate(
    async ({ which, at }) => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle("checkpoints");
      const files = await Promise.all(
        ["a.safetensors", "b.safetensors"].map(async (name) => {
          const handle = await folder.getFileHandle(name);
          const file = await handle.getFile();
          const length = new DataView(await file.slice(0, 8).arrayBuffer()).getUint32(0, true);
          const header = JSON.parse(await file.slice(8, 8 + length).text());
          return { handle, file, savedAt: JSON.parse(header.__metadata__.progress).savedAt };
        }),
      );
      files.sort((a, b) => b.savedAt - a.savedAt);
      for (const { handle, file } of which === "both" ? files : files.slice(0, 1)) {
        const byte = new Uint8Array(await file.slice(at, at + 1).arrayBuffer());
        byte[0] ^= 16;
        const writer = await handle.createWritable({ keepExistingData: true });
        await writer.write({ type: "write", position: at, data: byte });
        await writer.close();
      }
    },
    { which, at },
  );
}
