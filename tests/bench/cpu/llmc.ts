// llm.c's own train_gpt2 and ours on its checkpoint and its token files, in turns.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Bench, root, title } from "./bench.ts";
import { type Step, trainSteps } from "./processes.ts";
import { labelOf, median, spread } from "./turns.ts";

// As train_gpt2 looks for them, from the folder in which it is started.
const program = "train_gpt2";
const checkpoint = "gpt2_124M.bin";
const tokens = (part: "train" | "val") => `dev/data/tinyshakespeare/tiny_shakespeare_${part}.bin`;

const rounds = 2; // each begins with a validation, which takes as long as several steps

/** @throws Error if a file is missing, or one of the two does not train */
export async function measureLlmc(
  folder: string,
  steps: number,
  { threads }: Bench,
): Promise<void> {
  for (const name of [program, checkpoint, tokens("train"), tokens("val")]) {
    if (!existsSync(join(folder, name)))
      throw new Error(`--llmc: there is no ${join(folder, name)}`);
  }
  const args = [
    join(root, "scripts/train.ts"),
    ...["--model", checkpoint, "--train", tokens("train"), "--val", tokens("val")],
    ...["--backend", "wasm", "--threads", `${threads}`],
  ];
  const env = { OMP_NUM_THREADS: `${threads}` };
  const theirs: Step[] = [];
  const ours: Step[] = [];
  for (let round = 0; round < rounds; round++) {
    theirs.push(...(await trainSteps(join(folder, program), [], folder, steps, env)));
    ours.push(...(await trainSteps(process.execPath, args, folder, steps)));
  }
  const onThreads = labelOf({ name: "in seconds", threads });
  title(`A step of llm.c's ${program} and of ours on its checkpoint and tokens, ${onThreads}`);
  // Of every run the first step is left out: it is the one that touches its memory for the first time.
  const secondsOf = (all: readonly Step[]) =>
    all.filter((_, i) => i % steps > 0).map(({ seconds }) => seconds);
  const [took, tookOurs] = [secondsOf(theirs), secondsOf(ours)];
  console.log(`    ${"llm.c".padEnd(30)} ${spread(took, 3)}`);
  console.log(`    ${"ours".padEnd(30)} ${spread(tookOurs, 3)}`);
  console.log(`    ours takes ${(median(tookOurs) / median(took)).toFixed(3)} of llm.c's time`);
  const apart = theirs.map(({ loss }, i) => Math.abs(loss - ours[i].loss));
  console.log(
    `    the losses of ${steps} steps differ by ${Math.max(...apart).toExponential(1)} at most`,
  );
}
