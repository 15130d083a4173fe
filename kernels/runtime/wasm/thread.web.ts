// A thread as a page's or a worker's worker.

import { type Start, Thread } from "./thread.ts";

self.onmessage = ({ data }: MessageEvent<Start>) => {
  self.postMessage("ready");
  new Thread(data).serve();
};
