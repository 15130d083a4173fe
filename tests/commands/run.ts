// Runs a command as a process of its own, as npm does.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const odd = (name: string) => `${root}tests/commands/odd/${name}`;

/** Runs scripts/NAME.ts to its end. */
export function run(
  name: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
) {
  const script = `${root}scripts/${name}.ts`;
  const result = spawnSync(process.execPath, [script, ...args], { encoding: "utf8", ...options });
  const { status, stdout, stderr } = result;
  return { status, stdout, stderr };
}
