// The WebAssembly tier in a browser: which of its modules, and on how many threads.

import { spawn } from "@llm.ts/kernels/runtime/wasm/spawn.web.ts";
import { createWasm, type WasmBackend } from "@llm.ts/kernels/wasm.ts";
import { threadsHere } from "./threads.ts";

const folder = `${import.meta.env.BASE_URL.replace(/\/$/, "")}/wasm`;

/**
 * Opens the tier.
 *
 * @throws Error if a module cannot be loaded, or a thread not started
 */
export async function openWasm(): Promise<{ tier: WasmBackend; simd: "relaxed" | "plain" }> {
  const { threads } = threadsHere();
  const { module, simd } = await openModule("kernels");
  const tier = await createWasm(module, { threads, spawn });
  return { tier, simd };
}

/**
 * One of the modules that `npm run wasm` builds. Relaxed SIMD multiplies and adds in one instruction; an engine that does not
 * know it gets the module without it.
 *
 * @throws Error if it cannot be loaded
 */
export async function openModule(
  name: "kernels" | "rungs",
): Promise<{ module: WebAssembly.Module; simd: "relaxed" | "plain" }> {
  const relaxed = await load(`${name}.relaxed.wasm`);
  const simd = WebAssembly.validate(relaxed) ? "relaxed" : "plain";
  const bytes = simd === "relaxed" ? relaxed : await load(`${name}.wasm`);
  return { module: await WebAssembly.compile(bytes), simd };
}

async function load(name: string): Promise<ArrayBuffer> {
  const response = await fetch(`${folder}/${name}`);
  if (!response.ok) throw new Error(`${folder}/${name}: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}
