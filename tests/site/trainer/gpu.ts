// A GPU that is lost, refuses to be opened or has no memory when a test asks for it: code that is put before the worker's.

/// <reference types="@webgpu/types" />
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { trainingSizes } from "@llm.ts/kernels/runtime/forms.ts";
import { plainForms, withForms } from "@llm.ts/kernels/webgpu.ts";
import type { Page } from "playwright-core";
import { context } from "../reader.ts";
import { quick } from "./trainer.ts";

/** A run of few and short steps: on a GPU that is software, most of a test is compiling and computing. */
export const small = { ...quick, T: 8, steps: 30, validateEvery: 10, learningRate: 0.004 };

/** Chooses WebGPU. Start will have the page time all forms of kernels, which compiles them all: that takes most of a minute. */
export const onGpu = (page: Page): Promise<void> =>
  page.check('input[name="tier"][value="WebGPU"]');

/**
 * The same, for runs of `small`, with the plain forms of kernels kept as if they had turned out the fastest. In software they
 * are compiled in a tenth of the time that the fastest take, which counts where every test opens devices.
 */
export async function onGpuPlainly(page: Page): Promise<void> {
  await onGpu(page);
  const timings = withForms.flatMap(({ kernel, names }) =>
    names.map((form) => ({ kernel, form, shape: "", seconds: 1, gflops: 1, fault: null })),
  );
  const sizes = trainingSizes({ ...presets.tiny, B: small.B, T: small.T });
  await page.evaluate(
    async ({ forms, timings, sizes }) => {
      const adapter = await navigator.gpu.requestAdapter();
      if (!adapter) throw new Error("there is no adapter");
      const { vendor, architecture, device, description } = adapter.info;
      const key = JSON.stringify([vendor, architecture, device, description, sizes]);
      localStorage.setItem("llm.ts kernels", JSON.stringify([{ key, forms, timings }]));
    },
    { forms: plainForms, timings, sizes },
  );
}

/** Puts code before the scripts of the trainer, its worker's among them. */
export async function inject(code: string): Promise<void> {
  await context.route(/_astro\/trainer.*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code};${await response.text()}` });
  });
}

/** Calls `listener` in the worker with what `askWorker` asks for, and answers it. */
const hear = `
  const hear = (listener) => {
    if (typeof window !== "undefined") return;
    const channel = new BroadcastChannel("test");
    let last = -1;
    channel.onmessage = ({ data }) => {
      if (data.id > last) listener(data.what);
      last = Math.max(last, data.id);
      channel.postMessage({ heard: data.id });
    };
  };`;

/**
 * Has the worker destroy its device, or refuse to open one. A loss at a moment of the clock would fall into another part of
 * the run on each machine, so `destroyAfter` counts calls: the device goes at the first number of them, the next device at the
 * second, and so on.
 */
export const fragile = `{
  ${hear}
  const request = GPUAdapter.prototype.requestDevice;
  let refused = false;
  let device = null;
  let counts = [];
  hear((what) => {
    if (what === "refuse") refused = true;
    else if (what === "destroy") device.destroy();
    else counts = what.destroyAfter;
  });
  GPUAdapter.prototype.requestDevice = async function (...args) {
    if (refused) throw new Error("no more devices");
    device = await request.apply(this, args);
    return device;
  };
  const counted = [
    [GPUDevice, "createBuffer"],
    [GPUDevice, "createComputePipelineAsync"],
    [GPUQueue, "submit"],
    [GPUQueue, "writeBuffer"],
    [GPUBuffer, "mapAsync"],
  ];
  for (const [type, name] of counted) {
    const call = type.prototype[name];
    type.prototype[name] = function (...args) {
      if (device && counts.length > 0 && --counts[0] === 0) {
        counts.shift();
        device.destroy();
        device = null;
      }
      return call.apply(this, args);
    };
  }
}`;

/**
 * Has the worker's GPU refuse buffers larger than the page says, as WebGPU does it: there is a buffer, of no use, and the
 * scope around it has the error, or else the device hears of it. The scope answers late, as it may in a busy browser.
 */
export const poor = `{
  ${hear}
  const { createBuffer, pushErrorScope, popErrorScope } = GPUDevice.prototype;
  let most = Infinity;
  let scopes = [];
  hear((what) => (most = what.most));
  GPUDevice.prototype.pushErrorScope = function (filter) {
    scopes.push({ filter, error: null });
    pushErrorScope.call(this, filter);
  };
  GPUDevice.prototype.popErrorScope = async function () {
    const { error } = scopes.pop();
    const heard = await popErrorScope.call(this);
    await new Promise((resolve) => setTimeout(resolve, 30));
    return heard ?? error;
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

type Asked = "destroy" | "refuse" | { destroyAfter: number[] } | { most: number };

let asked = 0;

/** Asks until the worker answers: one that has just begun hears nothing yet. */
export async function askWorker(page: Page, what: Asked): Promise<void> {
  await page.evaluate(
    (question) =>
      new Promise<void>((resolve) => {
        const channel = new BroadcastChannel("test");
        const ask = () => channel.postMessage(question);
        const asking = setInterval(ask, 100);
        channel.onmessage = ({ data }) => {
          if (data.heard !== question.id) return;
          clearInterval(asking);
          channel.close();
          resolve();
        };
        ask();
      }),
    { id: asked++, what },
  );
}

/** Waits until a run is over, or waits for the reader. */
export async function settled(page: Page): Promise<string> {
  const place = page.locator(
    ["idle", "paused", "finished"].map((view) => `llm-trainer[data-view="${view}"]`).join(),
  );
  await place.waitFor({ timeout: 240_000 });
  return (await page.locator("llm-trainer").getAttribute("data-view")) ?? "";
}

/**
 * Presses what a reader does whose run has stopped. The page itself presses, in the moment in which it looks: between a look from
 * here and a click from here the run may have gone on.
 */
export async function goOn(page: Page): Promise<void> {
  await page.evaluate(() => {
    const view = document.querySelector<HTMLElement>("llm-trainer")?.dataset.view;
    const offered = document.querySelector<HTMLElement>('[data-part="offer"]')?.hidden === false;
    const idle = offered ? "resume" : "start";
    const action = view === "paused" ? "continue" : view === "idle" ? idle : null;
    document.querySelector<HTMLElement>(`button[data-action="${action}"]`)?.click();
  });
}
