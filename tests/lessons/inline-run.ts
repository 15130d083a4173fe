// Runs a cell's script in this very thread: no worker has to start, so that hundreds of answers take seconds. Loops without
// end are ended by the script itself; what only a worker can do (be stopped, fail later) is tested with node-run.ts.

import { compileFunction } from "node:vm";
import { readMessage } from "../../src/cells/messages.ts";
import type { Outcome, Run } from "../../src/cells/sandbox.ts";

export const runInline: Run = async (script, { calls, onLine }) => {
  const nonce = crypto.randomUUID();
  return new Promise<Outcome>((resolve) => {
    const self = {
      postMessage: (message: unknown) => {
        const read = readMessage(structuredClone(message), nonce);
        if (read?.type === "line") onLine?.(read.level, read.text);
        else if (read) resolve(read);
      },
      addEventListener: (type: string, listen: (event: unknown) => void) => {
        if (type === "message") {
          queueMicrotask(() => listen({ data: structuredClone({ nonce, calls }) }));
        }
      },
      setTimeout: (handler: () => void, time?: number) => setTimeout(handler, time),
      clearTimeout,
    };
    // A run may replace functions of these: they are its own.
    const own = (of: object) =>
      Object.fromEntries(
        Object.getOwnPropertyNames(of).map((name) => [name, Reflect.get(of, name)]),
      );
    try {
      compileFunction(script.text, ["self", "Math", "console"], { filename: "cell-script" })(
        self,
        own(Math),
        own(console),
      );
    } catch (error) {
      const { message, stack = "" } = error as Error;
      const line = Number(/cell-script:(\d+)/.exec(stack)?.[1] ?? 0);
      resolve({ type: "syntax", message, line });
    }
  });
};
