// Runs scripts apart from the page: in a worker, in a hidden frame that has no origin of its own and no network.

import type { Script } from "./compile.ts";
import {
  type Argument,
  type Job,
  type Level,
  readFrameMessage,
  readMessage,
  type Watched,
} from "./messages.ts";

/** How a run ended. */
export type Outcome =
  | { type: "done"; values: Record<string, unknown>; results: Argument[][]; watched?: Watched }
  | { type: "missing" } // the function to call is not exported
  | { type: "threw"; name: string; message: string; stack: string; call: number | null }
  | { type: "syntax"; message: string; line: number } // line of the script
  | { type: "flood" }
  | { type: "stopped" } // because `signal` asked for it
  | { type: "broken"; message: string }; // the sandbox itself failed

export interface RunOptions {
  calls?: Job["calls"];
  signal?: AbortSignal;
  onLine?: (level: Level, text: string) => void;
}

/** Runs a script to its end. */
export type Run = (script: Script, options: RunOptions) => Promise<Outcome>;

const patience = 10_000; // milliseconds for the frame and a worker to start; they take about 50

/** A hidden frame, and how many runs go on in it. */
interface Frame {
  element: HTMLIFrameElement;
  loaded: Promise<Window>;
  runs: number;
  retired: boolean; // takes no more runs; goes when the last one has ended
}

let current: Frame | undefined;

/** Runs a script in a fresh worker of the sandbox. When the promise is fulfilled, the worker has been ended. */
export const runInSandbox: Run = async (script, options) => {
  current ??= openFrame();
  const frame = current;
  frame.runs++;
  const outcome = await frame.loaded.then(
    (sandbox) => runInFrame(sandbox, script, options),
    (error: Error): Outcome => ({ type: "broken", message: error.message }),
  );
  frame.runs--;
  // Chromium lets a thread that loops go on for 2 seconds after terminate(), but the frame has a process of its own,
  // which ends with it.
  if (["stopped", "flood", "broken"].includes(outcome.type)) frame.retired = true;
  if (frame.retired && current === frame) current = undefined;
  if (frame.retired && frame.runs === 0) frame.element.remove();
  return outcome;
};

async function runInFrame(
  sandbox: Window,
  script: Script,
  { calls, signal, onLine }: RunOptions,
): Promise<Outcome> {
  if (signal?.aborted) return { type: "stopped" };
  const nonce = crypto.randomUUID();
  const { port1: port, port2 } = new MessageChannel();
  const outcome = await new Promise<Outcome>((resolve) => {
    signal?.addEventListener("abort", () => resolve({ type: "stopped" }), { once: true });
    const timer = setTimeout(
      () => resolve({ type: "broken", message: "the sandbox did not start" }),
      patience,
    );
    port.onmessage = ({ data }) => {
      const message = readFrameMessage(data);
      if (message?.type === "started") clearTimeout(timer);
      else if (message?.type === "flood") resolve({ type: "flood" });
      else if (message?.type === "error") resolve(uncaught(message));
      else if (message?.type === "message") {
        const fromRun = readMessage(message.data, nonce);
        if (fromRun?.type === "line") onLine?.(fromRun.level, fromRun.text);
        else if (fromRun) resolve(fromRun);
      }
    };
    const job: Job = { nonce, calls };
    sandbox.postMessage({ script: script.text, job }, "*", [port2]);
  });
  port.postMessage("stop");
  port.onmessage = null;
  return outcome;
}

function uncaught({ message, line }: { message: string; line: number }): Outcome {
  const plain = message.replace(/^Uncaught /, "");
  const syntax = /^SyntaxError: (.*)/.exec(plain);
  if (syntax) return { type: "syntax", message: syntax[1], line };
  const [, name = "", text = plain] = /^(\w*Error): (.*)$/s.exec(plain) ?? [];
  return { type: "threw", name, message: text, stack: `blob:script:${line}:0`, call: null };
}

/** Adds a frame to the page. */
function openFrame(): Frame {
  const element = document.createElement("iframe");
  element.setAttribute("sandbox", "allow-scripts");
  element.title = "Where cells run";
  element.hidden = true;
  element.src = `${import.meta.env.BASE_URL.replace(/\/$/, "")}/sandbox.html`;
  const loaded = new Promise<Window>((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(new Error("the sandbox did not load: look at the connection, then reload the page")),
      patience,
    );
    element.addEventListener("load", () => {
      clearTimeout(timer);
      resolve(element.contentWindow as Window);
    });
  });
  document.body.append(element);
  return { element, loaded, runs: 0, retired: false };
}
