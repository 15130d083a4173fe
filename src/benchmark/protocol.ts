// What the page and the benchmark worker say to each other. The page asks once; it stops the worker by ending it.

import type { Peak } from "./peak.ts";

/** Rows (tokens) that the kernels work on: B * T. "auto": as many as suit the speed that was measured. */
export type Size = "auto" | 256 | 1024 | 4096;

/** From the page to the worker. */
export interface Command {
  readonly type: "start";
  readonly size: Size;
}

/** From the worker to the page. */
export type Report =
  | { readonly type: "doing"; readonly what: string; readonly done: number } // done: from 0 to 1
  | { readonly type: "adapter"; readonly name: string; readonly software: boolean }
  | { readonly type: "peak"; readonly peak: Peak }
  | { readonly type: "forms"; readonly forms: Readonly<Record<string, string>> }
  | { readonly type: "row"; readonly row: Row }
  | { readonly type: "finished" }
  | { readonly type: "refused"; readonly message: string }; // what is wrong, and what to do

/** What was measured of a kernel. */
export interface Row {
  readonly kernel: string;
  readonly size: string;
  /** Null where it was not measured; `why` then says why. */
  readonly measured: Measured | null;
  readonly why: string;
}

export interface Measured {
  readonly seconds: number; // of one call
  readonly flops: number;
  readonly bytes: number;
  /** What a call cannot be faster than: the arithmetic or the memory of this GPU. */
  readonly bound: "arithmetic" | "memory";
  /** The least time for it by that, divided by the time that it took. */
  readonly share: number;
}
