// What the page and the worker that downloads weights say to each other.

import type { DownloadProgress, Kept } from "./download.ts";

const commands = ["look", "download", "cancel", "discard"] as const;

export interface WeightsCommand {
  type: (typeof commands)[number];
}

/** "kept" ends every command; before it there may be a trouble, in a sentence. */
export type WeightsReport =
  | { type: "kept"; kept: Kept }
  | { type: "progress"; progress: DownloadProgress }
  | { type: "trouble"; message: string };

/** @throws TypeError if this is no command */
export function readWeightsCommand(data: unknown): WeightsCommand {
  const { type } = (data ?? {}) as WeightsCommand;
  if (!commands.includes(type)) throw new TypeError(`weights: the command ${type} is not known`);
  return { type };
}
