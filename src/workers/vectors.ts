// The worker that times the rungs of a kernel on the processor. It is ended, by the page, at a click.

import { spawn } from "@llm.ts/kernels/runtime/wasm/spawn.web.ts";
import type { Command, Report } from "../rungs/protocol.ts";
import { climb } from "../rungs/vectors.ts";
import { openModule } from "../wasm/open.ts";
import { threadsHere } from "../wasm/threads.ts";

const report = (report: Report): void => self.postMessage(report);

self.onmessage = async ({ data }: MessageEvent<Command>) => {
  try {
    const { module, simd } = await openModule("rungs");
    await climb(data, { module, simd, ...threadsHere(), spawn }, report);
  } catch (error) {
    const { message } = error as Error;
    report({
      type: "refused",
      message: `The measurement ended: ${message}. Reload the page and try again; it needs a browser that has WebAssembly with SIMD.`,
    });
  }
};
