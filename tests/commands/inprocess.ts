// Runs a command in this process: many small calls would each wait for a Node to begin.

import { type Command, runCommand } from "../../src/commands/command.ts";

/** What run.ts's `run` gives. */
export async function call<Name extends string>(command: Command<Name>, ...args: string[]) {
  const written = { stdout: "", stderr: "" };
  const before = process.exitCode;
  const restore = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const { write } = stream;
    const listeners = stream.listeners("error");
    stream.write = (text: string | Uint8Array) => {
      written[name] += text;
      return true;
    };
    return () => {
      stream.write = write;
      for (const listener of stream.listeners("error")) {
        if (!listeners.includes(listener)) stream.off("error", listener as () => void);
      }
    };
  });
  const { log } = console;
  console.log = (line: string) => {
    written.stdout += `${line}\n`;
  };
  try {
    await runCommand(command, args);
    return { status: process.exitCode, ...written };
  } finally {
    for (const each of restore) each();
    console.log = log;
    process.exitCode = before;
  }
}
