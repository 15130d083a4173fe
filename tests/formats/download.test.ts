// The download of the weights, from a server on this machine into files in a temporary folder, with everything that can
// go wrong on the way.

import { createHash } from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { blobSource } from "@llm.ts/kernels/formats/source.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SyncFile } from "../../src/training/syncfile.ts";
import { exportWeights, loadWeights } from "../../src/training/weights.ts";
import { type Address, gpt2Address, parsePointer } from "../../src/weights/address.ts";
import { type DownloadProgress, download, look } from "../../src/weights/download.ts";
import type { DownloadError } from "../../src/weights/error.ts";
import { discard, readNote, type Storage, sourceOf, writeNote } from "../../src/weights/storage.ts";

const config = { maxT: 64, V: 300, Vp: 384, L: 2, NH: 1, C: 64 };

/** A file of about 500 kB; another seed is another file of the same length. */
async function weights(seed: number): Promise<Buffer> {
  const model = createGPT2(createCpu(), config, { B: 1, T: 1, training: false });
  initialise(model, seed);
  const parts: Uint8Array[] = [];
  for await (const part of exportWeights(model)) parts.push(part);
  return Buffer.concat(parts);
}
const [file, other] = [await weights(1), await weights(2)];
const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** What a test makes of the server. Every request is noted. */
interface Behaviour {
  content: Buffer;
  etag?: string;
  pointer?: string | null; // null: there is none
  ranges?: boolean; // default true
  cut?: number; // breaks the connection after so many bytes of each answer
  stall?: boolean; // after the cut it goes silent in place of breaking off
  length?: boolean; // whether it tells the length; default true
  answer?: (request: IncomingMessage, response: ServerResponse) => boolean; // true: it has answered
}
let behaviour: Behaviour;
let requests: string[];
let address: Address;
let close: () => void;

let folder: string;
let storage: Storage;

beforeEach(async () => {
  behaviour = { content: file, etag: '"one"' };
  requests = [];
  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  address = { file: `${base}/file`, pointer: `${base}/pointer` };
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  folder = await mkdtemp(join(tmpdir(), "download-"));
  storage = openFiles();
});
afterEach(async () => {
  close();
  storage.close();
  await rm(folder, { recursive: true });
});

function serve(request: IncomingMessage, response: ServerResponse): void {
  const { content, etag, pointer, ranges = true, cut, stall, length = true, answer } = behaviour;
  const { range } = request.headers;
  requests.push(`${request.url}${range ? ` ${range}` : ""}`);
  if (answer?.(request, response)) return;
  if (request.url === "/pointer") {
    const text = `version https://git-lfs.github.com/spec/v1\noid sha256:${hash(content)}\nsize ${content.length}\n`;
    response.statusCode = pointer === null ? 404 : 200;
    response.end(pointer === undefined ? text : pointer);
    return;
  }
  const first = range && ranges ? Number(/^bytes=(\d+)-$/.exec(range)?.[1]) : 0;
  if (etag) response.setHeader("ETag", etag);
  if (first >= content.length) {
    response.writeHead(416).end();
    return;
  }
  if (length) response.setHeader("Content-Length", content.length - first);
  if (range && ranges) {
    response.statusCode = 206;
    response.setHeader("Content-Range", `bytes ${first}-${content.length - 1}/${content.length}`);
  }
  if (!length) response.write(content.subarray(first, first + 1)); // in pieces, so that Node tells no length
  if (cut === undefined) response.end(content.subarray(length ? first : first + 1));
  else response.write(content.subarray(first, first + cut), () => stall || response.destroy());
}

/** The storage in files of this machine. Opened again, it is what a page finds after it was closed. */
function openFiles(): Storage {
  const data = openFile(join(folder, "data"));
  const note = openFile(join(folder, "note"));
  return {
    data,
    note,
    room: async () => undefined,
    close() {
      data.close();
      note.close();
    },
  };
}

