import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { narrow, widen } from "@llm.ts/kernels/formats/half.ts";
import {
  encodeModel,
  encodeStateHeader,
  openModel,
  readModel,
  readState,
  stateHeader,
  writeModel,
} from "@llm.ts/kernels/formats/llmc.ts";
import { memorySource } from "@llm.ts/kernels/formats/source.ts";
import type { ReadWeights } from "@llm.ts/kernels/formats/weights.ts";
import {
  byParameter,
  countParameters,
  initialValues,
  type ParameterName,
  parameterLength,
  parameterNames,
} from "@llm.ts/kernels/gpt2/parameters.ts";
import { describe, expect, test } from "vitest";

const config = { maxT: 7, V: 5, Vp: 128, L: 3, NH: 2, C: 4 }; // all different
const parameters = byParameter((name) => initialValues(name, config, 1));
const count = countParameters(config);

/** A debug state as llm.c's train_gpt2.py writes it: every value tells its place in the file. */
function state(B: number, T: number) {
  const values = 2 * B * T + B * T * config.V + 1 + count;
  const bytes = new Uint8Array(1024 + 4 * values);
  const view = new DataView(bytes.buffer);
  [20240327, 2, B, T].forEach((value, i) => {
    view.setInt32(4 * i, value, true);
  });
  for (let i = 0; i < values; i++) {
    if (i < 2 * B * T) view.setInt32(1024 + 4 * i, i, true);
    else view.setFloat32(1024 + 4 * i, i, true);
  }
  return bytes;
}

