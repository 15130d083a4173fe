// Downloads weights into a storage. What has come stays there whatever happens, and the next call goes on from it.
//
// A download goes on only if the file is still the same one: its SHA-256 and its length, or else its ETag, whichever the
// server tells, must be what the note says. They are compared here, after the answer has come. The header If-Range, made for
// that, would have the browser ask every server on the way for leave first, which the servers of Hugging Face's files need
// not give.

import { openHuggingFace } from "@llm.ts/kernels/formats/huggingface.ts";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { type Address, type Pointer, parsePointer } from "./address.ts";
import { DownloadError } from "./error.ts";
import { discard, type Note, readNote, type Storage, sourceOf, writeNote } from "./storage.ts";

export interface DownloadOptions {
  /** Stops the download. What has come is kept. */
  readonly signal?: AbortSignal;
  /** Told a few times a second. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Milliseconds without an answer, or a byte of it, after which the connection is given up. Default 30,000. */
  readonly patience?: number;
}

export interface DownloadProgress {
  readonly phase: "downloading" | "checking";
  readonly done: number; // bytes, those of earlier calls included
  readonly total: number | undefined; // bytes; undefined where the server does not say
  readonly bytesPerSecond: number; // over the last few seconds
}

/** A file that was downloaded whole and checked. */
export interface Downloaded {
  readonly bytes: number;
  readonly sha256: string;
  /** Against the server's SHA-256; or, where it tells none, by length and header alone. */
  readonly checked: "SHA-256" | "structure";
}

// No cookies; and no copy in the browser's cache besides the one in the storage.
const requestSettings = { credentials: "omit", cache: "no-store" } as const;
const bytesAtOnce = 1 << 22;
const defaultPatience = 30_000;

/** What is in the storage. */
export type Kept =
  | { readonly state: "none" }
  | { readonly state: "part"; readonly done: number; readonly total: number | undefined }
  | { readonly state: "whole"; readonly file: Downloaded };

/** What is in the storage, without asking any server. */
export function look(storage: Storage): Kept {
  const note = readNote(storage);
  const done = storage.data.getSize();
  if (!note || done === 0) return { state: "none" };
  const file = downloadedOf(storage, note);
  return file ? { state: "whole", file } : { state: "part", done, total: note.bytes ?? undefined };
}

/**
 * Downloads the file, or the rest of it, and checks it. If it is there already, no server is asked.
 *
 * @throws DownloadError with a sentence for the reader; or the signal's reason, if it is aborted
 */
export async function download(
  storage: Storage,
  address: Address,
  options: DownloadOptions = {},
): Promise<Downloaded> {
  const kept = readNote(storage);
  const whole = kept?.url === address.file && downloadedOf(storage, kept);
  if (whole) return whole;
  try {
    options.signal?.throwIfAborted();
    const { response, note } = await request(storage, address, options);
    if (response) await receive(storage, note, response, options);
    return await check(storage, note, options);
  } catch (error) {
    options.signal?.throwIfAborted(); // whatever it looked like, it was the reader who stopped it
    throw error;
  }
}

function downloadedOf({ data }: Storage, { bytes, sha256, checked }: Note): Downloaded | undefined {
  if (!checked || bytes === null || sha256 === null || data.getSize() !== bytes) return undefined;
  return { bytes, sha256, checked };
}

/** The answer with the missing bytes, and what it is a part of. No answer if no byte is missing. */
interface Answer {
  readonly response: Response | undefined;
  readonly note: Note;
}

/** Asks for the bytes that are missing. Whatever in the storage is not the beginning of the file is thrown away. */
async function request(
  storage: Storage,
  address: Address,
  options: DownloadOptions,
): Promise<Answer> {
  const pointer = await fetchPointer(address, options);
  const kept = keptPart(storage, address, pointer);
  if (!kept) return begin(storage, address, pointer, options);

  const done = storage.data.getSize();
  if (done === kept.bytes) return { response: undefined, note: kept };
  const response = await ask(address.file, { Range: `bytes=${done}-` }, options);
  if (response.status === 206 && continues(response, kept, done, pointer)) {
    await checkRoom(storage, kept.bytes === null ? null : kept.bytes - done);
    keep(storage, kept);
    return { response, note: kept };
  }
  await response.body?.cancel();
  // 206 or 416: the file has changed. 200: it has changed, or the server knows no ranges.
  if (![200, 206, 416].includes(response.status)) throw refusal(response);
  return begin(storage, address, pointer, options);
}

/** The note of the beginning that is kept, with what the server says added; undefined if there is none of use. */
function keptPart(
  storage: Storage,
  { file }: Address,
  pointer: Pointer | undefined,
): Note | undefined {
  const note = readNote(storage);
  const done = storage.data.getSize();
  if (!note || note.url !== file || done === 0) return undefined;
  const sha256 = note.sha256 ?? pointer?.sha256 ?? null;
  const bytes = note.bytes ?? pointer?.bytes ?? null;
  if (pointer && (pointer.sha256 !== sha256 || pointer.bytes !== bytes)) return undefined;
  return done > (bytes ?? Infinity) ? undefined : { ...note, sha256, bytes, checked: null };
}

