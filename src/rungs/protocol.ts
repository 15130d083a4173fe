// What the page and the worker that times the rungs of a kernel say to each other. The page asks once; it stops the worker by
// ending it.

import type { Peak } from "../benchmark/peak.ts";

/** What the rungs run on. */
export type On = "gpu" | "processor";
export type Ladder = "matmul" | "layernorm" | "residual";

/** From the page to the worker. */
export interface Command {
  readonly type: "start";
  readonly ladder: Ladder;
  /** Rows (tokens): B * T. "auto": as many as suit the speed that was measured. */
  readonly rows: number | "auto";
  /** A shader that is timed before the kernel's own forms, under the name "naive". */
  readonly naive: string | null;
  /** What an earlier run measured; empty before there was one. */
  readonly roofs: readonly Roof[];
}

/** From the worker to the page. */
export type Report =
  | { readonly type: "doing"; readonly what: string }
  | { readonly type: "fact"; readonly name: string; readonly value: string }
  | { readonly type: "roofs"; readonly roofs: readonly Roof[] }
  | { readonly type: "rungs"; readonly rungs: readonly Rung[] } // all that were measured so far
  | { readonly type: "finished" }
  | { readonly type: "refused"; readonly message: string }; // what is wrong, and what to do

/** What can be done at most, by whom: "this GPU", "one thread", "4 threads". */
export interface Roof {
  readonly name: string;
  readonly peak: Peak;
}

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
  readonly of: string; // the roof that the share is of
  readonly difference: number; // from TypeScript, the largest
  readonly right: boolean; // whether that is no more than rounding
}
