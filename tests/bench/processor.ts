// The processor's time that a software GPU takes: it is the same on a machine that has other work to do.

import { readdirSync, readFileSync } from "node:fs";

const read = (path: string) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has ended meanwhile
  }
};

/** The process of a Chromium started by this one in which its software GPU computes. Linux alone has such files. */
function gpuProcess(): number {
  const parent = (pid: number) => Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1]);
  const isOurs = (pid: number): boolean =>
    pid > 1 && (parent(pid) === process.pid || isOurs(parent(pid)));
  const pids = readdirSync("/proc").map(Number).filter(Boolean);
  const found = pids.find(
    (pid) => read(`/proc/${pid}/cmdline`).includes("--type=gpu-process") && isOurs(pid),
  );
  if (found === undefined) throw new Error("no process of Chromium's GPU was found");
  return found;
}

/** @returns tells the seconds that all threads of the GPU's process have run so far */
export function processorClock(): () => number {
  const pid = gpuProcess();
  const seen = new Map<string, number>(); // nanoseconds, of each thread; one that has ended still counts
  return () => {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const time = Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0]);
      if (time > 0) seen.set(thread, time);
    }
    return [...seen.values()].reduce((sum, time) => sum + time, 0) / 1e9;
  };
}
