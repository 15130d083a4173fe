// Who has read and written what since the last barrier. Two threads at one place, at least one of them writing and no
// barrier between: a race, whichever of them comes first this time.

/** One use of an element. */
export interface Use {
  thread: number; // counted across all workgroups
  group: number;
  local: number; // counted within its workgroup
  epoch: number; // how many barriers came before it
  line: number;
  writes: boolean;
}

interface Uses {
  write?: Use;
  read?: Use;
  otherRead?: Use; // by another thread
}

/** The uses of one array. */
export class Watch {
  #uses = new Map<number, Uses>();

  /** @returns the earlier use that this one races with */
  note(index: number, use: Use): Use | undefined {
    const uses = this.#uses.get(index) ?? {};
    this.#uses.set(index, uses);
    const against = use.writes ? [uses.write, uses.read, uses.otherRead] : [uses.write];
    const rival = against.find((other) => other && clash(other, use));
    if (use.writes) uses.write = use;
    else if (!uses.read || !clash(uses.read, use)) uses.read = use;
    else uses.otherRead = use;
    return rival;
  }

  /** Nothing that was done before matters any more. */
  clear(): void {
    this.#uses.clear();
  }
}

/** Whether nothing puts the two in order. A barrier does so within its own workgroup alone. */
function clash(a: Use, b: Use): boolean {
  return a.thread !== b.thread && (a.group !== b.group || a.epoch === b.epoch);
}
