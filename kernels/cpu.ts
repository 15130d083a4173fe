// The TypeScript tier: every kernel as it is in its layer's folder, run at once, on arrays in this thread's memory.

import type { Backend } from "./backend.ts";
import { kernels } from "./layers.ts";
import type { Floats, Ints } from "./runtime/check.ts";

/**
 * Makes the TypeScript tier.
 *
 * @param FloatArray type of every tensor: Float32Array for training, Float64Array for gradient checks
 */
export function createCpu(
  FloatArray: Float32ArrayConstructor | Float64ArrayConstructor = Float32Array,
) {
  return {
    name: "TypeScript",

    alloc(lengths) {
      const total = lengths.reduce((sum, length) => sum + length, 0);
      const block = new FloatArray(total);
      let end = 0;
      return lengths.map((length) => {
        end += length;
        return block.subarray(end - length, end);
      });
    },
    allocIds: (length) => new Int32Array(length),
    view: (tensor, start, length) => part("view", tensor, start, length),
    viewIds: (ids, start, length) => part("viewIds", ids, start, length),
    write: (tensor, values) => copy("write", tensor, values),
    writeIds: (ids, values) => copy("writeIds", ids, values),
    zero: (tensor) => {
      tensor.fill(0);
    },
    async read(tensor, into = new FloatArray(tensor.length)) {
      copy("read", into, tensor);
      return into;
    },
    submit() {},
    destroy() {},
    ...kernels,
  } satisfies Backend<Floats, Ints>;
}

function part<A extends Floats | Ints>(what: string, array: A, start: number, length: number): A {
  if (start < 0 || length < 0 || start + length > array.length) {
    throw new RangeError(
      `${what}: ${start} to ${start + length} is not within a tensor of ${array.length} values`,
    );
  }
  return array.subarray(start, start + length) as A;
}

function copy(what: string, to: Floats | Ints, from: Floats | Ints): void {
  if (to.length !== from.length) {
    throw new RangeError(`${what}: got ${from.length} values, expected ${to.length}`);
  }
  to.set(from);
}
