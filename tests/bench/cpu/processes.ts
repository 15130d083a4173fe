// Contenders that are programs of their own.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";

const python = "python3";

/** Where Python has PyTorch: the command to start it; else null. */
export function findTorch(): string | null {
  for (const command of ["/usr/bin/python3", python]) {
    try {
      execFileSync(command, ["-c", "import torch"], { stdio: "ignore" });
      return command;
    } catch {}
  }
  return null;
}

export interface Torch {
  /** Runs once, and gives the seconds by PyTorch's own clock. */
  run(what: string): Promise<number>;
  close(): void;
}

export async function startTorch(
  command: string,
  kind: "matmul" | "step",
  sizes: readonly number[],
): Promise<Torch> {
  const script = join(import.meta.dirname, "with_torch.py");
  const child = spawn(command, [script, kind, ...sizes.map(String)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  if ((await lines.next()).value !== "ready") throw new Error(`${script} did not start`);
  return {
    async run(what) {
      child.stdin.write(`${what}\n`);
      return Number((await lines.next()).value);
    },
    close: () => child.kill(),
  };
}

/**
 * Starts a trainer and waits until it has printed a number of steps in llm.c's form, then ends it.
 *
 * @returns the loss and the seconds of each, as it says them
 */
export async function trainSteps(
  command: string,
  args: readonly string[],
  cwd: string,
  steps: number,
  env: Record<string, string> = {},
): Promise<{ loss: number; seconds: number }[]> {
  const child: ChildProcess = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const done: { loss: number; seconds: number }[] = [];
  if (!child.stdout) throw new Error("no output");
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /^step (\d+): train loss ([\d.]+) \(took ([\d.,]+) ms/.exec(
      stripVTControlCharacters(line),
    );
    if (!found) continue;
    done.push({ loss: Number(found[2]), seconds: Number(found[3].replaceAll(",", "")) / 1000 });
    if (done.length === steps) break;
  }
  if (child.exitCode === null) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  if (done.length < steps) throw new Error(`${command} ended after ${done.length} steps`);
  return done;
}
