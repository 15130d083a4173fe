// Contenders take turns, so that what else the machine does falls on all of them alike.

export interface Contender {
  readonly name: string;
  readonly threads: number;
  /** Runs once. A number that it gives, or promises, is the seconds by a clock of its own. */
  readonly run: () => unknown;
}

export interface Times {
  readonly name: string;
  readonly threads: number;
  readonly seconds: number[]; // one for each round; of what is slow, for the first of them
}

/** A contender as it is called in a table. */
export const labelOf = ({ name, threads }: { name: string; threads: number }): string =>
  `${name}, ${threads} thread${threads === 1 ? "" : "s"}`;

const patience = 15; // seconds that the turns of one contender may take, or else it has fewer; the first counts if it takes longer

/** Runs every contender once to warm it up, then `rounds` times in turn; what is slow not in the last of them. */
export async function takeTurns(
  contenders: readonly Contender[],
  rounds: number,
): Promise<Times[]> {
  const times = contenders.map(({ name, threads }): Times => ({ name, threads, seconds: [] }));
  const turns: number[] = [];
  for (const [i, each] of contenders.entries()) {
    const first = await time(each);
    turns.push(patience / first);
    if (first > patience) times[i].seconds.push(first); // so long that warming up is a small part of it
  }
  for (let round = 0; round < rounds; round++) {
    for (const [i, each] of contenders.entries()) {
      if (round < turns[i] && turns[i] >= 1) times[i].seconds.push(await time(each));
    }
  }
  return times;
}

/** Seconds of one run. */
async function time({ run }: Contender): Promise<number> {
  const began = performance.now();
  const own = await run();
  return typeof own === "number" ? own : (performance.now() - began) / 1000;
}

/** The median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median, and the smallest and the largest; or the only one. */
export function spread(values: readonly number[], digits: number): string {
  if (values.length === 1) return `${values[0].toFixed(digits)} (once)`;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}

/** How many times as long one took as the other: the median over the rounds in which both had their turn. */
export function ratioOf(one: Times, other: Times): number {
  const both = Math.min(one.seconds.length, other.seconds.length);
  return median(one.seconds.slice(0, both).map((seconds, round) => seconds / other.seconds[round]));
}
