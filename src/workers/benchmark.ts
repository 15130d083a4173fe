// The benchmark worker. It owns the device and is ended, by the page, at a click.

import type { Command, Report } from "../benchmark/protocol.ts";
import { runBenchmark } from "../benchmark/run.ts";
import { NoGpu } from "../gpu/device.ts";

const report = (report: Report): void => self.postMessage(report);

self.onmessage = async ({ data }: MessageEvent<Command>) => {
  try {
    await runBenchmark(data.size, report);
  } catch (error) {
    const { message } = error as Error;
    const advice = "Reload the page and try again; if that does not help, restart the browser.";
    report({
      type: "refused",
      message: error instanceof NoGpu ? message : `The benchmark ended: ${message}. ${advice}`,
    });
  }
};
