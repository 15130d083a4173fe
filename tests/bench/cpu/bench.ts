// What the parts of the benchmark share: what was asked for, and our tier on some number of threads.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { spawn } from "@llm.ts/kernels/runtime/wasm/spawn.node.ts";
import { createWasm, type WasmBackend } from "@llm.ts/kernels/wasm.ts";
import type { Python } from "./processes.ts";
import type { Contender } from "./turns.ts";

export interface Bench {
  readonly threads: number; // the most that are used
  readonly rounds: number;
  readonly quick: boolean; // small sizes only
  readonly B: number; // of a step, and T
  readonly T: number;
  readonly peak: Contender; // the bare loop
  readonly torch: Python | null; // where there is PyTorch
}

export const root = join(import.meta.dirname, "../../..");
export const built = join(root, "public/wasm");

/** The numbers of threads on which ours is timed. */
export const countsOf = ({ threads }: Bench): number[] => (threads > 1 ? [1, threads] : [1]);

const modules = new Map<string, WebAssembly.Module>();

export async function load(name: string): Promise<WebAssembly.Module> {
  const found = modules.get(name);
  if (found) return found;
  const module = await WebAssembly.compile(await readFile(join(built, name)));
  modules.set(name, module);
  return module;
}

export const open = async (threads: number): Promise<WasmBackend> =>
  createWasm(await load("kernels.relaxed.wasm"), { threads, spawn });

export const title = (text: string) => console.log(`\n${text}`);
