// The storage of downloaded weights in the browser: the file, and a note about how far it is.

import { openFiles, taken } from "../page/files.ts";
import { DownloadError } from "./error.ts";
import type { Storage } from "./storage.ts";

const patience = 2500; // milliseconds

/**
 * Opens the storage. Only one worker can have it open at a time; call `close` when it is no longer needed.
 *
 * @throws DownloadError if another tab has it open, or this browser has no such place
 */
export async function openStorage(): Promise<Storage> {
  try {
    const [data, note] = await openFiles("weights", ["gpt2.safetensors", "gpt2.json"], patience);
    const close = () => {
      data.close();
      note.close();
    };
    return { data, note, room, close };
  } catch (error) {
    throw refusal(error as Error);
  }
}

async function room(): Promise<number | undefined> {
  const { quota, usage = 0 } = await navigator.storage.estimate();
  return quota === undefined ? undefined : quota - usage;
}

function refusal({ name, message }: Error): DownloadError {
  return name === taken
    ? new DownloadError(
        "busy",
        "Another tab of this site is downloading or reading the weights. Let it finish, or close it, then try again.",
      )
    : new DownloadError(
        "no storage",
        `This browser gives no place to keep the weights in (${message}). A private window may be the reason. Or download model.safetensors yourself, and drop the file here.`,
      );
}
