// The worker that downloads OpenAI's weights into the browser's storage. It holds the storage only while it works on it, so
// that the training worker can read from it afterwards.

import { gpt2Address } from "../weights/address.ts";
import { download, look } from "../weights/download.ts";
import { DownloadError } from "../weights/error.ts";
import { openStorage } from "../weights/opfs.ts";
import { readWeightsCommand, type WeightsReport } from "../weights/protocol.ts";
import { discard, type Storage } from "../weights/storage.ts";

let running = new AbortController();
let last: Promise<void> = Promise.resolve(); // one command after the other, but for "cancel"

self.onmessage = ({ data }) => {
  const { type } = readWeightsCommand(data);
  if (type === "cancel") {
    running.abort();
    return;
  }
  const act = { look: async () => {}, download: fetchAll, discard }[type];
  last = last.then(() => withStorage(act));
};

async function withStorage(act: (storage: Storage) => unknown): Promise<void> {
  let storage: Storage | undefined;
  try {
    storage = await openStorage();
    await act(storage);
  } catch (error) {
    if (!running.signal.aborted) report({ type: "trouble", message: reason(error as Error) });
  } finally {
    if (storage) {
      report({ type: "kept", kept: look(storage) });
      storage.close();
    }
  }
}

async function fetchAll(storage: Storage): Promise<void> {
  running = new AbortController();
  await download(storage, gpt2Address, {
    signal: running.signal,
    onProgress: (progress) => report({ type: "progress", progress }),
  });
}

function reason(error: Error): string {
  if (error instanceof DownloadError) return error.message;
  return `The download failed (${error.message}). Try again; what has come is kept.`;
}

function report(message: WeightsReport): void {
  self.postMessage(message);
}
