// What the page and the worker that times the rungs of a kernel say to each other. The page asks once; it stops the worker by
// ending it.

import type { Peak } from "../benchmark/peak.ts";

export type Ladder = "matmul" | "layernorm";

/** From the page to the worker. */
export interface Command {
  readonly type: "start";
  readonly ladder: Ladder;
  /** Rows (tokens): B * T. "auto": as many as suit the speed that was measured. */
  readonly rows: number | "auto";
  /** A shader that is timed before the kernel's own forms, under the name "naive". */
  readonly naive: string | null;
  /** What an earlier run measured of this GPU. */
  readonly peak: Peak | null;
}

/** From the worker to the page. */
export type Report =
  | { readonly type: "doing"; readonly what: string }
  | { readonly type: "adapter"; readonly name: string; readonly software: boolean }
  | { readonly type: "peak"; readonly peak: Peak }
  | { readonly type: "size"; readonly text: string; readonly checked: number } // rows compared with TypeScript
  | { readonly type: "rung"; readonly rung: Rung }
  | { readonly type: "finished" }
  | { readonly type: "refused"; readonly message: string }; // what is wrong, and what to do

export interface Rung {
  readonly name: string;
  /** Null where it did not run; `why` then says why. */
  readonly measured: Measured | null;
  readonly why: string;
}

export interface Measured {
  readonly seconds: number; // of one call
  readonly flops: number;
  readonly bytes: number; // that must be moved even if every value is read and written only once
  readonly bound: "arithmetic" | "memory"; // what a call cannot be faster than
  readonly share: number; // the least time by that, divided by the time that it took
  readonly difference: number; // from TypeScript, the largest
  readonly right: boolean; // whether that is no more than rounding
}
