// Contenders take turns, so that what else the machine does falls on all of them alike.

export interface Contender {
  name: string;
  run: () => void | Promise<void>;
}

export interface Times {
  name: string;
  seconds: number[]; // one for each round
}

/** Runs every contender once to warm it up, then `rounds` times in turn. */
export async function takeTurns(contenders: Contender[], rounds: number): Promise<Times[]> {
  const times = contenders.map(({ name }): Times => ({ name, seconds: [] }));
  for (let round = -1; round < rounds; round++) {
    for (const [i, { run }] of contenders.entries()) {
      const began = performance.now();
      await run();
      if (round >= 0) times[i].seconds.push((performance.now() - began) / 1000);
    }
  }
  return times;
}

/** The median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median, and the smallest and the largest. */
export function spread(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}
