// A run as files that the reader keeps. Each is put together from parts that the browser may keep on disk, so that it need
// not fit into memory twice.

import { writeCheckpoint } from "../training/checkpoint.ts";
import { fileName, type WeightsKind } from "../training/kinds.ts";
import type { Session } from "../training/session.ts";

interface NamedFile {
  readonly file: Blob;
  readonly name: string;
}

/** A checkpoint, to be opened here again. */
export async function checkpointFile<Tensor, Ids>(
  session: Session<Tensor, Ids>,
): Promise<NamedFile> {
  const parts: Blob[] = [];
  await writeCheckpoint(session.progress(), session.parts(), (bytes) => {
    parts.push(new Blob([bytes]));
  });
  const name = `llm.ts-${session.settings.preset}-step-${session.step}.safetensors`;
  return { file: new Blob(parts), name };
}

/** The trained model for other programs to read. */
export async function weightsFile<Tensor, Ids>(
  session: Session<Tensor, Ids>,
  kind: WeightsKind,
): Promise<NamedFile> {
  const parts: Blob[] = [];
  for await (const bytes of session.exportWeights(kind)) parts.push(new Blob([bytes]));
  return { file: new Blob(parts), name: fileName(kind) };
}