/** Asks for the whole file, and makes room for it. What was kept goes only once the answer is right. */
async function begin(
  storage: Storage,
  address: Address,
  pointer: Pointer | undefined,
  options: DownloadOptions,
): Promise<Answer> {
  const response = await ask(address.file, {}, options);
  try {
    if (response.status !== 200) throw refusal(response);
    const bytes = expectedLength(response, pointer);
    discard(storage);
    await checkRoom(storage, bytes);
    const etag = response.headers.get("ETag");
    const sha256 = pointer?.sha256 ?? null;
    const note = { url: address.file, etag, bytes, sha256, checked: null };
    keep(storage, note);
    return { response, note };
  } catch (error) {
    await response.body?.cancel();
    throw error;
  }
}

/** The pointer, or undefined where there is none: then there is no SHA-256 to compare with, which the result says. */
async function fetchPointer(
  { pointer }: Address,
  options: DownloadOptions,
): Promise<Pointer | undefined> {
  if (pointer === undefined) return undefined;
  try {
    const response = await get(pointer, {}, options);
    if (response.ok) return parsePointer(await response.text());
    await response.body?.cancel();
  } catch {
    options.signal?.throwIfAborted();
  }
  return undefined;
}

async function ask(url: string, headers: Record<string, string>, options: DownloadOptions) {
  try {
    return await get(url, headers, options);
  } catch (cause) {
    throw new DownloadError(
      "network",
      `${new URL(url).host} could not be reached. Check the connection, then download again. What has come so far is kept.`,
      { cause },
    );
  }
}

/** The beginning of an answer, or an error if it does not come in time. */
async function get(
  url: string,
  headers: Record<string, string>,
  { signal, patience = defaultPatience }: DownloadOptions,
): Promise<Response> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), patience);
  const signals = signal ? [signal, silence.signal] : [silence.signal];
  try {
    return await fetch(url, { headers, signal: AbortSignal.any(signals), ...requestSettings });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether an answer is the rest of the very file of which `done` bytes are there. Where there is a pointer, its SHA-256 has
 * said so already, and the ETag may differ: it can be another for each of the servers that hold the file.
 */
function continues(
  { headers }: Response,
  { etag, bytes }: Note,
  done: number,
  pointer: Pointer | undefined,
): boolean {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("Content-Range") ?? "");
  const [, first, total] = range ?? [];
  const newer = headers.get("ETag");
  return (
    (first === undefined || Number(first) === done) &&
    (total === undefined || total === "*" || bytes === null || Number(total) === bytes) &&
    (pointer !== undefined || newer === null || etag === null || newer === etag)
  );
}

/** The length of the file, null where nobody tells. @throws DownloadError if this cannot be the file */
function expectedLength(response: Response, pointer: Pointer | undefined): number | null {
  const { headers, url } = response;
  if (headers.get("Content-Type")?.startsWith("text/html")) {
    throw new DownloadError(
      "refused",
      `${new URL(url).host} answered with a web page in place of the file. If this network asks you to sign in first, do so, then download again. What has come so far is kept.`,
    );
  }
  const length = headers.get("Content-Length");
  // The length of a compressed answer says nothing of the file's.
  const told = length === null || headers.has("Content-Encoding") ? null : Number(length);
  if (pointer && told !== null && told !== pointer.bytes) {
    throw new DownloadError(
      "refused",
      `${new URL(url).host} offers ${told} bytes, but says that the file has ${pointer.bytes}. Wait a while, then download again. What has come so far is kept.`,
    );
  }
  return pointer?.bytes ?? told;
}

async function checkRoom(storage: Storage, bytes: number | null): Promise<void> {
  const room = await storage.room();
  if (room === undefined || bytes === null || room >= bytes) return;
  throw new DownloadError(
    "full",
    `The download needs ${megabytes(bytes)}, but the browser has room for ${megabytes(room)}. Free some space on the disk, then download again.`,
  );
}

/** Writes what comes in behind what is there. */
async function receive(
  storage: Storage,
  { bytes }: Note,
  response: Response,
  { onProgress = () => {}, patience = defaultPatience }: DownloadOptions,
): Promise<void> {
  let done = storage.data.getSize();
  const speed = createSpeed(done);
  const tell = () => {
    const bytesPerSecond = speed(done);
    onProgress({ phase: "downloading", done, total: bytes ?? undefined, bytesPerSecond });
  };
  const tellSometimes = throttle(tell);
  const reader = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  try {
    for (;;) {
      const part = await nextPart(reader, patience);
      if (part.done) break;
      if (done + part.value.length > (bytes ?? Infinity)) {
        throw damaged(storage, `more bytes came than the ${bytes} that it should have`);
      }
      store(storage, part.value, done, bytes);
      done += part.value.length;
      tellSometimes();
    }
  } catch (cause) {
    throw cause instanceof DownloadError ? cause : brokenOff(done, bytes, cause);
  } finally {
    reader.cancel().catch(() => {}); // it has failed already, or is at its end
    storage.data.flush();
    tell();
  }
  if (done < (bytes ?? 0)) throw brokenOff(done, bytes);
}

