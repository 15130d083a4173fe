// A thread as a page's or a worker's worker.

import { type Start, work } from "./thread.ts";

self.onmessage = ({ data }: MessageEvent<Start>) => {
  self.postMessage("ready");
  work(data);
};
