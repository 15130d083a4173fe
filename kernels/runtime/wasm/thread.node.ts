// A thread as one of Node's worker threads.

import { parentPort, workerData } from "node:worker_threads";
import { work } from "./thread.ts";

parentPort?.postMessage("ready");
work(workerData);
