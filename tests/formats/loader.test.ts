import {
  createLoader,
  createValidationLoader,
  type DataLoader,
} from "@llm.ts/kernels/formats/loader.ts";
import { describe, expect, test } from "vitest";

/** A text whose token i is i, so that a batch shows where it was cut from. */
const counting = (length: number) => Uint16Array.from({ length }, (_, i) => i);

/** All inputs of the next `batches` batches; with T = 1 these are the windows in the order dealt. */
function starts(loader: DataLoader, batches: number): number[] {
  return Array.from({ length: batches }, () => {
    loader.next();
    return [...loader.inputs];
  }).flat();
}

/** Copies of the next `batches` batches. */
function batches(loader: DataLoader, count: number) {
  return Array.from({ length: count }, () => {
    loader.next();
    return [loader.inputs.slice(), loader.targets.slice()];
  });
}

describe("the data loader", () => {
  test("targets are inputs moved on by one, and windows begin at multiples of T", () => {
    const [B, T] = [3, 4];
    const loader = createLoader(counting(60), B, T, 1);
    for (let step = 0; step < 20; step++) {
      loader.next();
      for (let b = 0; b < B; b++) {
        const start = loader.inputs[b * T];
        expect(start % T).toBe(0);
        for (let t = 0; t < T; t++) {
          expect(loader.inputs[b * T + t]).toBe(start + t);
          expect(loader.targets[b * T + t]).toBe(start + t + 1);
        }
      }
    }
  });

  test.each([
    { length: 5, T: 4, windows: 1 },
    { length: 8, T: 4, windows: 1 },
    { length: 9, T: 4, windows: 2 },
    { length: 2, T: 1, windows: 1 },
  ])("$length tokens make $windows windows of T = $T", ({ length, T, windows }) => {
    expect(createLoader(counting(length), 1, T, 1).windows).toBe(windows);
  });

  test("each epoch deals every window once, in an order of its own", () => {
    const windows = 50;
    const loader = createLoader(counting(windows + 1), 1, 1, 7);
    const inOrder = Array.from({ length: windows }, (_, i) => i);
    const epochs = [0, 1, 2].map(() => starts(loader, windows));
    for (const epoch of epochs) {
      expect(epoch.toSorted((a, b) => a - b)).toEqual(inOrder);
      expect(epoch).not.toEqual(inOrder);
    }
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(epochs[1]).not.toEqual(epochs[2]);
  });

  test("a batch goes over the end of an epoch, and over several where the text is short", () => {
    const whole = starts(createLoader(counting(6), 1, 1, 3), 24);
    expect(starts(createLoader(counting(6), 3, 1, 3), 8)).toEqual(whole);
    expect(starts(createLoader(counting(6), 12, 1, 3), 2)).toEqual(whole);
    expect(whole.slice(5, 10).toSorted()).toEqual([0, 1, 2, 3, 4]);
  });

  test("another seed is another order, the same seed the same", () => {
    const order = (seed: number) => starts(createLoader(counting(41), 1, 1, seed), 40);
    expect(order(5)).toEqual(order(5));
    expect(order(5)).not.toEqual(order(6));
    expect(order(0)).not.toEqual(order(2 ** 32 - 1));
  });

  test("the order is what it was when this was written, so a kept run can go on after an update", () => {
    expect(starts(createLoader(counting(11), 1, 1, 1337), 20)).toMatchInlineSnapshot(`
      [
        2,
        6,
        7,
        5,
        8,
        4,
        3,
        1,
        0,
        9,
        5,
        7,
        9,
        8,
        6,
        0,
        2,
        3,
        4,
        1,
      ]
    `);
  });

  test("every window is about equally likely in every place", () => {
    const counts = new Array(5).fill(0);
    for (let seed = 0; seed < 2000; seed++) {
      const loader = createLoader(counting(6), 1, 1, seed);
      loader.next();
      counts[loader.inputs[0]]++;
    }
    // 400 expected, deviation sqrt(2000 * 0.2 * 0.8) = 18
    for (const count of counts) expect(Math.abs(count - 400)).toBeLessThan(90);
  });

  test.each([0, 1, 5, 16, 17, 100])(
    "restored after %i batches, it deals the very same batches",
    (before) => {
      const create = () => createLoader(counting(100), 3, 6, 42); // 16 windows
      const unbroken = create();
      for (let i = 0; i < before; i++) unbroken.next();
      const restored = create();
      restored.position = unbroken.position;
      expect(restored.position).toBe(3 * before);
      expect(batches(restored, 20)).toEqual(batches(unbroken, 20));
    },
  );

  test("a position goes back as well as on", () => {
    const loader = createLoader(counting(100), 3, 6, 42);
    const first = batches(loader, 30);
    loader.position = 0;
    expect(batches(loader, 30)).toEqual(first);
  });

  test("a position may lie inside a batch: another B goes on where the first stopped", () => {
    const whole = starts(createLoader(counting(31), 1, 1, 8), 60);
    const loader = createLoader(counting(31), 3, 1, 8);
    loader.position = 7;
    expect(starts(loader, 10)).toEqual(whole.slice(7, 37));
    expect(loader.position).toBe(37);
  });

  test("the arrays are the same ones at every step", () => {
    const loader = createLoader(counting(20), 2, 3, 1);
    const { inputs, targets } = loader;
    loader.next();
    expect(loader.inputs).toBe(inputs);
    expect(loader.targets).toBe(targets);
    expect(targets).toEqual(inputs.map((id) => id + 1));
  });

  test("tokens of either type make the same batches", () => {
    const ids = counting(50);
    const wide = createLoader(Int32Array.from(ids), 2, 5, 9);
    expect(batches(wide, 12)).toEqual(batches(createLoader(ids, 2, 5, 9), 12));
  });
});