describe("llm.c's model file", () => {
  test("the header has llm.c's numbers in llm.c's order, and wte follows it", () => {
    const bytes = writeModel({ config, parameters });
    const header = new Int32Array(bytes.buffer, 0, 256);
    expect([...header.subarray(0, 8)]).toEqual([20240326, 3, 7, 5, 3, 2, 4, 128]);
    expect(header.subarray(8).every((value) => value === 0)).toBe(true);
    expect(bytes.length).toBe(1024 + 4 * count);
    expect(new Float32Array(bytes.buffer, 1024, 128 * 4)).toEqual(parameters.wte);
  });

  test("the parameters lie in llm.c's order, all layers of one behind one another", () => {
    const numbered = byParameter((name) =>
      new Float32Array(parameterLength(name, config)).fill(parameterNames.indexOf(name) + 1),
    );
    const bytes = writeModel({ config, parameters: numbered });
    const [C, L] = [4, 3];
    const lengths = [
      ...[128 * C, 7 * C], // wte, wpe
      ...[L * C, L * C], // ln1w, ln1b
      ...[L * 3 * C * C, L * 3 * C, L * C * C, L * C], // qkvw, qkvb, attprojw, attprojb
      ...[L * C, L * C], // ln2w, ln2b
      ...[L * 4 * C * C, L * 4 * C, L * C * 4 * C, L * C], // fcw, fcb, fcprojw, fcprojb
      ...[C, C], // lnfw, lnfb
    ];
    const expected = lengths.flatMap((length, i) => new Array(length).fill(i + 1));
    expect([...new Float32Array(bytes.buffer, 1024)]).toEqual(expected);
  });

  test("what was written is read again, from any place in a buffer", () => {
    const bytes = writeModel({ config, parameters });
    for (const shift of [0, 1, 4, 6]) {
      const buffer = new Uint8Array(bytes.length + shift);
      buffer.set(bytes, shift);
      expect(readModel(buffer.subarray(shift))).toEqual({ config, parameters });
      expect(readModel(Buffer.from(buffer.buffer, shift))).toEqual({ config, parameters });
    }
  });

  test("a file cut off, or with more behind it, is refused", () => {
    const bytes = writeModel({ config, parameters });
    for (const length of [0, 1, 1023, 1024, 1025, bytes.length - 4, bytes.length - 1]) {
      expect(() => readModel(bytes.subarray(0, length)), `${length}`).toThrow(FormatError);
    }
    const longer = new Uint8Array(bytes.length + 4);
    longer.set(bytes);
    expect(() => readModel(longer)).toThrow("it is too long");
  });

  test.each<[string, number, number, string]>([
    [
      "another kind of file",
      0,
      20240327,
      "the magic number is 20240327, expected 20240326: this is a debug state of llm.c",
    ],
    [
      "a version from before wte was padded",
      1,
      1,
      "the version is 1, expected 3 or 5: 3 is float32",
    ],
    ["another dtype than the length is for", 1, 5, "in bfloat16, 3584 bytes in all"],
    ["no positions", 2, 0, "the header is damaged: config: maxT is 0"],
    ["a negative vocabulary", 3, -5, "the header is damaged: config: V is -5"],
    [
      "heads that do not divide the channels",
      5,
      3,
      "the header is damaged: config: C is 4 and NH is 3",
    ],
    [
      "a padded vocabulary smaller than the vocabulary",
      3,
      129,
      "the header is damaged: config: Vp is 128",
    ],
    ["a layer more", 4, 4, "it is truncated"],
    ["a layer less", 4, 2, "it is too long"],
    ["sizes beyond all memory", 6, 2 ** 30, "it is truncated"],
  ])("%s in the header is refused", (_, place, value, message) => {
    const bytes = writeModel({ config, parameters });
    new DataView(bytes.buffer).setInt32(4 * place, value, true);
    expect(() => readModel(bytes)).toThrow(FormatError);
    expect(() => readModel(bytes)).toThrow(message);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "a parameter that is %s is refused",
    (value) => {
      const bytes = writeModel({ config, parameters });
      new DataView(bytes.buffer).setFloat32(1024 + 4 * 17, value, true);
      expect(() => readModel(bytes)).toThrow(FormatError);
      expect(() => readModel(bytes)).toThrow(`wte[17] is ${value}: the file is damaged`);
    },
  );

  test("a parameter of another length is not written", () => {
    const lnfb = new Float32Array(3);
    expect(() => writeModel({ config, parameters: { ...parameters, lnfb } })).toThrow(
      "writeModel: lnfb has 3 values, expected 4",
    );
  });
});

describe("llm.c's model file in pieces", () => {
  const read: ReadWeights<ParameterName> = (name, start, into) =>
    into.set(parameters[name].subarray(start, start + into.length));

  async function encode(dtype: "float32" | "bfloat16", from = read) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of encodeModel(config, from, dtype)) chunks.push(chunk);
    return new Uint8Array(Buffer.concat(chunks));
  }

  test("what is written in pieces is what is written at once, and is read from any place", async () => {
    const bytes = await encode("float32");
    expect(bytes).toEqual(writeModel({ config, parameters }));
    const model = await openModel(memorySource(bytes));
    expect([model.config, model.dtype]).toEqual([config, "float32"]);
    for (const name of parameterNames) {
      const [from, to] = [1, parameters[name].length - 1];
      const values = new Float32Array(to - from);
      await model.read(name, from, values);
      expect(values, name).toEqual(parameters[name].subarray(from, to));
    }
  });

  test("version 5 holds the same parameters in bfloat16, and both readers widen them", async () => {
    const bytes = await encode("bfloat16");
    expect(bytes.length).toBe(1024 + 2 * count);
    expect([...new Int32Array(bytes.buffer, 0, 8)]).toEqual([20240326, 5, 7, 5, 3, 2, 4, 128]);
    const rounded = byParameter((name) => widen(narrow(parameters[name], "BF16"), "BF16"));
    expect(rounded.wte).not.toEqual(parameters.wte);
    expect(readModel(bytes)).toEqual({ config, parameters: rounded });
    const model = await openModel(memorySource(bytes));
    expect(model.dtype).toBe("bfloat16");
    const values = new Float32Array(7);
    await model.read("fcw", 20, values);
    expect(values).toEqual(rounded.fcw.subarray(20, 27));
  });

  test("a value that bfloat16 cannot hold is named, and not written as infinite", async () => {
    const large: ReadWeights<ParameterName> = (name, start, into) => {
      read(name, start, into);
      if (name === "ln2b") into[3] = -3.4e38;
    };
    await expect(encode("bfloat16", large)).rejects.toThrow(
      "ln2b[3] is -3.3999999521443642e+38, which bfloat16 cannot hold: write it in float32",
    );
    expect((await encode("float32", large)).length).toBe(1024 + 4 * count);
  });

  test("a parameter that is not a number is refused when it is read", async () => {
    const bytes = await encode("float32");
    new DataView(bytes.buffer).setFloat32(1024 + 4 * 17, Number.NaN, true);
    const model = await openModel(memorySource(bytes));
    const into = new Float32Array(4);
    await model.read("wte", 18, into);
    await expect(model.read("wte", 15, into)).rejects.toThrow("wte[17] is NaN");
  });

  test("a file cut off, too long, or of another kind is refused before anything is read", async () => {
    const bytes = await encode("float32");
    for (const length of [0, 3, 1023, 1024, bytes.length - 1]) {
      await expect(openModel(memorySource(bytes.subarray(0, length)))).rejects.toThrow("truncated");
    }
    const longer = Buffer.concat([bytes, Buffer.from([0])]);
    await expect(openModel(memorySource(longer))).rejects.toThrow("it is too long by 1");
    await expect(openModel(memorySource(state(1, 1)))).rejects.toThrow("a debug state of llm.c");
  });
});

