// Runs before the tests: installs llama.cpp into this folder, once. It is no dependency of the project: with the binaries
// that it offers for every GPU it would take 725 MB. The one for this machine's processor takes 85 MB with all that it needs,
// comes from npm whole, and fetches nothing when it is installed or run.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = import.meta.dirname;
const binaries: Record<string, string> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-arm64": "mac-arm64-metal",
  "darwin-x64": "mac-x64",
  "win32-x64": "win-x64",
  "win32-arm64": "win-arm64",
};

export default function setup(): void {
  const platform = `${process.platform}-${process.arch}`;
  const binary = binaries[platform];
  if (!binary) {
    throw new Error(
      `npm run test:llamacpp: npm has no llama.cpp for ${platform}: run it elsewhere`,
    );
  }
  const name = `@node-llama-cpp/${binary}`;
  if (existsSync(join(folder, "node_modules", name))) return;
  console.log("installing llama.cpp, once, into tests/llamacpp/node_modules");
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const version = dependencies["node-llama-cpp"];
  execFileSync(
    "npm",
    [
      ...["install", "--no-save", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"],
      `${name}@${version}`,
    ],
    { cwd: folder, stdio: "inherit", shell: process.platform === "win32" },
  );
}
