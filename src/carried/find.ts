// The newest checkpoint of the trainer in this browser. It is only read, and the trainer may go on with the run meanwhile.

import { blobSource, type Source } from "@llm.ts/kernels/formats/source.ts";
import { folder, slotNames } from "../trainer/opfs.ts";
import { isKept } from "../trainer/runs/kept.ts";
import { openShelf } from "../trainer/runs/shelf.ts";
import { verifyCheckpoint } from "../training/checkpoint.ts";
import { type Progress, readProgress } from "../training/progress.ts";
import { modelName } from "../training/settings.ts";

export interface Found {
  name: string;
  progress: Progress;
  source: Source;
}

/** @returns null if there is none, or this browser has no such place */
export async function findRun(): Promise<Found | null> {
  const all = await Promise.all(slotNames.map(openSlot));
  const kept = all.filter((one) => one !== null);
  kept.sort((a, b) => b.progress.savedAt - a.progress.savedAt);
  for (const { progress, source } of kept) {
    const whole = await verifyCheckpoint(source).then(
      () => true,
      () => false, // it was being written, or is damaged: the other slot has the one before it
    );
    if (whole) return { name: await nameOfRun(progress), progress, source };
  }
  return null;
}

async function openSlot(name: string): Promise<Omit<Found, "name"> | null> {
  try {
    const root = await navigator.storage.getDirectory();
    const directory = await root.getDirectoryHandle(folder);
    const file = await (await directory.getFileHandle(name)).getFile();
    const source = blobSource(file);
    return { progress: await readProgress(source), source };
  } catch {
    return null; // there is none, or none that is whole
  }
}

/** As the list of runs in the trainer has it. */
async function nameOfRun({ begun, savedAt, settings }: Progress): Promise<string> {
  const id = begun ?? savedAt;
  const runs = await openShelf()
    .then((shelf) => shelf.all())
    .catch((): unknown[] => []); // names are not worth more
  const run = runs.filter(isKept).find((one) => one.begun === id);
  return run?.name ?? modelName(settings);
}