describe("llm.c's debug state", () => {
  test("its header alone says B and T, and is written as llm.c writes it", () => {
    const bytes = state(2, 3);
    const header = bytes.slice(0, 1024);
    expect(stateHeader(header, bytes.length, config)).toEqual({ B: 2, T: 3 });
    expect(encodeStateHeader(2, 3)).toEqual(header);
    expect(() => stateHeader(header, bytes.length - 4, config)).toThrow("it is truncated");
  });

  test("inputs, targets, logits, loss and gradients are taken from their places", () => {
    const [B, T, V] = [2, 3, 5];
    const read = readState(state(B, T), config);
    expect({ B: read.B, T: read.T }).toEqual({ B, T });
    expect([...read.inputs]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...read.targets]).toEqual([6, 7, 8, 9, 10, 11]);
    expect(read.logits.length).toBe(B * T * V);
    expect(read.logits[0]).toBe(12);
    expect(read.loss).toBe(12 + B * T * V);
    let first = read.loss + 1;
    for (const name of parameterNames) {
      expect(read.gradients[name].length).toBe(parameterLength(name, config));
      expect(read.gradients[name][0]).toBe(first);
      first += read.gradients[name].length;
    }
  });

  test("it is read from a place that is not aligned", () => {
    const bytes = state(1, 2);
    const shifted = Buffer.alloc(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(readState(shifted.subarray(1), config)).toEqual(readState(bytes, config));
  });

  test("a file cut off, foreign, or of another model is refused", () => {
    const bytes = state(2, 3);
    for (const length of [0, 1023, 1024, bytes.length - 1]) {
      expect(() => readState(bytes.subarray(0, length), config), `${length}`).toThrow(FormatError);
    }
    expect(() => readState(writeModel({ config, parameters }), config)).toThrow(
      "llm.c debug state: the magic number is 20240326, expected 20240327",
    );
    expect(() => readState(bytes, { ...config, L: 1 })).toThrow(FormatError);
    expect(() => readState(bytes, { ...config, maxT: 2 })).toThrow(
      "B is 2 and T is 3, expected 1 or more, and T at most maxT = 2",
    );
    const negative = bytes.slice();
    new DataView(negative.buffer).setInt32(8, -2, true);
    expect(() => readState(negative, config)).toThrow("B is -2");
  });
});
