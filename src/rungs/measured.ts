// What has been measured on this page so far: one element measures, another draws it.

import type { Peak } from "../benchmark/peak.ts";
import type { Ladder, Rung } from "./protocol.ts";

export interface Climb {
  readonly ladder: Ladder;
  readonly rungs: readonly Rung[];
}

let peak: Peak | null = null;
const climbs = new Map<Ladder, Climb>();
const listeners = new Set<() => void>();

export const known = () => ({ peak, climbs: [...climbs.values()] });

export function notePeak(measured: Peak): void {
  peak = measured;
  for (const listener of listeners) listener();
}

export function noteClimb(climb: Climb): void {
  climbs.set(climb.ladder, climb);
  for (const listener of listeners) listener();
}

/** Calls `listener` whenever there is something new. Returns what ends that. */
export function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
