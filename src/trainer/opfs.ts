// The store of checkpoints in the browser.

import { openFiles } from "../page/files.ts";
import { Store } from "../training/store.ts";
import type { SyncFile } from "../training/syncfile.ts";
import { takeLock } from "./lock.ts";
import type { StoreState } from "./protocol.ts";

export const folder = "checkpoints";
export const slotNames = ["a.safetensors", "b.safetensors"] as const; // in turn

export type OpenedStore =
  | { state: "ours"; store: Store; close: () => void }
  | { state: Exclude<StoreState, "ours">; store: null; close: () => void };

/**
 * Opens the store, if this browser has such a place and no other tab is using it. Call from a worker.
 *
 * @param patience milliseconds to wait for another worker to let go of it
 */
export async function openStore(patience = 2500): Promise<OpenedStore> {
  const nothing = { store: null, close: () => {} };
  if (!navigator.locks || !navigator.storage?.getDirectory) return { state: "none", ...nothing };
  const release = await takeLock(patience);
  if (!release) return { state: "other tab", ...nothing };
  let slots: SyncFile[] = [];
  try {
    slots = await openFiles(folder, [...slotNames, "best.safetensors"]);
    const store = await Store.open(slots.slice(0, 2), slots[2]);
    return {
      state: "ours",
      store,
      close() {
        store.close();
        release();
      },
    };
  } catch {
    // A private window, or storage that the reader has forbidden: a run can be trained, but not kept.
    for (const slot of slots) slot.close();
    release();
    return { state: "none", ...nothing };
  }
}
