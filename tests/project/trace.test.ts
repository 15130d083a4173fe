// What a recorded kernel is said to have done is what it did.

import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { mostAccesses, record } from "@llm.ts/kernels/runtime/trace.ts";
import { expect, test } from "vitest";

test("a write comes with what was read since the one before it, and with what the element held", () => {
  const { steps, arrays } = record(
    {
      out: { data: Float64Array.of(10, 20), shape: [2] },
      inp: { data: Float64Array.of(1, 2, 3, 4), shape: [2, 2] },
    },
    ({ out, inp }) => {
      out[0] += inp[1] * inp[2];
      out[1] = 7;
    },
  );
  expect(steps).toEqual([
    {
      reads: [
        { array: "out", index: 0, value: 10 },
        { array: "inp", index: 1, value: 2 },
        { array: "inp", index: 2, value: 3 },
      ],
      write: { array: "out", index: 0, value: 16 },
      before: 10,
    },
    { reads: [], write: { array: "out", index: 1, value: 7 }, before: 20 },
  ]);
  expect(arrays).toEqual([
    { name: "out", shape: [2], start: [10, 20] },
    { name: "inp", shape: [2, 2], start: [1, 2, 3, 4] },
  ]);
});

test("a value is noted as the array holds it: rounded to float32", () => {
  const { steps } = record({ out: { data: new Float32Array(1), shape: [1] } }, ({ out }) => {
    out[0] = 0.1;
  });
  expect(steps[0].write.value).toBe(Math.fround(0.1));
});

test("a kernel runs on watched arrays as on others, and its checks are not in the record", () => {
  const [T, C] = [2, 3];
  const inp = Float32Array.of(1, 2, 6, -1, 0, 4);
  const weight = Float32Array.of(2, 3, 4);
  const bias = Float32Array.of(1, 1, 1);
  const expected = new Float32Array(T * C);
  layernormForward(expected, new Float32Array(T), new Float32Array(T), inp, weight, bias, 1, T, C);
  const out = new Float32Array(T * C);
  const { steps } = record(
    {
      out: { data: out, shape: [1, T, C] },
      mean: { data: new Float32Array(T), shape: [1, T] },
      rstd: { data: new Float32Array(T), shape: [1, T] },
      inp: { data: inp, shape: [1, T, C] },
      weight: { data: weight, shape: [C] },
      bias: { data: bias, shape: [C] },
    },
    (a) => layernormForward(a.out, a.mean, a.rstd, a.inp, a.weight, a.bias, 1, T, C),
  );
  expect(out).toEqual(expected);
  const written = steps.map(({ write }) => `${write.array}[${write.index}]`);
  expect(written.toSorted()).toEqual(
    [
      ...["out[0]", "out[1]", "out[2]", "out[3]", "out[4]", "out[5]"],
      ...["mean[0]", "mean[1]", "rstd[0]", "rstd[1]"],
    ].toSorted(),
  );
  const read = new Set(steps.flatMap(({ reads }) => reads.map(({ array }) => array)));
  expect([...read].sort()).toEqual(["bias", "inp", "weight"]);
});

test("a subarray or a fill of a watched array reaches the array itself", () => {
  const data = Float64Array.of(1, 2, 3);
  record({ out: { data, shape: [3] } }, ({ out }) => {
    out.fill(5);
    out.subarray(1)[0] = 6;
  });
  expect(data).toEqual(Float64Array.of(5, 6, 5));
});

test("a shape that does not fit and too many accesses are refused by name", () => {
  const data = new Float64Array(6);
  expect(() => record({ inp: { data, shape: [2, 4] } }, () => {})).toThrow(
    new RangeError("record: inp has 6 values, expected 2*4 = 8"),
  );
  const many = () =>
    record({ out: { data, shape: [6] } }, ({ out }) => {
      for (let i = 0; i <= mostAccesses; i++) out[i % 6] = i;
    });
  expect(many).toThrow("more than 4000 reads and writes; take smaller sizes");
});
