// The file in which a command keeps the checkpoint of its run.

import { type Part, writeCheckpoint } from "../training/checkpoint.ts";
import type { Progress } from "../training/progress.ts";
import type { Keeper } from "../training/store.ts";
import { writeAside } from "./files.ts";

export class FileKeeper implements Keeper {
  readonly advice = "free some space, or go on with the last checkpoint and another --save";
  readonly path: string;
  kept: Progress | undefined;

  /** @param kept what the file holds already */
  constructor(path: string, kept?: Progress) {
    this.path = path;
    this.kept = kept;
  }

  async save(progress: Progress, parts: readonly Part[]): Promise<number> {
    const size = await writeAside(this.path, (sink) => writeCheckpoint(progress, parts, sink));
    this.kept = progress;
    return size;
  }

  whyFull(error: Error): string | undefined {
    const { code } = error as NodeJS.ErrnoException;
    const full = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
    return full ? `The disk is too full for ${this.path}` : undefined;
  }
}
