import { type Config, checkConfig, presets } from "@llm.ts/kernels/gpt2/config.ts";
import {
  byParameter,
  checkParameters,
  countParameters,
  initialValues,
  parameterLength,
  parameterNames,
  parameterOffsets,
  parameterShape,
  parameterTable,
} from "@llm.ts/kernels/gpt2/parameters.ts";
import { paddedVocabulary } from "@llm.ts/kernels/model/config.ts";
import { decays } from "@llm.ts/kernels/model/parameters.ts";
import { describe, expect, test } from "vitest";
import { loadReference } from "../reference.ts";
import { small } from "./models.ts";

describe("config", () => {
  test("every preset can exist", () => {
    for (const preset of Object.values(presets)) expect(() => checkConfig(preset)).not.toThrow();
  });

  const refused: [Partial<Config>, string][] = [
    [{ NH: 5 }, "config: C is 12 and NH is 5, but the heads share the channels evenly"],
    [{ Vp: 100 }, "config: Vp is 100, expected a multiple of 128: 128 for V = 19"],
    [{ V: 129 }, "config: Vp is 128, expected at least V = 129"],
    [{ L: 0 }, "config: L is 0, expected a positive integer"],
    [{ maxT: 2.5 }, "config: maxT is 2.5, expected a positive integer"],
    [{ C: Number.NaN }, "config: C is NaN, expected a positive integer"],
    [{ NH: undefined }, "config: NH is undefined, expected a positive integer"],
  ];
  test.each(refused)("%o is refused by name", (change, message) => {
    expect(() => checkConfig({ ...small, ...change })).toThrow(message);
  });

  test("the vocabulary is padded to a multiple of 128", () => {
    expect([1, 128, 129, 50257].map(paddedVocabulary)).toEqual([128, 128, 256, 50304]);
  });
});

describe("the table of parameters", () => {
  test("has llm.c's tensors in llm.c's order, and GPT-2 124M has as many values as there", () => {
    const order =
      "wte wpe ln1w ln1b qkvw qkvb attprojw attprojb ln2w ln2b fcw fcb fcprojw fcprojb lnfw lnfb";
    expect(parameterNames.join(" ")).toBe(order);
    expect(countParameters(presets["gpt2-124M"])).toBe(124_475_904);
    expect(countParameters(presets.tiny)).toBe(932_608);
  });

  test("lays the tensors behind one another without gaps", () => {
    const offsets = parameterOffsets(small);
    let end = 0;
    for (const name of parameterNames) {
      expect(offsets[name]).toBe(end);
      end += parameterLength(name, small);
    }
    expect(end).toBe(countParameters(small));
    expect(parameterShape("qkvw", small)).toEqual([2, 36, 12]);
    expect(parameterShape("wte", small)).toEqual([128, 12]);
  });

  test("lets matrices decay, and vectors not", () => {
    const decaying = parameterNames.filter((name) => decays(parameterTable, name, small));
    expect(decaying).toEqual(["wte", "wpe", "qkvw", "attprojw", "fcw", "fcprojw"]);
  });

  test("values that are missing or too few are refused by name", () => {
    const values = byParameter((name) => initialValues(name, small, 1));
    const { fcb, ...others } = values;
    expect(() => checkParameters("load", others as typeof values, small)).toThrow(
      "load: fcb has no values, expected 96 for shape (2, 48)",
    );
    expect(() =>
      checkParameters("load", { ...values, wpe: values.wpe.subarray(1) }, small),
    ).toThrow("load: wpe has 83 values, expected 84 for shape (7, 12)");
  });
});

describe("initial values", async () => {
  const cases = await loadReference("gpt2");

  test("are those of PyTorch to the last bit", () => {
    const { sizes, floats } = cases.find(({ name }) => name === "initial") as (typeof cases)[0];
    for (const name of parameterNames) {
      const values = initialValues(name, sizes as unknown as Config, sizes.seed);
      expect(values, name).toEqual(floats(name));
    }
  });

  test("are as wide as they should be; residual projections narrower by sqrt(2L)", () => {
    const width = (name: (typeof parameterNames)[number]) => {
      const values = initialValues(name, presets.tiny, 1);
      return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    };
    for (const name of ["wte", "wpe", "qkvw", "fcw"] as const) {
      expect(width(name) / 0.02, name).toBeCloseTo(1, 1);
    }
    for (const name of ["attprojw", "fcprojw"] as const) {
      expect(width(name) / 0.02, name).toBeCloseTo(1 / Math.sqrt(8), 2);
    }
  });

  test("are 0 in the padded rows of wte, and differ from seed to seed", () => {
    const wte = initialValues("wte", small, 1);
    const rows = small.V * small.C;
    expect(wte.subarray(rows).every((value) => value === 0)).toBe(true);
    expect(wte.subarray(0, rows).some((value) => value === 0)).toBe(false);
    expect(initialValues("wte", small, 2)).not.toEqual(wte);
  });
});
