// Finds a Chromium that the tests can drive: the one that the npm package @sparticuz/chromium carries, where it runs, else the
// system's. It has no windows, so it opens a page in half the time, and it is the same on every machine.

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
// SwiftShader is WebGPU computed by the processor: correct on every machine, slow on all of them. It compiles a shader that has workgroup
// memory several times as fast where that is not zeroed first, which no kernel relies on; tests/dawn leaves it as it is.
// With the one or two threads that Chromium 153 and 156 take to draw tiles on two cores, a page at times gets no further frame, for
// ever: its compositor's trace then shows a pending tree whose tiles are all drawn, and whose last task nobody runs. On a busy
// machine that was one opening in ten of a certain lesson, more with one thread, and none of 73 with four.
const flags = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--num-raster-threads=4",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-dawn-features=disable_workgroup_init",
  "--enable-features=Vulkan",
];

/**
 * Launch options for playwright-core.
 *
 * The environment variable CHROMIUM is the path of another browser to use.
 *
 * @throws Error if CHROMIUM does not exist, or if the packaged browser does not run on this system and there is no other
 */
export async function findChromium(): Promise<LaunchOptions> {
  const named = process.env.CHROMIUM;
  if (named && !existsSync(named)) throw new Error(`CHROMIUM names ${named}, which does not exist`);
  if (named) return { executablePath: named, args: flags };
  if (process.platform === "linux" && process.arch === "x64") {
    const options = await unpackChromium();
    if (runs(options)) return options;
  }
  const executablePath = systemPaths.find((path) => existsSync(path));
  if (executablePath) return { executablePath, args: flags };
  throw new Error(
    "no Chromium found: install Chrome or Chromium, or name one in the environment variable CHROMIUM",
  );
}

/** Whether a program starts on this system. */
function runs({ executablePath = "", env }: LaunchOptions): boolean {
  try {
    execFileSync(executablePath, ["--version"], { env: env as NodeJS.ProcessEnv, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
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
