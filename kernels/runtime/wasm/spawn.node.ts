// Starts threads in Node.

import { Worker } from "node:worker_threads";
import type { Spawn } from "./pool.ts";

export const spawn: Spawn = (start) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./thread.node.ts", import.meta.url), { workerData: start });
    worker.once("error", reject);
    worker.once("message", () => {
      worker.unref(); // a thread that waits does not keep a program from ending
      resolve(() => void worker.terminate());
    });
  });
