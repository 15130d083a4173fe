// The WebAssembly tier in Node and in the browser, as the tests make it.

import type { Spawn } from "@llm.ts/kernels/runtime/wasm/pool.ts";
import { createWasm, type WasmBackend } from "@llm.ts/kernels/wasm.ts";

export type Build = "kernels" | "kernels.relaxed";

const inNode = typeof window === "undefined";

const path = (build: Build) => `public/wasm/${build}.wasm`;

/** @throws Error if it is not built: `npm run wasm` */
export async function load(build: Build): Promise<WebAssembly.Module> {
  if (inNode) {
    const { readFile } = await import("node:fs/promises");
    return WebAssembly.compile(await readFile(new URL(`../${path(build)}`, import.meta.url)));
  }
  return WebAssembly.compileStreaming(fetch(`/wasm/${build}.wasm`));
}

async function spawner(): Promise<Spawn> {
  const { spawn } = inNode
    ? await import("@llm.ts/kernels/runtime/wasm/spawn.node.ts")
    : await import("@llm.ts/kernels/runtime/wasm/spawn.web.ts");
  return spawn;
}

const modules = new Map<Build, Promise<WebAssembly.Module>>();

/** With several threads every call is cut into parts, however small. */
export async function openWasm(build: Build, threads: number): Promise<WasmBackend> {
  if (!modules.has(build)) modules.set(build, load(build));
  const module = (await modules.get(build)) as WebAssembly.Module;
  return createWasm(module, { threads, spawn: await spawner(), worthwhile: 0 });
}
