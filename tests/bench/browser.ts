// A page in Chromium for a benchmark, with what it compares with: dependencies of the benchmarks alone, listed in the
// package.json beside this file, which is no workspace of the project, and installed when they are first needed.

import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { chromium, type LaunchOptions } from "playwright-core";
import { findChromium } from "../chromium.ts";

const folder = import.meta.dirname;
export const modules = join(folder, "node_modules");

/** Installs what is compared with, unless it is there as the lock file has it. */
function install(): void {
  const installed = join(modules, ".package-lock.json"); // written by npm when all else is there
  const wanted = join(folder, "package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return;
  console.log("installing what is compared with, once, into tests/bench/node_modules");
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
}

/** Bundles each of some scripts by itself, so that one that does not load stops nobody else. @throws Error if npm cannot install */
export async function bundle(scripts: readonly string[], outdir: string): Promise<void> {
  install();
  const esbuild = "esbuild"; // of this folder's package.json, so that types are not looked for
  const { build } = await import(esbuild);
  await build({
    entryPoints: scripts.map((script) => join(folder, script)),
    bundle: true,
    format: "esm",
    outdir,
    entryNames: "[name]",
    logLevel: "error",
    plugins: [rawFiles],
  });
}

/** Imports that end in ?raw give a file's text, as they do in Vite. */
const rawFiles = {
  name: "raw files",
  // biome-ignore lint/suspicious/noExplicitAny: esbuild's types are not installed with the project
  setup(build: any) {
    build.onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }: Record<string, string>) => ({
      path: resolve(resolveDir, path.slice(0, -"?raw".length)),
      namespace: "raw",
    }));
    build.onLoad({ filter: /.*/, namespace: "raw" }, async ({ path }: { path: string }) => ({
      contents: await readFile(path, "utf8"),
      loader: "text",
    }));
  },
};

/** Starts Chromium. Its pages are empty, and are served the files of some folders: the first that has a file gives it. */
export async function openBrowser(
  folders: readonly string[],
  adapt: (launch: LaunchOptions) => LaunchOptions = (launch) => launch,
) {
  const { origin, stop } = await serve(folders);
  const browser = await chromium.launch(adapt(await findChromium()));
  return {
    async newPage() {
      const page = await browser.newPage();
      page.on("console", (message) => {
        const matters = ["error", "warning"].includes(message.type());
        if (matters) console.log(`browser: ${message.text()}`);
      });
      page.on("pageerror", ({ message }) => console.log(`error: ${message}`));
      await page.goto(origin);
      return page;
    },
    async close() {
      await browser.close();
      stop();
    },
  };
}

const empty = `<!doctype html><title>benchmark</title><link rel="icon" href="data:,">`;
const types: Record<string, string> = { ".js": "text/javascript", ".wasm": "application/wasm" };

/** Serves on this machine, where WebGPU is allowed, and so that memory may be shared with workers. */
async function serve(folders: readonly string[]) {
  const server = createServer(async ({ url = "/" }, response) => {
    const headers = {
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    };
    const { pathname } = new URL(url, "http://localhost");
    // A bundle still asks for the script of its workers by the name of what that was bundled from.
    const name = pathname.replace(/\.ts$/, ".js");
    const body = name === "/" ? empty : await find(name, folders);
    const type = types[extname(name)] ?? "text/html";
    response.writeHead(body === null ? 404 : 200, { ...headers, "Content-Type": type }).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

async function find(name: string, folders: readonly string[]): Promise<Buffer | null> {
  const path = folders.map((each) => join(each, name)).find((each) => existsSync(each));
  return path === undefined ? null : readFile(path);
}
