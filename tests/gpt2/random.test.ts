import {
  hash,
  nextUniform,
  normal,
  openStream,
  streams,
  uniform,
} from "@llm.ts/kernels/runtime/random.ts";
import { describe, expect, test } from "vitest";
import { loadReference } from "../reference.ts";

const cases = await loadReference("gpt2-random");

describe.each(cases)("the generator, case $name", ({ sizes, floats, ints }) => {
  const stream = openStream(sizes.seed, sizes.stream);
  const indices = [...ints("indices")].map((index) => index >>> 0); // stored as int32

  test("gives the bits that Python gives", () => {
    expect(indices.map((index) => hash(stream, index) | 0)).toEqual([...ints("bits")]);
  });

  test("gives the uniform and normal numbers that Python gives, to the last bit of float32", () => {
    const rounded = (numbers: number[]) => Float32Array.from(numbers);
    expect(rounded(indices.map((index) => uniform(stream, index)))).toEqual(floats("uniform"));
    expect(rounded(indices.map((index) => normal(stream, index)))).toEqual(floats("normal"));
  });
});

test("normal numbers have mean 0, variance 1, and the tails of a normal distribution", () => {
  const count = 100_000;
  const stream = openStream(7, 3);
  const numbers = Array.from({ length: count }, (_, i) => normal(stream, i));
  const mean = numbers.reduce((sum, x) => sum + x, 0) / count;
  const variance = numbers.reduce((sum, x) => sum + x * x, 0) / count;
  const beyond = (limit: number) => numbers.filter((x) => Math.abs(x) > limit).length / count;
  expect(Math.abs(mean)).toBeLessThan(0.01); // standard error 0.003
  expect(Math.abs(variance - 1)).toBeLessThan(0.015); // standard error 0.0045
  // A sum of eight has slightly lighter tails: by its kurtosis of -0.15, 0.323 and 0.044 in place of 0.317 and 0.0455.
  expect(Math.abs(beyond(1) - 0.323)).toBeLessThan(0.006); // standard error 0.0015
  expect(Math.abs(beyond(2) - 0.044)).toBeLessThan(0.003); // standard error 0.0007
});

test("numbers side by side, and streams side by side, have nothing to do with each other", () => {
  const count = 50_000;
  const correlation = (a: (i: number) => number, b: (i: number) => number) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += (a(i) - 0.5) * (b(i) - 0.5);
    return (12 * sum) / count;
  };
  const [one, next, other] = [openStream(1, 0), openStream(1, 1), openStream(2, 0)];
  const at = (stream: typeof one, shift: number) => (i: number) => uniform(stream, i + shift);
  for (const b of [at(one, 1), at(one, 2), at(next, 0), at(next, 1), at(other, 0), at(other, 1)]) {
    expect(Math.abs(correlation(at(one, 0), b))).toBeLessThan(0.02); // standard error 0.0045
  }
});

test("a state gives the numbers of the sampling stream one after another, and can be kept", () => {
  const state = { seed: 5, counter: 0 };
  const numbers = [nextUniform(state), nextUniform(state), nextUniform(state)];
  const stream = openStream(5, streams.sampling);
  expect(numbers).toEqual([0, 1, 2].map((i) => uniform(stream, i)));
  expect(new Set(numbers).size).toBe(3);
  const kept = structuredClone(state);
  expect(nextUniform(kept)).toBe(nextUniform(state));
  expect(state.counter).toBe(4);
});

test.each([-1, 0.5, 2 ** 32, Number.NaN])("a seed of %s is refused", (seed) => {
  expect(() => openStream(seed, 0)).toThrow(
    `openStream: seed is ${seed}, expected an integer from 0 to 2^32 - 1`,
  );
});