function openFile(path: string): SyncFile {
  const file = openSync(path, "a+"); // makes it if it is not there
  closeSync(file);
  const descriptor = openSync(path, "r+");
  return {
    getSize: () => fstatSync(descriptor).size,
    read: (into, { at }) => readSync(descriptor, into, 0, into.length, at),
    write: (bytes, { at }) => writeSync(descriptor, bytes, 0, bytes.length, at),
    truncate: (size) => ftruncateSync(descriptor, size),
    flush: () => fsyncSync(descriptor),
    close: () => closeSync(descriptor),
  };
}

function reopen(): void {
  storage.close();
  storage = openFiles();
}

function stored(): Uint8Array {
  const bytes = new Uint8Array(storage.data.getSize());
  storage.data.read(bytes, { at: 0 });
  return bytes;
}

/** The fault that a download must end with. */
async function failing(options = {}): Promise<DownloadError> {
  try {
    await download(storage, address, options);
  } catch (error) {
    return error as DownloadError;
  }
  throw new Error("the download did not fail");
}

const good = { bytes: file.length, sha256: hash(file), checked: "SHA-256" };

describe("a download", () => {
  test("brings the file, checked against the server's SHA-256, and tells how far it is", async () => {
    const told: DownloadProgress[] = [];
    const result = await download(storage, address, { onProgress: (report) => told.push(report) });
    expect(result).toEqual(good);
    expect(stored()).toEqual(new Uint8Array(file));
    expect(requests).toEqual(["/pointer", "/file"]);
    const last = told.findLast(({ phase }) => phase === "downloading");
    expect(last).toMatchObject({ done: file.length, total: file.length });
    expect(last?.bytesPerSecond).toBeGreaterThan(1000);
    expect(told.at(-1)).toMatchObject({
      phase: "checking",
      done: file.length,
      total: file.length,
    });
  });

  test("once it is there, no server is asked again, also after a restart", async () => {
    expect(look(storage)).toEqual({ state: "none" });
    await download(storage, address);
    reopen();
    expect(look(storage)).toEqual({ state: "whole", file: good });
    expect(await download(storage, address)).toEqual(good);
    expect(requests).toHaveLength(2);
    discard(storage);
    expect(look(storage)).toEqual({ state: "none" });
    expect(stored()).toHaveLength(0);
  });

  test("the model loads from the storage, and from a file that the reader dropped", async () => {
    await download(storage, address);
    const read = async (source: Parameters<typeof loadWeights>[1]) => {
      const model = createGPT2(createCpu(), config, { B: 1, T: 1, training: false });
      await loadWeights(model, source);
      return model.parameters;
    };
    const expected = createGPT2(createCpu(), config, { B: 1, T: 1, training: false });
    initialise(expected, 1);
    expect(await read(sourceOf(storage))).toEqual(expected.parameters);
    const dropped = new File([new Uint8Array(file)], "model.safetensors");
    expect(await read(blobSource(dropped))).toEqual(expected.parameters);
  });

  test.each([null, "<!doctype html>"])(
    "without a pointer (%s) it is checked by length and header, and says so",
    async (pointer) => {
      behaviour.pointer = pointer;
      expect(await download(storage, address)).toEqual({ ...good, checked: "structure" });
    },
  );

  test("a server that tells neither length nor ETag nor SHA-256 will do", async () => {
    behaviour = { content: file, pointer: null, length: false };
    expect(await download(storage, address)).toEqual({ ...good, checked: "structure" });
  });
});

