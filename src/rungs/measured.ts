// What has been measured on this page so far: one element measures, another draws it.

import type { Ladder, Roof, Rung } from "./protocol.ts";

export interface Climb {
  readonly ladder: Ladder;
  readonly rungs: readonly Rung[];
}

let roofs: readonly Roof[] = [];
const climbs = new Map<Ladder, Climb>();
const listeners = new Set<() => void>();

export const known = () => ({ roofs, climbs: [...climbs.values()] });

export function noteRoofs(measured: readonly Roof[]): void {
  roofs = measured;
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
