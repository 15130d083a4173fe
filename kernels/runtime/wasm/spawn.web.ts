// Starts threads in a browser. Memory can be shared with them only where the page is cross-origin isolated.

import type { Spawn } from "./pool.ts";

export const spawn: Spawn = (start) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./thread.web.ts", import.meta.url), { type: "module" });
    worker.onmessage = () => resolve(() => worker.terminate());
    worker.onerror = ({ message }) => reject(new Error(message || "a thread did not start"));
    worker.postMessage(start);
  });
