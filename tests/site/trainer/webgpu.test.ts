// The trainer on WebGPU: memory, shaders, clocks, and browsers without it. Devices that are lost have a file of their own.

import { afterEach, describe, expect, test } from "vitest";
import { context, faults, useReader } from "../reader.ts";
import { askWorker, fragile, inject, onGpuPlainly, poor, small } from "./gpu.ts";
import {
  act,
  alert,
  bits,
  choose,
  download,
  number,
  open,
  openLesson,
  quick,
  reach,
  step,
  told,
  view,
} from "./trainer.ts";

useReader();

afterEach(() => expect(faults).toEqual([]));

describe("on WebGPU", () => {
  test("a GPU without the memory for a model is told so in a sentence, with nothing lost; WebAssembly or another try goes on", async () => {
    await inject(poor);
    const page = await open();
    await onGpuPlainly(page);
    await askWorker(page, { most: 800_000 }); // bytes; fcw has a mebibyte
    await choose(page, small);
    await act(page, "start");
    await told(page);
    expect(await alert(page)).toBe(
      "The graphics processor did not take the model: the GPU has no memory left for 1048576 bytes more. Choose a smaller model, fewer or shorter sequences, or WebAssembly, or try again.",
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
      "Training stopped: The GPU has no memory left. The last checkpoint is kept. Resume it, or choose WebAssembly.",
    );
    faults.length = 0; // what the browser says in the console of buffers that are of no use
    const offer = page.locator('[data-part="offer-text"]');
    expect(await offer.textContent()).toContain(`stopped at step ${kept} of 30`);

    // Nor is there any when it is resumed. The checkpoint stays, and WebAssembly takes it up.
    await askWorker(page, { most: 800_000 });
    await act(page, "resume");
    await page.waitForFunction(() =>
      document
        .querySelector('[data-part="alert"]')
        ?.textContent?.includes("did not take the model"),
    );
    await view(page, "idle");
    expect(await offer.textContent()).toContain(`stopped at step ${kept} of 30`);
    await page.check('input[name="tier"][value="WebAssembly"]');
    await act(page, "resume");
    await view(page, "finished");
    expect(await number(page, "step")).toBe("30 of 30");
  }, 480_000);

  test("a shader that does not compile ends the run with what the compiler says, and WebAssembly trains", async () => {
    await inject(`{
      const create = GPUDevice.prototype.createShaderModule;
      GPUDevice.prototype.createShaderModule = function ({ code }) {
        return create.call(this, { code: code.replace("kept: f32", "kept: f33") }); // AdamW's
      };
    }`);
    const page = await open();
    await onGpuPlainly(page);
    await choose(page, { ...small, steps: 6 });
    await act(page, "start");
    await view(page, "idle");
    await told(page);
    expect(await alert(page)).toMatch(
      /^Training stopped: A shader does not compile: .+f33.+ Choose WebAssembly\.$/,
    );
    faults.length = 0; // what the browser says of it in the console
    expect(await page.locator('[data-part="offer"]').isVisible()).toBe(false);
    await page.check('input[name="tier"][value="WebAssembly"]');
    await act(page, "start");
    await view(page, "finished");
    expect(await number(page, "step")).toBe("6 of 6");
  });

  test("shows what each kernel takes while it is open, and the losses are the same", async () => {
    const page = await open();
    await onGpuPlainly(page);
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
    await onGpuPlainly(page);
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
    await onGpuPlainly(page);
    await askWorker(page, "refuse");
    await act(page, "start");
    await view(page, "idle");
    await page.waitForFunction(() => document.querySelector('[data-part="alert"]')?.textContent);
    expect(await alert(page)).toBe(
      "This graphics processor cannot be used (no more devices). Choose WebAssembly, or try again.",
    );
  });

  test.each([
    ["undefined", "This browser has no WebGPU."],
    ["{ requestAdapter: async () => null }", "This browser has WebGPU but found no graphics"],
    ["{ requestAdapter: async () => { throw Error('off') } }", "did not let WebGPU begin (off)"],
  ])("with navigator.gpu %s, WebAssembly is used, and why is said", async (gpu, sentence) => {
    await inject(`Object.defineProperty(navigator, "gpu", { value: ${gpu} })`);
    const page = await context.newPage();
    await openLesson(page);
    const note = await page.locator(".device [data-note]").textContent();
    expect(note).toContain(sentence);
    expect(note).toMatch(
      /Training runs in WebAssembly, on (one thread|\d+ threads) of the processor, as many as the browser says that it has\.$/,
    );
    expect(await page.locator('input[name="tier"][value="WebGPU"]').isDisabled()).toBe(true);
    await choose(page, { ...quick, steps: 6 });
    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="computed-by"]').textContent()).toMatch(
      /^Computed by WebAssembly, on (one thread|\d+ threads) of the processor, with relaxed SIMD\.$/,
    );
  });
});
