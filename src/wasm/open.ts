// The WebAssembly tier in a browser: which of its modules, and on how many threads.

import { spawn } from "@llm.ts/kernels/runtime/wasm/spawn.web.ts";
import { createWasm, type WasmBackend } from "@llm.ts/kernels/wasm.ts";
import { threadsHere } from "./threads.ts";

const folder = `${import.meta.env.BASE_URL.replace(/\/$/, "")}/wasm`;

/**
 * Opens the tier. Relaxed SIMD multiplies and adds in one instruction; an engine that does not know it gets the other module.
 *
 * @throws Error if a module cannot be loaded, or a thread not started
 */
export async function openWasm(): Promise<{ tier: WasmBackend; simd: "relaxed" | "plain" }> {
  const { threads } = threadsHere();
  const relaxed = await load("kernels.relaxed.wasm");
  const simd = WebAssembly.validate(relaxed) ? "relaxed" : "plain";
  const bytes = simd === "relaxed" ? relaxed : await load("kernels.wasm");
  const tier = await createWasm(await WebAssembly.compile(bytes), { threads, spawn });
  return { tier, simd };
}

async function load(name: string): Promise<ArrayBuffer> {
  const response = await fetch(`${folder}/${name}`);
  if (!response.ok) throw new Error(`${folder}/${name}: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}
