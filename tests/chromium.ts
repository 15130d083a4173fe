// Finds a Chromium that the tests can drive: the system's, else the one that the npm package @sparticuz/chromium carries.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import type { LaunchOptions } from "playwright-core";

const systemPaths = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

// No sandbox, so that it starts as root in a container; no background requests, so that it stays on this machine.
// SwiftShader is WebGPU computed by the processor: correct on every machine, slow on all of them.
const flags = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
];

/**
 * Launch options for playwright-core.
 *
 * The environment variable CHROMIUM names a browser to use in place of those looked for; `CHROMIUM=packaged` asks for
 * the one from npm.
 *
 * @throws Error if the machine has no Chromium and the packaged one does not run on its system
 */
export async function findChromium(): Promise<LaunchOptions> {
  const named = process.env.CHROMIUM;
  if (named === "packaged") return unpackChromium();
  if (named && !existsSync(named)) throw new Error(`CHROMIUM names ${named}, which does not exist`);
  const executablePath = named ?? systemPaths.find((path) => existsSync(path));
  if (executablePath) return { executablePath, args: flags };
  if (process.platform === "linux" && process.arch === "x64") return unpackChromium();
  throw new Error(
    "no Chromium found: install Chrome or Chromium, or name one in the environment variable CHROMIUM",
  );
}

/** Unpacks the packaged Chromium, and the system libraries that it carries, into node_modules/.cache, once. */
async function unpackChromium(): Promise<LaunchOptions> {
  const archives = fileURLToPath(new URL("../bin", import.meta.resolve("@sparticuz/chromium")));
  const folder = join(dirname(archives), "..", "..", ".cache", "chromium");
  const executablePath = join(folder, "chromium");
  if (!existsSync(executablePath)) {
    const unfinished = `${folder}.${process.pid}`;
    await mkdir(unfinished, { recursive: true });
    await writeFile(
      join(unfinished, "chromium"),
      brotliDecompressSync(await readFile(join(archives, "chromium.br"))),
      { mode: 0o755 },
    );
    for (const name of ["al2023", "swiftshader", "fonts"]) {
      const tar = brotliDecompressSync(await readFile(join(archives, `${name}.tar.br`)));
      execFileSync("tar", ["-x", "-C", unfinished], { input: tar });
    }
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  }
  return {
    executablePath,
    args: flags,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [join(folder, "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
      FONTCONFIG_PATH: join(folder, "fonts"),
    },
  };
}
