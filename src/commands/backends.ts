// What can compute a command. A tier more is a line in the table below, and one in src/training/tiers.ts.

import { readFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import type { Backend } from "@llm.ts/kernels/backend.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import type { Options } from "@llm.ts/kernels/model/memory.ts";
import { spawn } from "@llm.ts/kernels/runtime/wasm/spawn.node.ts";
import { createWasm } from "@llm.ts/kernels/wasm.ts";
import type { DeviceNote } from "../training/progress.ts";
import { type Tier, tiers } from "../training/tiers.ts";
import type { Flag, Flags } from "./command.ts";

/** A model that is to be computed, and what was asked for. */
export interface Wish {
  readonly config: Config;
  readonly options: Options;
  /** Of the WebAssembly tier; without it, as many as the processor has. */
  readonly threads?: number;
}

/** What computes: a backend, of which only its own handles are known. */
export interface Computer {
  // biome-ignore lint/suspicious/noExplicitAny: each tier has handles of its own
  readonly backend: Backend<any, any>;
  readonly note: DeviceNote;
  /** Bytes that a run may take where it is not this machine's memory that counts. */
  readonly memory?: number;
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
  wasm: {
    tier: "WebAssembly",
    says: "the processor's vectors, on all of its threads",
    open: openWasm,
    openIfGood: openWasm,
  },
  typescript: {
    tier: "TypeScript",
    says: "plain loops in one thread",
    open: async () => openCpu(),
    openIfGood: async () => openCpu(),
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
    range: [1, 62, "whole"],
    says: "threads of the WebAssembly tier (without it, as many as the processor has)",
  },
} as const satisfies Record<string, Flag>;

/**
 * Opens what --backend names, or else the best that there is.
 *
 * @param before what has computed a run that goes on: it has the same bits only there
 */
export async function openBackend(
  flags: Flags<keyof typeof backendFlags>,
  wish: Wish,
  before?: Tier,
): Promise<Computer> {
  const name = flags.text("backend");
  const whole = { ...wish, threads: flags.number("threads") };
  if (name !== undefined) return backends[name].open(whole);
  const lines = Object.values(backends);
  const same = lines.filter(({ tier }) => tier === before);
  for (const line of [...same, ...lines]) {
    const computer = await line.openIfGood(whole);
    if (computer) return computer;
  }
  throw new Error("nothing here can compute"); // the TypeScript tier can everywhere
}

/** The options of a model as they suit a tier. */
export function optionsOn({ note }: Computer, options: Options): Options {
  return { ...options, attention: tiers[note.tier].attention };
}

/** What computes, in a few words. */
export function nameOf({ note }: Computer): string {
  const { adapter, threads, simd } = note;
  const where = threads
    ? `${threads} ${threads === 1 ? "thread" : "threads"}, ${simd} SIMD`
    : adapter || tiers[note.tier].where;
  return where ? `${note.tier}, ${where}` : note.tier;
}

/** Relaxed SIMD multiplies and adds in one instruction; an engine that does not know it gets the other module. */
async function openWasm({ threads = availableParallelism() }: Wish): Promise<Computer> {
  const relaxed = await readModule("kernels.relaxed.wasm");
  const simd = WebAssembly.validate(relaxed) ? "relaxed" : "plain";
  const bytes = simd === "relaxed" ? relaxed : await readModule("kernels.wasm");
  const backend = await createWasm(await WebAssembly.compile(bytes), { threads, spawn });
  return {
    backend,
    note: { tier: "WebAssembly", adapter: "", choice: null, simd, threads },
    memory: Math.min(totalmem(), tiers.WebAssembly.mostBytes),
    close: () => backend.destroy(),
  };
}

async function readModule(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = join(import.meta.dirname, "../../public/wasm", name);
  return readFile(file).catch(() => {
    throw new Error(`public/wasm/${name} is missing; build it with \`npm run wasm\``);
  });
}

function openCpu(): Computer {
  return {
    backend: createCpu(Float32Array),
    note: { tier: "TypeScript", adapter: "", choice: null },
    close() {},
  };
}
