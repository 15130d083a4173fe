// The WebAssembly tier in Node: which of its modules, and on how many threads.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawn } from "@llm.ts/kernels/runtime/wasm/spawn.node.ts";
import { createWasm } from "@llm.ts/kernels/wasm.ts";
import { tiers } from "../training/tiers.ts";
import type { Computer, Wish } from "./backends.ts";
import { optionsOn, refuseIfTooLarge } from "./memory.ts";

/** For each of which the tier keeps some memory aside: see the tier's mostBytes. */
export const mostThreads = 62;

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "public", "wasm");

/** Opens the tier. @throws Error if the model does not fit, or the modules cannot be built */
export async function openWasm({ config, options, threads }: Wish): Promise<Computer> {
  const maxBytes = limit();
  refuseIfTooLarge(config, optionsOn("WebAssembly", options), { maxBytes });
  const relaxed = await load("kernels.relaxed.wasm");
  const simd = WebAssembly.validate(relaxed) ? "relaxed" : "plain";
  const module = await WebAssembly.compile(
    simd === "relaxed" ? relaxed : await load("kernels.wasm"),
  );
  const wanted = threads ?? Math.min(availableParallelism(), mostThreads);
  const backend = await createWasm(module, { threads: wanted, spawn });
  return {
    backend,
    note: { tier: "WebAssembly", adapter: "", choice: null, simd, threads: wanted },
    close: () => backend.destroy(),
  };
}

/** The same where the model fits, else null: the tier without its limit of 4 GiB is slower, and better than nothing. */
export async function openWasmIfItFits(wish: Wish): Promise<Computer | null> {
  try {
    refuseIfTooLarge(wish.config, optionsOn("WebAssembly", wish.options), { maxBytes: limit() });
  } catch {
    return null;
  }
  return openWasm(wish);
}

function limit(): number {
  return Math.min(totalmem(), tiers.WebAssembly.mostBytes);
}

/** Reads a module, which is built where it is not there yet. */
async function load(name: string): Promise<Buffer<ArrayBuffer>> {
  const path = join(folder, name);
  if (!existsSync(path)) {
    const script = join(root, "scripts", "wasm.ts");
    const { status } = spawnSync(process.execPath, [script], { stdio: ["ignore", 2, 2] });
    if (status !== 0) throw new Error(`${path} cannot be built: npm run wasm says why`);
  }
  return readFile(path);
}
