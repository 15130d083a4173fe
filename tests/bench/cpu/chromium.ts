// The WebAssembly tier in Chromium, and others of its kind beside it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { bundle, modules, openBrowser } from "../browser.ts";
import { built } from "./bench.ts";
import type { Layer } from "./layer.ts";
import type {} from "./page.ts"; // what it adds to its window
import { type Contender, labelOf } from "./turns.ts";

/** The others: their scripts in ../peers, and what they are called. */
export const peers = {
  jax: { script: "jax", name: "jax-js" },
  tfjs: { script: "tfjs-wasm", name: "tfjs" },
} as const;

export type Peer = keyof typeof peers;

export const inChromium = (name: string) => `${name} in Chromium`;

const ours = { script: null, name: "ours" };

const scripts = ["cpu/page.ts", "../../kernels/runtime/wasm/thread.web.ts"];
const tfjs = join(modules, "@tensorflow/tfjs-backend-wasm/dist"); // it fetches modules of its own

/**
 * Opens a page for each number of threads, since some are loaded for one. What does not run is said, and left out.
 *
 * @throws Error if there is no Chromium, or npm cannot install the others
 */
export async function openChromium(others: readonly Peer[], counts: readonly number[]) {
  const outdir = await mkdtemp(join(tmpdir(), "bench-"));
  const theirs = others.map((peer) => `peers/${peers[peer].script}.js`);
  await bundle([...scripts, ...theirs], outdir);
  const { newPage, close } = await openBrowser([outdir, built, tfjs]);
  const entrants: { name: string; threads: number; page: Page }[] = [];
  for (const threads of counts) {
    const page = await newPage();
    await page.addScriptTag({ url: "/page.js", type: "module" });
    for (const each of [ours, ...others.map((peer) => peers[peer])]) {
      const entrant = { name: inChromium(each.name), threads, page };
      try {
        const entry = [entrant.name, each.script, threads] as const;
        await page.evaluate((entry) => window.enter(...entry), entry);
        entrants.push(entrant);
      } catch (error) {
        console.log(`  ${labelOf(entrant)}: takes no part: ${firstLine(error)}`);
      }
    }
  }

  return {
    /** Those that compute a layer as ours does, ready to take turns. */
    async prepare(layer: Layer): Promise<Contender[]> {
      const contenders: Contender[] = [];
      for (const { name, threads, page } of entrants) {
        try {
          await page.evaluate((args) => window.prepare(...args), [name, layer] as const);
          const run = () => page.evaluate((name) => window.run(name), name);
          contenders.push({ name, threads, run });
        } catch (error) {
          console.log(`  ${labelOf({ name, threads })}: is left out: ${firstLine(error)}`);
        }
      }
      return contenders;
    },
    /** Ends with a layer, before the next. */
    async clear(): Promise<void> {
      for (const { page } of entrants) await page.evaluate(() => window.clear());
    },
    async close(): Promise<void> {
      await close();
      await rm(outdir, { recursive: true });
    },
  };
}

export type Chromium = Awaited<ReturnType<typeof openChromium>>;

const firstLine = (error: unknown) => (error as Error).message.split("\n")[0];
