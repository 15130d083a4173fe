// The two slots in which the checkpoints of a run are kept, in turn. Whatever happens while one is written (the tab is
// closed, the disk is full), the other still holds the checkpoint before it.

import type { Source } from "@llm.ts/kernels/formats/source.ts";
import { type Part, verifyCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { type Progress, readProgress } from "./progress.ts";
import { type SyncFile, syncSource } from "./syncfile.ts";

/** Where the checkpoints of a run are kept, and what is said where one cannot be. */
export interface Keeper {
  /** What the newest checkpoint says of its run; undefined if there is none. */
  readonly kept: Progress | undefined;
  /** @returns its size in bytes. @throws Error if it cannot be written; the one before is kept then */
  save(progress: Progress, parts: readonly Part[]): Promise<number>;
  /** Writes the checkpoint with the best validation loss, in place of the one before. @throws as `save` does */
  saveBest?(progress: Progress, parts: readonly Part[]): Promise<number>;
  /** The sentence, without its end, where it failed because there is no room; else undefined. */
  whyFull(error: Error): string | undefined;
  /** What to do then, as the end of a sentence. */
  readonly advice: string;
}

/** A checkpoint that is in the store. */
export interface Kept {
  slot: number;
  progress: Progress;
}

export class Store implements Keeper {
  readonly advice = "free some space or save a checkpoint to a file";
  readonly #slots: readonly SyncFile[];
  readonly #best: SyncFile | null;
  #newest: Kept | undefined;

  private constructor(slots: readonly SyncFile[], best: SyncFile | null) {
    this.#slots = slots;
    this.#best = best;
  }

  /**
   * Opens two slots, as they were left.
   *
   * @param best a third, for the checkpoint with the best validation loss
   */
  static async open(slots: readonly SyncFile[], best: SyncFile | null = null): Promise<Store> {
    const store = new Store(slots, best);
    store.#newest = (await store.list()).kept[0];
    return store;
  }

  /**
   * The checkpoints that are whole as far as their headers tell, newest first, and a sentence about each that is not.
   */
  async list(): Promise<{ kept: Kept[]; damage: string[] }> {
    const kept: Kept[] = [];
    const damage: string[] = [];
    for (let slot = 0; slot < this.#slots.length; slot++) {
      if (this.#slots[slot].getSize() === 0) continue;
      try {
        kept.push({ slot, progress: await readProgress(this.source(slot)) });
      } catch (error) {
        damage.push(sentence(error));
      }
    }
    kept.sort((a, b) => b.progress.savedAt - a.progress.savedAt);
    return { kept, damage };
  }

  /**
   * The newest checkpoint whose every byte is right. The next save goes to the other slot.
   *
   * @returns undefined if there is none; and a sentence about each newer one that was passed over
   */
  async newest(): Promise<{ found: Kept | undefined; damage: string[] }> {
    const { kept, damage } = await this.list();
    for (const each of kept) {
      try {
        await verifyCheckpoint(this.source(each.slot));
        this.#newest = each;
        return { found: each, damage };
      } catch (error) {
        damage.push(sentence(error));
      }
    }
    this.#newest = undefined;
    return { found: undefined, damage };
  }

  /**
   * Writes a checkpoint into the slot that does not hold the newest one.
   *
   * @returns its size in bytes
   * @throws Error if it cannot be written, most often because the storage is full; the newest one is kept then
   */
  async save(progress: Progress, parts: readonly Part[]): Promise<number> {
    const number = this.#newest?.slot === 0 ? 1 : 0;
    const slot = this.#slots[number];
    // Never before the other one, even if the clock of the machine was set back.
    const savedAt = Math.max(progress.savedAt, (this.#newest?.progress.savedAt ?? 0) + 1);
    const dated = { ...progress, savedAt };
    const size = await writeInto(slot, dated, parts);
    this.#newest = { slot: number, progress: dated };
    return size;
  }

  async saveBest(progress: Progress, parts: readonly Part[]): Promise<number> {
    if (!this.#best) throw new Error("there is no place for it");
    return writeInto(this.#best, progress, parts);
  }

  /** The best checkpoint; null if there is none. */
  async best(): Promise<{ progress: Progress; source: Source } | null> {
    if (!this.#best || this.#best.getSize() === 0) return null;
    const source = syncSource(this.#best);
    return readProgress(source).then(
      (progress) => ({ progress, source }),
      () => null, // it was not written to its end
    );
  }

  whyFull({ name, message }: Error): string | undefined {
    const full = name === "QuotaExceededError" || /bytes could be written/.test(message);
    return full ? "The browser's storage for this site is full" : undefined;
  }

  get kept(): Progress | undefined {
    return this.#newest?.progress;
  }

  source(number: number): Source {
    return syncSource(this.#slots[number]);
  }

  clear(): void {
    for (const slot of this.#files) {
      slot.truncate(0);
      slot.flush();
    }
    this.#newest = undefined;
  }

  close(): void {
    for (const slot of this.#files) slot.close();
  }

  get #files(): SyncFile[] {
    return this.#best ? [...this.#slots, this.#best] : [...this.#slots];
  }
}

async function writeInto(
  slot: SyncFile,
  progress: Progress,
  parts: readonly Part[],
): Promise<number> {
  let at = 0;
  try {
    slot.truncate(0);
    const size = await writeCheckpoint(progress, parts, (bytes) => {
      const written = slot.write(bytes, { at });
      if (written !== bytes.length) {
        throw new Error(`only ${written} of ${bytes.length} bytes could be written`);
      }
      at += written;
    });
    slot.flush();
    return size;
  } catch (error) {
    slot.truncate(0); // gives back what was taken
    throw error;
  }
}

function sentence(error: unknown): string {
  return `A saved checkpoint cannot be used: ${(error as Error).message}.`;
}