describe("an interrupted download", () => {
  // Anywhere: in the length of the header, in the header, in the data, before the last byte.
  const places = [1, 7, 8, 500, 4000, ...[1, 2, 3, 4].map((i) => (i * 99_991) % file.length)];

  test.each([...places, file.length - 1])("after %i bytes goes on from there", async (cut) => {
    behaviour.cut = cut;
    const error = await failing();
    expect(error.trouble).toBe("network");
    expect(error.message).toMatch(/^The connection broke off after \d+\.\d MB of 0\.\d MB\. They/);
    const [{ length }, kept] = [stored(), look(storage)];
    expect(length).toBeLessThanOrEqual(cut);
    expect(kept).toEqual(
      length === 0 ? { state: "none" } : { state: "part", done: length, total: file.length },
    );
    reopen();
    behaviour.cut = undefined;
    expect(await download(storage, address)).toEqual(good);
    expect(requests.slice(2)).toEqual([
      "/pointer",
      length === 0 ? "/file" : `/file bytes=${length}-`,
    ]);
  });

  test("ten times over, comes to the same file", async () => {
    behaviour.cut = Math.ceil(file.length / 10);
    for (let i = 0; i < 12 && look(storage).state !== "whole"; i++) {
      await download(storage, address).catch(({ trouble }) => expect(trouble).toBe("network"));
      reopen();
    }
    expect(look(storage)).toEqual({ state: "whole", file: good });
    expect(stored()).toEqual(new Uint8Array(file));
  });

  test("starts over where the server knows no ranges", async () => {
    await interrupt(100_000);
    behaviour.ranges = false;
    expect(await download(storage, address)).toEqual(good);
    expect(stored()).toEqual(new Uint8Array(file));
  });

  test("starts over where the file has changed: by its SHA-256", async () => {
    await interrupt(100_000);
    behaviour.content = other;
    const result = await download(storage, address);
    expect(result).toEqual({ ...good, sha256: hash(other) });
    expect(requests.slice(2)).toEqual(["/pointer", "/file"]);
  });

  test.each<[string, Partial<Behaviour>]>([
    ["ETag", { content: other, etag: '"two"' }],
    ["length", { content: Buffer.concat([file, file]), etag: undefined }],
    ["length, shorter than what is there", { content: file.subarray(0, 50_000), etag: '"two"' }],
  ])("starts over where the file has changed: by its %s", async (_, change) => {
    behaviour.pointer = null;
    await interrupt(100_000);
    Object.assign(behaviour, change);
    if (behaviour.content === other) {
      expect(await download(storage, address)).toEqual({
        bytes: other.length,
        sha256: hash(other),
        checked: "structure",
      });
    } else {
      expect((await failing()).trouble).toBe("damaged"); // it is no GPT-2, but it was fetched whole
    }
    expect(requests.slice(-2)).toEqual(["/file bytes=100000-", "/file"]);
  });

  test("goes on where the ETag is that of another server, but the SHA-256 is the same", async () => {
    await interrupt(100_000);
    behaviour.etag = '"two"';
    expect(await download(storage, address)).toEqual(good);
    expect(requests.at(-1)).toBe("/file bytes=100000-");
  });

  test("starts over where the server answers with another part than was asked for", async () => {
    await interrupt(100_000);
    behaviour.answer = ({ headers }, response) => {
      if (!headers.range) return false;
      response.setHeader("Content-Range", `bytes 0-${file.length - 1}/${file.length}`);
      response.writeHead(206, { ETag: '"one"' }).end(file);
      return true;
    };
    expect(await download(storage, address)).toEqual(good);
    expect(stored()).toEqual(new Uint8Array(file));
  });

  test("starts over where the address is another", async () => {
    await interrupt(100_000);
    address = { file: address.file.replace("/file", "/elsewhere") };
    await download(storage, address);
    expect(requests.at(-1)).toBe("/elsewhere");
    expect(stored()).toEqual(new Uint8Array(file));
  });

  test("starts over where the note was lost or torn", async () => {
    await interrupt(100_000);
    storage.note.truncate(20);
    expect(look(storage)).toEqual({ state: "none" });
    expect(await download(storage, address)).toEqual(good);
    expect(requests.at(-1)).toBe("/file");
  });

  test("that had come whole but was not checked is checked without fetching it again", async () => {
    await interrupt(file.length - 1);
    const rest = new Uint8Array(file.subarray(stored().length));
    storage.data.write(rest, { at: stored().length });
    expect(await download(storage, address)).toEqual(good);
    expect(requests.slice(2)).toEqual(["/pointer"]);
  });

  /** Leaves exactly so many bytes in the storage. */
  async function interrupt(bytes: number): Promise<void> {
    behaviour.cut = file.length - 1;
    expect((await failing()).trouble).toBe("network");
    behaviour.cut = undefined;
    storage.data.truncate(0);
    storage.data.write(new Uint8Array(file.subarray(0, bytes)), { at: 0 });
    reopen();
  }
});

