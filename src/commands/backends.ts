// What can compute a command. A tier more is a line in the table below, and one in src/training/tiers.ts.

import { totalmem } from "node:os";
import type { Backend } from "@llm.ts/kernels/backend.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import type { Options } from "@llm.ts/kernels/model/memory.ts";
import type { Config } from "@llm.ts/kernels/models.ts";
import type { DeviceNote } from "../training/progress.ts";
import { type Tier, tiers } from "../training/tiers.ts";
import { type Flag, type Flags, UsageError } from "./command.ts";
import { optionsOn, refuseIfTooLarge } from "./memory.ts";
import { mostThreads, openWasm, openWasmIfItFits } from "./wasm.ts";
import { openRealGpu, openWebGpu } from "./webgpu.ts";

/** A model that is to be computed, and what was asked for. */
export interface Wish {
  readonly config: Config;
  readonly options: Options;
  readonly adapter?: string; // a part of a GPU's name
  readonly threads?: number; // of the processor; without it, all
  /** What has computed the run that goes on: it is chosen again where it can be, since its last bits are its own. */
  readonly before?: DeviceNote;
}

/** What computes: a backend, of which only its own handles are known. */
export interface Computer {
  // biome-ignore lint/suspicious/noExplicitAny: each tier has handles of its own
  readonly backend: Backend<any, any>;
  readonly note: DeviceNote;
  /** Gives everything back, so that the process can end. */
  close(): void;
}

interface Line {
  readonly tier: Tier;
  readonly says: string;
  /** @throws Error with a sentence about what is missing */
  readonly open: (wish: Wish) => Promise<Computer>;
  /** The same where it is a good choice, or null: for whoever leaves the choice to us. */
  readonly openIfGood: (wish: Wish) => Promise<Computer | null>;
}

/** The best first: without --backend, the first that is good here is taken. */
export const backends: Readonly<Record<string, Line>> = {
  webgpu: {
    tier: "WebGPU",
    says: "a GPU, through the npm package webgpu",
    open: openWebGpu,
    openIfGood: openRealGpu,
  },
  wasm: {
    tier: "WebAssembly",
    says: "the processor's vectors, on all threads",
    open: openWasm,
    openIfGood: openWasmIfItFits,
  },
  typescript: {
    tier: "TypeScript",
    says: "plain loops in one thread",
    open: async (wish) => openCpu(wish),
    openIfGood: async (wish) => openCpu(wish),
  },
};

/** The flags of every command that computes. */
export const backendFlags = {
  backend: {
    takes: "NAME",
    choices: Object.keys(backends),
    says: `what computes (without it, the first that is good here):\n${Object.entries(backends)
      .map(([name, { says }]) => `${name}: ${says}`)
      .join("\n")}`,
  },
  threads: {
    takes: "N",
    range: [1, mostThreads, "whole"],
    says: "threads of wasm; any number gives the same bits. Default: as many as there are",
  },
  adapter: { takes: "NAME", says: "the GPU, by a part of its name, where there are several" },
} as const satisfies Record<string, Flag>;

/** Opens what --backend names, or else the best that there is. */
export async function openBackend(
  flags: Flags<keyof typeof backendFlags>,
  { config, options, before }: Wish,
): Promise<Computer> {
  const adapter = flags.text("adapter");
  const threads = flags.number("threads");
  const wish = { config, options, before, adapter, threads };
  const name = flags.text("backend");
  if (adapter !== undefined && name !== undefined && !tiers[backends[name].tier].gpu) {
    throw new UsageError(`--adapter names a GPU, and --backend ${name} has none`);
  }
  if (threads !== undefined && name !== undefined && backends[name].tier !== "WebAssembly") {
    throw new UsageError(`--threads is for --backend wasm, and not for ${name}`);
  }
  if (name !== undefined) return backends[name].open(wish);
  const lines = Object.values(backends);
  const first = lines.filter(({ tier }) => tier === before?.tier);
  for (const line of [...first, ...lines]) {
    const computer = await line.openIfGood(wish);
    if (computer) return computer;
  }
  throw new Error("nothing here can compute"); // the TypeScript tier can everywhere
}

/** What computes, in a few words. */
export function nameOf({ note }: Pick<Computer, "note">): string {
  const threads = note.threads ?? 0;
  const count = `${threads} thread${threads === 1 ? "" : "s"}, ${note.simd} SIMD`;
  const where = note.adapter || (threads > 0 ? count : tiers[note.tier].where);
  return where ? `${note.tier}, ${where}` : note.tier;
}

function openCpu({ config, options }: Wish): Computer {
  refuseIfTooLarge(config, optionsOn("TypeScript", options), { maxBytes: totalmem() });
  return {
    backend: createCpu(Float32Array),
    note: { tier: "TypeScript", adapter: "", choice: null },
    close() {},
  };
}
