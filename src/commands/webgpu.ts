/// <reference types="@webgpu/types" />
// WebGPU in Node: Dawn, from the npm package webgpu, which is an optional dependency.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { planModel } from "@llm.ts/kernels/model/memory.ts";
import { roundedFormat } from "@llm.ts/kernels/model/rounded.ts";
import { outlineOf } from "@llm.ts/kernels/models.ts";
import { trainingSizes } from "@llm.ts/kernels/runtime/forms.ts";
import {
  deviceFor,
  isSoftware,
  nameOfAdapter,
  tellMatrixUnits,
} from "@llm.ts/kernels/runtime/gpu/adapter.ts";
import type { Computer, Wish } from "./backends.ts";
import { optionsOn, refuseIfTooLarge } from "./memory.ts";

// Matrix units of GPUs are such (see matmul.matrices.wgsl): a device has none of what it does not ask for.
const experiments = "enable-dawn-features=allow_unsafe_apis";

const install = "npm install --no-save webgpu@0.6.2";

/**
 * Opens a GPU.
 *
 * @param wish its adapter is a part of a GPU's name, where there are several
 * @throws Error with a sentence about what is missing, or if the model does not fit
 */
export async function openWebGpu(wish: Wish): Promise<Computer> {
  return openDevice(await find(wish.adapter), wish);
}

/** The same where there is a real GPU on which the model fits, else null. It says nothing about why not. */
export async function openRealGpu(wish: Wish): Promise<Computer | null> {
  if (wish.adapter === undefined && !mayHaveGpu()) return null;
  try {
    const found = await find(wish.adapter);
    if (wish.adapter === undefined && isSoftware(found.adapter.info)) return null;
    return await openDevice(found, wish);
  } catch (error) {
    if (wish.adapter !== undefined) throw error;
    return null;
  }
}

/** Whether to look for a GPU at all. Where Linux shows none, Dawn would only complain that there is no Vulkan. */
function mayHaveGpu(): boolean {
  if (process.platform !== "linux") return true;
  const devices = existsSync("/dev") ? readdirSync("/dev") : [];
  return devices.some((name) => /^(dri|dxg|nvidia\d+|kgsl-.*|mali\d+)$/.test(name));
}

interface Found {
  readonly adapter: GPUAdapter;
  readonly gpu: GPU; // what it comes from
}

/** What GPUs in use come from: Dawn is gone when nothing keeps it, and Node does not end as long as something does. */
const held = new Set<GPU>();

/** @throws Error with a sentence about what is missing */
export async function find(name: string | undefined): Promise<Found> {
  const { create, globals } = await loadPackage();
  for (const [key, value] of Object.entries(globals)) {
    if (!(key in globalThis)) Object.assign(globalThis, { [key]: value });
  }
  const named = name === undefined ? [] : [`adapter=${name}`];
  const gpu = create([experiments, ...named]);
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  } catch (error) {
    const names = [...(error as Error).message.matchAll(/name: '([^']+)'/g)].map(
      ([, name]) => name,
    );
    const there = names.length > 0 ? `; there is ${names.join(", ")}` : "";
    throw new Error(
      name === undefined ? (error as Error).message : `no GPU is called ${name}${there}`,
    );
  }
  if (adapter) return { adapter, gpu };
  throw new Error(
    "no GPU was found: install its driver (on Linux, Vulkan: libvulkan1 and the driver of the GPU's maker), or choose another --backend",
  );
}

async function loadPackage(): Promise<typeof import("webgpu")> {
  try {
    return await import("webgpu");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_MODULE_NOT_FOUND") {
      throw new Error(`--backend webgpu needs the npm package webgpu: ${install}`);
    }
    throw new Error(
      `the npm package webgpu does not run here (${message.split("\n")[0]}): ${install} installs it again`,
    );
  }
}

async function openDevice({ adapter, gpu }: Found, wish: Wish): Promise<Computer> {
  const { config } = wish;
  const options = optionsOn("WebGPU", wish.options);
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  refuseIfTooLarge(config, options, {
    maxBytes: Number.POSITIVE_INFINITY, // a GPU does not tell
    maxBuffer: maxBufferSize,
    maxBinding: maxStorageBufferBindingSize,
  });
  const plan = planModel(outlineOf(config), config, options);
  held.add(gpu);
  const name = nameOfAdapter(adapter.info);
  const software = isSoftware(adapter.info);
  const weights = roundedFormat(options);
  const device = await adapter.requestDevice(deviceFor(adapter, plan, weights));
  tellMatrixUnits(device, adapter.info);
  importShaders();
  const [{ chooseKernels, createWebGpu }, { choiceKey }] = await Promise.all([
    import("@llm.ts/kernels/webgpu.ts"),
    import("@llm.ts/kernels/runtime/choose.ts"),
  ]);
  try {
    const { B, T } = options;
    const sizes = trainingSizes({ ...config, B, T, weights });
    const before = wish.before?.choice ?? null;
    const kept = before?.key === choiceKey(device, sizes) ? before : null;
    // Software would take longer to time the kernels than it may ever win; and what is trained once is not timed first.
    const choice =
      kept ?? (software || !options.training ? null : await chooseKernels(device, sizes));
    return {
      backend: createWebGpu(device, choice ? { choices: choice.forms } : {}),
      note: { tier: "WebGPU", adapter: name, choice },
      close() {
        device.destroy();
        held.delete(gpu);
      },
    };
  } catch (error) {
    device.destroy();
    held.delete(gpu);
    throw error;
  }
}

let hooked = false;

/** Has `import code from "./x.wgsl?raw"` give the text of the file, as Vite does for the site. */
export function importShaders(): void {
  if (hooked) return;
  hooked = true;
  registerHooks({
    load(url, context, next) {
      if (!url.endsWith("?raw")) return next(url, context);
      const text = readFileSync(fileURLToPath(url), "utf8");
      const source = `export default ${JSON.stringify(text)};`;
      return { format: "module", source, shortCircuit: true };
    },
  });
}
