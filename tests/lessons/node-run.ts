// Runs a cell's script in a worker thread of Node: the same script, the same messages, without the browser around it.

import { Worker } from "node:worker_threads";
import { readMessage } from "../../src/cells/messages.ts";
import type { Outcome, Run } from "../../src/cells/sandbox.ts";

const limit = 50_000; // milliseconds without a word; a cell takes about 100, a step of a small model a second or two

// What a browser's worker has and Node's lacks.
const shim = `
const { parentPort } = require("node:worker_threads");
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
globalThis.addEventListener = (type, listen) => {
  if (type === "message") parentPort.once("message", (data) => listen({ data }));
};
`.replaceAll("\n", "");

export const runInNode: Run = async (script, { calls, signal, onLine }) => {
  const nonce = crypto.randomUUID();
  const worker = new Worker(
    `${shim}require("node:vm").runInThisContext(${JSON.stringify(script.text)}, "cell-script");`,
    {
      eval: true,
    },
  );
  const outcome = await new Promise<Outcome>((resolve) => {
    signal?.addEventListener("abort", () => resolve({ type: "stopped" }));
    const giveUp = () => resolve({ type: "broken", message: "no end in sight" });
    let timer = setTimeout(giveUp, limit);
    worker.on("message", (data) => {
      const message = readMessage(data, nonce);
      clearTimeout(timer);
      timer = setTimeout(giveUp, limit);
      if (message?.type === "line") return onLine?.(message.level, message.text);
      if (!message) return;
      clearTimeout(timer);
      resolve(message);
    });
    worker.on("error", (error) => {
      clearTimeout(timer);
      const { name, message, stack = "" } = error as Error;
      const line = Number(/cell-script:(\d+)/.exec(stack)?.[1] ?? 0);
      if (name === "SyntaxError") resolve({ type: "syntax", message, line });
      else resolve({ type: "threw", name, message, stack, call: null }); // in a timer, or a promise that nobody waits for
    });
    worker.postMessage({ nonce, calls });
  });
  await worker.terminate();
  return outcome;
};
