// The worker that times the rungs of a kernel. It owns the device and is ended, by the page, at a click.

import { NoGpu } from "../gpu/device.ts";
import type { Command, Report } from "../rungs/protocol.ts";
import { climb } from "../rungs/run.ts";

const report = (report: Report): void => self.postMessage(report);

self.onmessage = async ({ data }: MessageEvent<Command>) => {
  try {
    await climb(data, report);
  } catch (error) {
    const { message } = error as Error;
    const advice = "Reload the page and try again; if that does not help, restart the browser.";
    report({
      type: "refused",
      message: error instanceof NoGpu ? message : `The measurement ended: ${message}. ${advice}`,
    });
  }
};