/** What comes next, or an error if nothing comes for so many milliseconds. */
async function nextPart<Part>(reader: ReadableStreamDefaultReader<Part>, patience: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no byte came for ${patience} ms`)), patience);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } finally {
    clearTimeout(timer);
  }
}

function store(
  { data }: Storage,
  part: Uint8Array<ArrayBuffer>,
  at: number,
  bytes: number | null,
): void {
  try {
    // Where the disk is full, Chromium does not throw: it returns a number that is no length at all.
    if (data.write(part, { at }) !== part.length) throw new Error("there is no room left");
  } catch (cause) {
    throw full(`${progressOf(at, bytes)} are stored, and the rest does not go in`, cause);
  }
}

function keep(storage: Storage, note: Note): void {
  try {
    writeNote(storage, note);
  } catch (cause) {
    throw full("The browser's storage takes nothing in", cause);
  }
}

/** Checks a file that has come whole: its length, its header, its SHA-256. If it is wrong, it is thrown away. */
async function check(
  storage: Storage,
  note: Note,
  { signal, onProgress = () => {} }: DownloadOptions,
): Promise<Downloaded> {
  const source = sourceOf(storage);
  const total = source.size;
  try {
    await openHuggingFace(source, 1); // a GPT-2 of any number of heads
  } catch (error) {
    throw damaged(storage, (error as Error).message);
  }
  const hash = sha256.create();
  const speed = createSpeed(0);
  const tell = (done: number) =>
    onProgress({ phase: "checking", done, total, bytesPerSecond: speed(done) });
  const tellSometimes = throttle(tell);
  for (let at = 0; at < total; at += bytesAtOnce) {
    const bytes = new Uint8Array(Math.min(bytesAtOnce, total - at));
    await source.read(bytes, at);
    hash.update(bytes);
    tellSometimes(at + bytes.length);
    await new Promise((resolve) => setTimeout(resolve)); // lets the reader's wish to stop come in
    signal?.throwIfAborted();
  }
  tell(total);
  const found = bytesToHex(hash.digest());
  if (note.sha256 !== null && found !== note.sha256) {
    throw damaged(storage, `its SHA-256 is ${found}, expected ${note.sha256}`);
  }
  const checked = note.sha256 === null ? "structure" : "SHA-256";
  keep(storage, { ...note, bytes: total, sha256: found, checked });
  return { bytes: total, sha256: found, checked };
}

function refusal({ status, statusText, url }: Response): DownloadError {
  const { host } = new URL(url);
  const answer = `${host} did not give the file (${status} ${statusText}).`;
  const later = status === 429 || status >= 500;
  return new DownloadError(
    "refused",
    later
      ? `${answer} It is busy or out of order. Wait a while, then download again. What has come so far is kept.`
      : `${answer} It may have moved. Download model.safetensors of GPT-2 yourself, and drop the file here.`,
  );
}

function brokenOff(done: number, bytes: number | null, cause?: unknown): DownloadError {
  return new DownloadError(
    "network",
    `The connection broke off after ${progressOf(done, bytes)}. They are kept: download again to fetch the rest.`,
    { cause },
  );
}

function damaged(storage: Storage, what: string): DownloadError {
  discard(storage);
  return new DownloadError(
    "damaged",
    `What was downloaded is not the file that it should be (${what}). It was thrown away: download it again.`,
  );
}

function full(what: string, cause: unknown): DownloadError {
  return new DownloadError(
    "full",
    `${what} (${(cause as Error).message}). Free some space on the disk, then download again to go on from there; or discard what has come.`,
    { cause },
  );
}

function progressOf(done: number, bytes: number | null): string {
  return bytes === null ? megabytes(done) : `${megabytes(done)} of ${megabytes(bytes)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Calls a function at most every 250 ms. */
function throttle<A extends unknown[]>(call: (...args: A) => void): (...args: A) => void {
  let last = -Infinity;
  return (...args) => {
    if (performance.now() - last < 250) return;
    last = performance.now();
    call(...args);
  };
}

/** Bytes per second over the last five seconds. */
function createSpeed(start: number): (done: number) => number {
  const points = [{ time: performance.now(), done: start }];
  return (done) => {
    const time = performance.now();
    points.push({ time, done });
    while (points.length > 2 && time - points[0].time > 5000) points.shift();
    const [first] = points;
    return time > first.time ? (1000 * (done - first.done)) / (time - first.time) : 0;
  };
}
