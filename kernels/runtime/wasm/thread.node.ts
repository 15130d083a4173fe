// A thread as one of Node's worker threads.

import { parentPort, workerData } from "node:worker_threads";
import { Thread } from "./thread.ts";

parentPort?.postMessage("ready");
new Thread(workerData).serve();