describe("the validation loader", () => {
  test("it deals the windows in the order of the text, and begins again", () => {
    const loader = createValidationLoader(counting(16), 2, 3); // windows begin at 0, 3, 6, 9, 12
    loader.next();
    expect([...loader.inputs]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...loader.targets]).toEqual([1, 2, 3, 4, 5, 6]);
    loader.next();
    expect([...loader.inputs]).toEqual([6, 7, 8, 9, 10, 11]);
    loader.next();
    expect([...loader.inputs]).toEqual([12, 13, 14, 0, 1, 2]);
    loader.position = 0;
    loader.next();
    expect([...loader.inputs]).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe("bad input to a loader", () => {
  test("a text shorter than T + 1 tokens is named, with what to do", () => {
    expect(() => createLoader(counting(64), 4, 64, 1)).toThrow(
      "createLoader: the text has 64 tokens, expected at least T + 1 = 65: use a longer text, or a smaller T",
    );
    expect(() => createValidationLoader(counting(0), 1, 1)).toThrow(
      "createValidationLoader: the text has 0 tokens, expected at least T + 1 = 2: use a longer text, or a smaller T",
    );
    expect(createLoader(counting(65), 4, 64, 1).windows).toBe(1);
  });

  test.each([0, -1, 1.5, Number.NaN])("B or T of %s is refused", (size) => {
    expect(() => createLoader(counting(9), size, 4, 1)).toThrow(
      `createLoader: B is ${size}, expected a positive integer`,
    );
    expect(() => createLoader(counting(9), 4, size, 1)).toThrow(
      `createLoader: T is ${size}, expected a positive integer`,
    );
  });

  test.each([-1, 0.5, 2 ** 32, Number.NaN])("a seed of %s is refused at once", (seed) => {
    expect(() => createLoader(counting(9), 1, 4, seed)).toThrow(RangeError);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "a position of %s is refused, and the loader stays where it was",
    (position) => {
      const loader = createLoader(counting(9), 1, 4, 1);
      loader.next();
      expect(() => {
        loader.position = position;
      }).toThrow(`DataLoader: position is ${position}, expected a number of windows from 0`);
      expect(loader.position).toBe(1);
    },
  );
});
