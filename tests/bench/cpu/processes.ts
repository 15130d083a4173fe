// Contenders that are programs of their own.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";

const script = join(import.meta.dirname, "with_torch.py");

export interface Python {
  readonly command: string;
  readonly about: string; // PyTorch's version, and what it multiplies with
}

/** Where Python has PyTorch; else null. */
export function findTorch(): Python | null {
  for (const command of ["/usr/bin/python3", "python3"]) {
    try {
      const about = execFileSync(command, [script, "about"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      return { command, about: about.trim() };
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
  { command }: Python,
  kind: "matmul" | "step",
  sizes: readonly number[],
): Promise<Torch> {
  const child = spawn(command, [script, kind, ...sizes.map(String)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`PyTorch ended before it was done: ${[kind, ...sizes].join(" ")}`);
    return value;
  };
  await next(); // is ready
  return {
    async run(what) {
      child.stdin.write(`${what}\n`);
      return Number(await next());
    },
    close: () => child.kill(),
  };
}

/** What a trainer says of a step. */
export interface Step {
  readonly loss: number;
  readonly seconds: number;
}

const example = "step 0: train loss 5.356189 (took 11912.123000 ms)";
const stepLine = /^step \d+: train loss (\S+) \(took ([\d.,]+) ms/;

/**
 * Starts a trainer, waits until it has printed a number of steps in llm.c's form, and ends it.
 *
 * @throws Error if it cannot be started, or ends before, or a loss is no number
 */
export async function trainSteps(
  command: string,
  args: readonly string[],
  cwd: string,
  steps: number,
  env: Record<string, string> = {},
): Promise<Step[]> {
  const name = basename(args[0] ?? command);
  const [first, ...rest] = [...lineByLine(), command, ...args];
  const child = spawn(first, rest, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit"); // asked for at once, since it may end before all its lines are read
  ended.catch(() => {}); // and told below
  const done: Step[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const found = stepLine.exec(stripVTControlCharacters(line));
    if (!found) continue;
    const loss = Number(found[1]);
    if (!Number.isFinite(loss)) {
      child.kill("SIGKILL");
      throw new Error(`${name} gives ${found[1]} for the loss of step ${done.length}`);
    }
    done.push({ loss, seconds: Number(found[2].replaceAll(",", "")) / 1000 });
    if (done.length < steps) continue;
    child.kill("SIGKILL");
    break;
  }
  const [status, signal] = await ended.catch((error: Error) => {
    throw new Error(`${name} cannot be started: ${error.message}`);
  });
  if (done.length === steps) return done;
  const how = signal ? `by ${signal}` : `with exit status ${status}`;
  const form = done.length === 0 ? `, and printed no line such as "${example}"` : "";
  throw new Error(`${name} ended ${how} after ${done.length} of ${steps} steps${form}`);
}

/** What makes a C program print a line when it is done, as on a terminal, and not when it has some kilobytes of them. */
function lineByLine(): string[] {
  return existsSync("/usr/bin/stdbuf") ? ["/usr/bin/stdbuf", "-oL"] : [];
}
