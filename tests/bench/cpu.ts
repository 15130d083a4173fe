// The WebAssembly tier on this processor: how near it is to what a thread can do at most, and beside others, in one run in
// which all take turns: `npm run bench:cpu`.

import { availableParallelism, cpus, totalmem } from "node:os";
import { type Preset, presets } from "@llm.ts/kernels/gpt2/config.ts";
import { type Command, runCommand, UsageError } from "../../src/commands/command.ts";
import { pathOf } from "../../src/commands/files.ts";
import { mostThreads } from "../../src/commands/wasm.ts";
import type { Bench } from "./cpu/bench.ts";
import { type Peer, peers } from "./cpu/chromium.ts";
import { measureLlmc } from "./cpu/llmc.ts";
import { measureMatmul } from "./cpu/matmul.ts";
import { openPeak, peakRates } from "./cpu/peak.ts";
import { findTorch } from "./cpu/processes.ts";
import { measureStep, profileStep } from "./cpu/steps.ts";
import { spread, takeTurns } from "./cpu/turns.ts";

const parts = ["matmul", "step", "profile"] as const;

const flags = {
  only: { takes: "NAMES", says: `some of ${parts.join(", ")}; or none. Default: all` },
  presets: { takes: "NAMES", says: "whose steps are timed. Default: small,gpt2-124M" },
  B: { takes: "N", range: [1, 1024, "whole"], says: "texts in a step. Default: 4" },
  T: { takes: "N", range: [1, 1024, "whole"], says: "tokens in each. Default: 64" },
  threads: {
    takes: "N",
    range: [1, mostThreads, "whole"],
    says: "besides one. Default: as many as the processor has",
  },
  rounds: { takes: "N", range: [1, 1000, "whole"], says: "turns of each. Default: 5" },
  peers: {
    takes: "NAMES",
    says: `some of ${Object.keys(peers).join(", ")}, which multiply beside ours in Chromium; or none, and nothing is timed there. Default: all`,
  },
  quick: { says: "small shapes and models only" },
  llmc: {
    takes: "DIR",
    says: "also llm.c's train_gpt2, compiled in DIR, with the gpt2_124M.bin and the dev/data/tinyshakespeare\nthat it needs, and ours on them, in turns",
  },
  steps: { takes: "N", range: [2, 40, "whole"], says: "of llm.c and of ours then. Default: 3" },
} as const;

const bench: Command<keyof typeof flags> = {
  name: "bench:cpu",
  does: "Times the WebAssembly tier beside the peak of a thread, TypeScript, PyTorch, jax-js, TensorFlow.js and llm.c, in turns.",
  takes: [],
  flags,
  async run(given) {
    /** The names that a flag lists. */
    const list = <Name extends string>(
      flag: keyof typeof flags,
      all: readonly Name[],
      usual: readonly Name[] = all,
    ): readonly Name[] => {
      const text = given.text(flag);
      if (text === undefined) return usual;
      const names = text.split(",").filter((name) => name !== "none");
      const wrong = names.find((name) => !(all as readonly string[]).includes(name));
      if (wrong === undefined) return names as Name[];
      throw new UsageError(`--${flag}: there is no ${wrong}, expected some of ${all.join(", ")}`);
    };
    const only = list("only", parts);
    const others = list("peers", Object.keys(peers) as Peer[]);
    const quick = given.on("quick");
    const known = Object.keys(presets) as Preset[];
    const models = list("presets", known, quick ? ["tiny"] : ["small", "gpt2-124M"]);
    const rounds = given.number("rounds") ?? 5;
    const threads = given.number("threads") ?? Math.min(availableParallelism(), mostThreads);

    const torch = only.includes("matmul") || only.includes("step") ? findTorch() : null;
    console.log(
      `${cpus()[0].model}, ${availableParallelism()} threads, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}`,
    );
    if (torch) console.log(torch.about);
    console.log(
      `Turns of each: ${rounds}, or fewer if it is slow; medians, with the smallest and the largest`,
    );
    const [B, T] = [given.number("B") ?? 4, given.number("T") ?? 64];
    const all: Bench = { threads, rounds, quick, torch, B, T, peak: await openPeak() };
    const [peak] = await takeTurns([all.peak], rounds);
    console.log(
      `Peak of one thread, multiply-add of four float32 in a bare loop: ${spread(peakRates(peak), 1)} GFLOP/s`,
    );
    if (only.includes("matmul")) await measureMatmul(all, others);
    if (only.includes("step")) for (const model of models) await measureStep(model, all);
    if (only.includes("profile")) await profileStep(models.at(-1) ?? "small", all);
    const folder = given.text("llmc");
    if (folder !== undefined) await measureLlmc(pathOf(folder), given.number("steps") ?? 3, all);
    return 0;
  },
};

await runCommand(bench);
