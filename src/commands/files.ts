// Files, for commands: read in parts, written so that a reader finds the old one or the new one, whole, and never a piece.

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import type { Source } from "@llm.ts/kernels/formats/source.ts";

/** A path that was given to a command. npm runs scripts in the project's folder, and notes where it was called from. */
export function pathOf(given: string): string {
  const { npm_lifecycle_script, INIT_CWD } = process.env;
  const ownScript = /^node (scripts|tests\/bench)\//.test(npm_lifecycle_script ?? "");
  return resolve(ownScript && INIT_CWD ? INIT_CWD : process.cwd(), given);
}

/** Finds out before the work whether its outcome can be written there. @throws Error if there is no such folder, or a folder is there */
export function checkOut(path: string): void {
  if (!existsSync(dirname(path))) {
    throw new Error(`the folder of ${path} does not exist: make it first`);
  }
  if (!existsSync(path) || statSync(path).isFile()) return;
  const what = statSync(path).isDirectory() ? "a folder" : "no plain file";
  throw new Error(`${path} is ${what}: name another file`);
}

/** A file that is open for reading. */
export interface OpenFile extends Source {
  close(): void;
}

/** Opens a file. @throws Error with a sentence that names it */
export function openFile(path: string): OpenFile {
  try {
    const file = openSync(path, "r");
    const stat = fstatSync(file);
    if (!stat.isFile()) {
      closeSync(file);
      throw new Error(`${path} is ${stat.isDirectory() ? "a folder" : "no plain file"}`);
    }
    return {
      size: stat.size,
      read(into, at) {
        for (let done = 0; done < into.length; ) {
          const most = Math.min(into.length - done, largestRead);
          const read = readSync(file, into, done, most, at + done);
          if (read === 0) throw new Error(`${path} ends at byte ${at + done}, before it should`);
          done += read;
        }
      },
      close: () => closeSync(file),
    };
  } catch (error) {
    throw readable(path, error);
  }
}

const largestRead = 2 ** 30; // bytes; a single read takes at most 2 GiB

/** Reads a whole file, of any size. @throws Error with a sentence that names it */
export function readWhole(path: string): Uint8Array<ArrayBuffer> {
  const file = openFile(path);
  try {
    const bytes = new Uint8Array(file.size);
    file.read(bytes, 0);
    return bytes;
  } catch (error) {
    throw readable(path, error);
  } finally {
    file.close();
  }
}

/** Reads a file with `read`, whose errors then name the file. */
export async function reading<Result>(
  path: string,
  read: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw readable(path, error);
  }
}

/**
 * Writes a file aside, has it reach the disk, and only then gives it its name: whatever happens, there is the old file or
 * the new one.
 *
 * @param write calls its argument with the bytes, in order
 * @throws Error if there is no room, or no right to write; the old file is as it was then
 */
export async function writeAside<Result>(
  path: string,
  write: (sink: (bytes: Uint8Array) => void) => Promise<Result>,
): Promise<Result> {
  const aside = `${path}.partial`; // the same every time: what a kill leaves is written over by the next
  let file: number;
  try {
    file = openSync(aside, "w");
  } catch (error) {
    throw readable(path, error);
  }
  try {
    const result = await write((bytes) => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(file, bytes, done, Math.min(bytes.length - done, largestRead));
      }
    });
    fsyncSync(file);
    closeSync(file);
    renameSync(aside, path);
    syncFolder(dirname(path));
    return result;
  } catch (error) {
    try {
      closeSync(file);
    } catch {} // it was closed already
    rmSync(aside, { force: true });
    throw readable(path, error);
  }
}

/** The new name reaches the disk with the folder. Windows has no such thing, and does it by itself. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "may not be opened: look at its permissions",
  EPERM: "may not be opened: look at its permissions",
  EISDIR: "is a folder",
  ENOTDIR: "does not exist",
  ENOSPC: "cannot be written: the disk is full",
  EDQUOT: "cannot be written: the disk is full",
  EFBIG: "cannot be written: the disk takes no file of that size",
  EROFS: "cannot be written: the disk is read-only",
  ELOOP: "does not exist: its links go round in a circle",
};

/** The same error, with a sentence that names the file. */
function readable(path: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && Object.hasOwn(reasons, code)) {
    if (message.endsWith(` ${reasons[code]}`)) return error as Error; // it names one already
    return Object.assign(new Error(`${path} ${reasons[code]}`), { code });
  }
  return message.includes(path) ? (error as Error) : new Error(`${path}: ${message}`);
}