describe("what cannot be downloaded is said in a sentence", () => {
  test.each([
    [404, "refused", "did not give the file (404 Not Found). It may have moved."],
    [403, "refused", "did not give the file (403 Forbidden)."],
    [429, "refused", "It is busy or out of order. Wait a while, then download again."],
    [503, "refused", "did not give the file (503 Service Unavailable). It is busy"],
  ])("status %i", async (status, trouble, message) => {
    behaviour.answer = (_, response) => Boolean(response.writeHead(status).end("no"));
    const error = await failing();
    expect(error.trouble).toBe(trouble);
    expect(error.message).toContain(message);
  });

  test("a refusal leaves what has come", async () => {
    behaviour.cut = 200_000;
    await failing();
    const kept = look(storage);
    expect(kept.state).toBe("part");
    behaviour.answer = (_, response) => Boolean(response.writeHead(503).end());
    await failing();
    behaviour.answer = (_, response) =>
      Boolean(response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>Sign in</h1>"));
    expect((await failing()).message).toContain("answered with a web page in place of the file");
    close();
    const error = await failing();
    expect(error.trouble).toBe("network");
    expect(error.message).toMatch(/^127\.0\.0\.1:\d+ could not be reached\. Check the connection/);
    expect(look(storage)).toEqual(kept);
  });

  test("a length that is not the pointer's", async () => {
    behaviour.pointer = `oid sha256:${hash(file)}\nsize ${file.length + 1}\n`;
    const error = await failing();
    expect(error.trouble).toBe("refused");
    expect(error.message).toContain(
      `offers ${file.length} bytes, but says that the file has ${file.length + 1}`,
    );
  });

  test.each([
    [file.length + 1, "network", "The connection broke off after"],
    [file.length - 1, "damaged", `more bytes came than the ${file.length - 1}`],
  ])("%i bytes in the pointer, and no length told", async (bytes, trouble, message) => {
    behaviour.length = false;
    behaviour.pointer = `oid sha256:${hash(file)}\nsize ${bytes}\n`;
    const error = await failing();
    expect(error.trouble).toBe(trouble);
    expect(error.message).toContain(message);
  });

  test("a server that does not answer", async () => {
    behaviour.answer = () => true;
    const error = await failing({ patience: 200 });
    expect(error.trouble).toBe("network");
    expect(error.message).toContain("could not be reached");
  });

  test("a server that goes silent", async () => {
    Object.assign(behaviour, { cut: 200_000, stall: true });
    const error = await failing({ patience: 200 });
    expect(error.trouble).toBe("network");
    expect(error.message).toContain("The connection broke off after 0.2 MB of");
    expect(look(storage)).toMatchObject({ state: "part", done: 200_000 });
  });

  test.each<[string, (bytes: Buffer) => void, string]>([
    ["its header", (bytes) => bytes.fill(0xff, 0, 8), "more than the format allows"],
    ["a name in its header", (bytes) => bytes.write("wxe", bytes.indexOf("wte")), "wxe.weight"],
    ["one bit of its data", (bytes) => (bytes[300_000] ^= 4), "its SHA-256 is"],
  ])(
    "a file damaged in %s is thrown away, and can be fetched again",
    async (_, damage, message) => {
      const bytes = Buffer.from(file);
      damage(bytes);
      behaviour.pointer = `oid sha256:${hash(file)}\nsize ${file.length}\n`;
      behaviour.content = bytes;
      const error = await failing();
      expect(error.trouble).toBe("damaged");
      expect(error.message).toContain(message);
      expect(error.message).toContain("It was thrown away: download it again.");
      expect(look(storage)).toEqual({ state: "none" });
      behaviour.content = file;
      expect(await download(storage, address)).toEqual(good);
    },
  );

  test("too little room, known before", async () => {
    storage = { ...storage, room: async () => 100_000 };
    const error = await failing();
    expect(error.trouble).toBe("full");
    expect(error.message).toContain("but the browser has room for 0.1 MB.");
    expect(look(storage)).toEqual({ state: "none" });
  });

  test.each(["throws", "takes less"])("a disk that is full on the way, and %s", async (how) => {
    const { data } = storage;
    const write: SyncFile["write"] = (bytes, { at }) => {
      if (at + bytes.length <= 250_000) return data.write(bytes, { at });
      if (how === "throws") throw new DOMException("no space", "QuotaExceededError");
      return data.write(bytes.subarray(0, 10), { at });
    };
    const whole = storage;
    storage = { ...whole, data: { ...data, write } };
    const error = await failing();
    expect(error.trouble).toBe("full");
    expect(error.message).toMatch(/^0\.\d MB of 0\.\d MB are stored, and the rest does not go in/);
    storage = whole; // there is room again
    expect(look(storage).state).toBe("part");
    expect(await download(storage, address)).toEqual(good);
    expect(requests.at(-1)).toMatch(/^\/file bytes=\d+-$/);
  });

  test("a note that cannot be written", async () => {
    const write = () => 0;
    storage = { ...storage, note: { ...storage.note, write } };
    const error = await failing();
    expect(error.trouble).toBe("full");
    expect(error.message).toContain("The browser's storage takes nothing in");
  });
});

describe("a reader who stops it", () => {
  test("gets the signal's reason, and what has come is kept", async () => {
    Object.assign(behaviour, { cut: 200_000, stall: true });
    const controller = new AbortController();
    const stop = setTimeout(() => controller.abort(), 300);
    const error = await failing({ signal: controller.signal });
    clearTimeout(stop);
    expect(error.name).toBe("AbortError");
    expect(look(storage)).toMatchObject({ state: "part", done: 200_000 });
    behaviour.cut = undefined;
    expect(await download(storage, address)).toEqual(good);
  });

  test("before it began, or while it is checked, is heard as well", async () => {
    expect((await failing({ signal: AbortSignal.abort() })).name).toBe("AbortError");
    expect(requests).toEqual([]);
    const controller = new AbortController();
    const onProgress = ({ phase }: DownloadProgress) => phase === "checking" && controller.abort();
    const error = await failing({ signal: controller.signal, onProgress });
    expect(error.name).toBe("AbortError");
    expect(look(storage)).toMatchObject({ state: "part", done: file.length });
    expect(await download(storage, address)).toEqual(good);
    expect(requests.filter((request) => request.startsWith("/file"))).toHaveLength(1);
  });
});

test("a note takes the place of a longer one whole", () => {
  const note = { url: "a", etag: "long".repeat(99), bytes: 1, sha256: null, checked: null };
  writeNote(storage, note);
  writeNote(storage, { ...note, etag: null });
  expect(readNote(storage)).toEqual({ ...note, etag: null });
});

test("the canonical address, and the pointer that stands there", () => {
  expect(gpt2Address.file).toBe(
    "https://huggingface.co/openai-community/gpt2/resolve/main/model.safetensors",
  );
  expect(
    parsePointer(
      `version https://git-lfs.github.com/spec/v1\noid sha256:${hash(file)}\nsize 548105171\n`,
    ),
  ).toEqual({ sha256: hash(file), bytes: 548_105_171 });
  expect(parsePointer("oid sha256:12\nsize 5")).toBeUndefined();
});
