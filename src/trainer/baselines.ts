// What guessing from counts gives on the targets that a run is validated on: asked of a worker of its own.

import type { Session } from "../training/session.ts";
import type { CountsQuestion } from "../workers/counts.ts";

/** Losses from no context, from one token, from two; and on how many targets. */
export interface Baselines {
  losses: number[];
  targets: number;
}

/** @returns a function that gives the counting up */
export function findBaselines<Tensor, Ids>(
  session: Session<Tensor, Ids>,
  found: (baselines: Baselines) => void,
): () => void {
  const { text, config, validationTargets: targets } = session;
  const worker = new Worker(new URL("../workers/counts.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<number[]>) => {
    worker.terminate();
    found({ losses: data, targets });
  };
  const { train, validation } = text;
  worker.postMessage({ train, validation, targets, V: config.V } satisfies CountsQuestion);
  return () => worker.terminate();
}
