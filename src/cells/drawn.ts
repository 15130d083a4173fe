// Cases that are drawn when the reader presses the button. What must come of them is computed by the solution, which
// PyTorch's fixed tensors hold to what is right.

import { count } from "@llm.ts/kernels/runtime/shape.ts";
import { prepareCall } from "./calls.ts";
import type { Call, Case, Check, Draw, FloatTensor, IdTensor } from "./check.ts";
import type { Script } from "./compile.ts";
import type { Argument } from "./messages.ts";
import type { Run } from "./sandbox.ts";

/**
 * The drawn calls of a check, for each seed.
 *
 * @param solution the script that computes what must come of them
 * @throws Error if the solution does not run
 */
export async function drawCalls(
  check: Check,
  seeds: readonly number[],
  solution: Script,
  run: Run,
  signal?: AbortSignal,
): Promise<Call[]> {
  const { draw } = check;
  if (!draw) return [];
  const cases = seeds.flatMap((seed) => draw(drawer(seed)).map((one) => ({ seed, one })));
  const args = cases.map(({ one }) => argumentsOf(check, one));
  const outcome = await run(solution, { calls: { function: check.function, args }, signal });
  if (outcome.type === "stopped") return [];
  if (outcome.type !== "done")
    throw new Error(`${check.function}: the solution does not run on drawn cases`);
  return cases.map(({ seed, one }, k) => ({
    ...prepareCall(check, withResults(check, one, outcome.results[k])),
    seed,
  }));
}

/** Outputs that are added to begin at 0 here, so that what comes back is what has to be added. */
function argumentsOf(check: Check, { sizes, tensors }: Case): Argument[] {
  return check.args.map((name) =>
    name in sizes ? sizes[name] : (tensors.get(name)?.data.slice() ?? null),
  );
}

function withResults(check: Check, one: Case, results: readonly Argument[]): Case {
  const tensors = new Map(one.tensors);
  for (const [i, name] of check.args.entries()) {
    const data = results[i];
    const stored = tensors.get(name);
    if (!stored || !ArrayBuffer.isView(data)) continue;
    const after = check.updates?.[name];
    if (after) tensors.set(after, { shape: stored.shape, data });
    else if (check.writes.includes(name) || check.adds.includes(name)) {
      tensors.set(name, { shape: stored.shape, data });
    }
  }
  return { ...one, tensors };
}

/** Numbers from a seed: the same seed, the same numbers. */
export function drawer(seed: number): Draw {
  let state = seed >>> 0;
  // mulberry32
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const whole = (from: number, to: number) => from + Math.floor(uniform() * (to - from + 1));
  const filled = (shape: readonly number[], of: () => number): FloatTensor => ({
    shape,
    data: Float32Array.from({ length: count(shape) }, of),
  });
  const filledIds = (shape: readonly number[], of: () => number): IdTensor => ({
    shape,
    data: Int32Array.from({ length: count(shape) }, of),
  });
  return {
    whole,
    different(count, from, to) {
      const left = Array.from({ length: to - from + 1 }, (_, i) => from + i);
      return Array.from({ length: count }, () => left.splice(whole(0, left.length - 1), 1)[0]);
    },
    normal: (shape, spread = 1) => filled(shape, () => spread * normal()),
    ids: (shape, limit) => filledIds(shape, () => whole(0, limit - 1)),
    empty: (shape) => filled(shape, () => 0),
    emptyIds: (shape) => filledIds(shape, () => 0),
    eachOnce(sizes, make) {
      const ones = Object.keys(sizes).map((name) => ({ ...sizes, [name]: 1 }));
      return [sizes, ...ones].map((of) => {
        const made = make(of);
        return {
          name: "drawn",
          sizes: made.sizes ?? of,
          tensors: new Map(Object.entries(made.tensors)),
        };
      });
    },
  };
}
