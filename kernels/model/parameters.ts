// What follows from a table of parameters: shapes, lengths, places in memory, initial values, weight decay.

import type { Floats } from "../runtime/check.ts";
import { normal, openStream } from "../runtime/random.ts";
import { count } from "../runtime/shape.ts";
import type { Parameter } from "./architecture.ts";
import type { ModelConfig } from "./config.ts";

// biome-ignore lint/suspicious/noExplicitAny: a table whose lines take any config that has the sizes they use
type Table = Readonly<Record<string, Parameter<any>>>;
type Name<T extends Table> = keyof T & string;

/** The names in the table's order: that of a checkpoint, of the memory, and of the random streams. */
export function namesOf<T extends Table>(table: T): Name<T>[] {
  return Object.keys(table);
}

/** Makes one value for each parameter, in order. */
export function byName<T extends Table, Value>(
  table: T,
  make: (name: Name<T>) => Value,
): Record<Name<T>, Value> {
  const entries = namesOf(table).map((name) => [name, make(name)]);
  return Object.fromEntries(entries) as Record<Name<T>, Value>;
}

/** Shape of the whole tensor: (L, ...) where every layer has its own. */
export function shapeOf<T extends Table>(table: T, name: Name<T>, config: ModelConfig): number[] {
  const { shape, perLayer } = table[name];
  return perLayer ? [config.L, ...shape(config)] : [...shape(config)];
}

/** Number of values in the whole tensor. */
export function lengthOf<T extends Table>(table: T, name: Name<T>, config: ModelConfig): number {
  return count(shapeOf(table, name, config));
}

/** Where each tensor begins when all follow one another in one block, counted in values. */
export function offsetsOf<T extends Table>(table: T, config: ModelConfig): Record<Name<T>, number> {
  let offset = 0;
  return byName(table, (name) => {
    const start = offset;
    offset += lengthOf(table, name, config);
    return start;
  });
}

/** Number of values in all tensors, padded rows included. */
export function countIn(table: Table, config: ModelConfig): number {
  return namesOf(table).reduce((sum, name) => sum + lengthOf(table, name, config), 0);
}

/** Matrices decay, vectors (biases, and the scales of layernorm) do not. */
export function decays<T extends Table>(table: T, name: Name<T>, config: ModelConfig): boolean {
  return table[name].shape(config).length === 2;
}

/**
 * The values of one tensor before training. Value i of the tensor in place k of the table depends on (seed, k, i) alone.
 * Source of the two deviations: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.3.
 *
 * @param seed integer from 0 to 2^32 - 1
 */
export function initialIn<T extends Table>(
  table: T,
  name: Name<T>,
  config: ModelConfig,
  seed: number,
): Float32Array {
  const { init, rows } = table[name];
  const values = new Float32Array(lengthOf(table, name, config));
  if (init === "ones") return values.fill(1);
  if (init === "zeros") return values;
  const stream = openStream(seed, namesOf(table).indexOf(name));
  const scale = init === "residual" ? 0.02 / Math.sqrt(2 * config.L) : 0.02;
  const length = rows === "tokens" ? (values.length / config.Vp) * config.V : values.length; // padded rows stay 0
  for (let i = 0; i < length; i++) values[i] = normal(stream, i) * scale;
  return values;
}

/** Checks that values are given for each parameter, in the right number. @throws RangeError naming the first that is not */
export function checkValues<T extends Table>(
  caller: string,
  table: T,
  values: Readonly<Record<Name<T>, Floats>>,
  config: ModelConfig,
): void {
  for (const name of namesOf(table)) {
    const expected = lengthOf(table, name, config);
    const got = values[name]?.length;
    if (got !== expected) {
      throw new RangeError(
        `${caller}: ${name} has ${got ?? "no"} values, expected ${expected} for shape (${shapeOf(table, name, config).join(", ")})`,
      );
    }
  }
}
