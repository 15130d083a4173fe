import { presets as gpt2 } from "@llm.ts/kernels/gpt2/config.ts";
import { countParameters } from "@llm.ts/kernels/gpt2/parameters.ts";
import { type Config, checkConfig, families, presets } from "@llm.ts/kernels/llama/config.ts";
import { fitLlama, outlineOf, planLlama } from "@llm.ts/kernels/llama/plan.ts";
import { countIn, namesOf } from "@llm.ts/kernels/model/parameters.ts";
import { describe, expect, test } from "vitest";
import { small } from "./models.ts";

const count = (config: Config) => countIn(outlineOf(config).parameters, config);

describe("config", () => {
  const refused: [object, string][] = [
    [{ NKV: 3 }, "NKV is 3 and NH is 4, but each head of keys serves as many heads of queries"],
    [{ hs: 5 }, "hs is 5, expected an even number: rope turns pairs of channels"],
    [{ hs: 0 }, "hs is 0, expected a positive integer"],
    [{ NKV: undefined }, "NKV is undefined, expected a positive integer"],
    [{ norm: "batchnorm" }, 'norm is "batchnorm", expected "rmsnorm" or "layernorm"'],
    [{ mlp: "relu" }, 'mlp is "relu", expected "swiglu" or "geglu" or "gelu"'],
    [{ tied: 1 }, "tied is 1, expected true or false"],
    [{ positions: "learned", scaled: true }, "scaled is true, expected false where positions are"],
    [{ eps: -1e-5 }, "eps is -0.00001, expected a finite number, 0 or more"],
    [{ base: 0 }, "base is 0, expected a finite number over 0"],
    [{ windowSize: 0 }, "windowSize is 0, expected a positive integer, or null for all tokens"],
    [{ windowSize: undefined }, "windowSize is undefined, expected a positive integer, or null"],
    [{ scaling: { factor: 8, low: 1, before: 8192 } }, "scaling.high is undefined"],
    [{ scaling: { factor: 8, low: 4, high: 4, before: 8192 } }, "scaling.high is 4, expected"],
  ];
  test.each(refused)("%o is refused by name", (change, message) => {
    expect(() => checkConfig({ ...small.llama2, ...change })).toThrow(`config: ${message}`);
  });

  test("odd heads are no matter where nothing is turned", () => {
    expect(() => checkConfig({ ...small.gpt2, hs: 5 })).not.toThrow();
  });
});

describe("the tables", () => {
  test("hold what the parts ask for, and nothing else", () => {
    const names = (config: Config) => namesOf(outlineOf(config).parameters).join(" ");
    const all = "wte ln1w qkvw attprojw ln2w fcw fcprojw lnfw";
    expect(names(small.llama2)).toBe(`${all} headw`);
    expect(names(small.gemma)).toBe(all);
    expect(names(small.gpt2)).toBe(
      "wte wpe ln1w ln1b qkvw attprojw ln2w ln2b fcw fcprojw lnfw lnfb",
    );
    expect(Object.keys(outlineOf(small.gpt2).constants)).toEqual([]);
    expect(Object.keys(outlineOf(small.llama2).constants)).toEqual(["cis"]);
    expect(Object.keys(outlineOf(small.llama2).activations)).not.toContain("ln1mean");
  });

  // From the models' own papers and files: Llama 2 7B and Llama 3 8B have 6.74 and 8.03 billion parameters, Mistral 7B 7.24, Gemma
  // 2B 2.51, and SmolLM2-135M 134.5 million.
  test.each([
    ["Llama 2 7B", 6_738_415_616, { ...families.llama2, V: 32000, L: 32, C: 4096, NH: 32, NKV: 32, hs: 128, F: 11008 }],
    ["Llama 3 8B", 8_030_261_248, { ...families.llama3, V: 128256, L: 32, C: 4096, NH: 32, NKV: 8, hs: 128, F: 14336 }],
    ["Mistral 7B", 7_241_732_096, { ...families.mistral, V: 32000, L: 32, C: 4096, NH: 32, NKV: 8, hs: 128, F: 14336 }],
    ["Gemma 2B", 2_506_172_416, { ...families.gemma, V: 256000, L: 18, C: 2048, NH: 8, NKV: 1, hs: 256, F: 16384 }],
    ["SmolLM2-135M", 134_515_008, { ...families.llama2, tied: true, V: 49152, L: 30, C: 576, NH: 9, NKV: 3, hs: 64, F: 1536 }],
  ] as const)("%s has %i parameters", (_, parameters, sizes) => {
    expect(sizes.V % 128).toBe(0); // no row is padding
    expect(count({ ...sizes, Vp: sizes.V, maxT: 4096 })).toBe(parameters);
  }); // biome-ignore format: a line for each

  test("the presets have as many parameters as GPT-2's, within 2 %", () => {
    for (const size of ["tiny", "small", "medium"] as const) {
      const config: Config = presets[`llama-${size}`];
      checkConfig(config);
      const { maxT, V, Vp, L, C, NH, hs } = config;
      expect({ maxT, V, Vp, L, C, NH }).toEqual(gpt2[size]);
      expect(NH * hs).toBe(C);
      const ratio = count(config) / countParameters(gpt2[size]);
      expect(ratio).toBeGreaterThan(0.98);
      expect(ratio).toBeLessThanOrEqual(1);
    }
  });

  test("the plan holds the angles in a group of their own, and less memory where attention is computed again", () => {
    const config = presets["llama-tiny"];
    const options = { B: 4, T: 64, training: true };
    const kept = planLlama(config, options).groups;
    const again = planLlama(config, {
      ...options,
      attention: "recomputed",
      recompute: true,
    }).groups;
    expect(kept.constants).toBe(4 * 64 * 32);
    expect(kept.parameters).toBe(4 * count(config));
    expect(kept.activations).toBeGreaterThan(again.activations);
    const attention =
      4 * (config.L + 1) * 4 * config.NH * 64 * 64 - 4 * config.L * 4 * config.NH * 64;
    const light = 4 * (config.L - 1) * 4 * 64 * (2 * config.C + config.F);
    expect(kept.activations - again.activations).toBe(attention + light);
  });
});

describe("a model of the sizes of SmolLM2-135M, held against WebGPU's default limits", () => {
  const MiB = 2 ** 20;
  const limits = { maxBytes: Infinity, maxBuffer: 256 * MiB, maxBinding: 128 * MiB };
  const config: Config = {
    ...{ ...families.llama2, base: 100_000, tied: true, maxT: 8192, V: 49152, Vp: 49152 },
    ...{ L: 30, C: 576, NH: 9, NKV: 3, hs: 64, F: 1536 },
  };
  const held = (B: number, T: number, changes: Partial<typeof limits> = {}) =>
    fitLlama(config, { B, T, training: true, attention: "recomputed" }, { ...limits, ...changes });

  test("it fits as short texts in 2.3 GB, and in 3.3 GB at T = 1024, in 2.6 GB with less kept", () => {
    expect(held(1, 64).fits).toBe(true);
    expect(held(1, 64).plan.bytes).toBeLessThan(2.3e9);
    expect(held(1, 1024).fits).toBe(true);
    expect(held(1, 1024).plan.bytes).toBeLessThan(3.3e9);
    const saving = { recompute: true, activations: "bfloat16" } as const;
    const options = { B: 1, T: 1024, training: true, attention: "recomputed", ...saving } as const;
    const less = fitLlama(config, options, limits);
    expect(less.fits).toBe(true);
    expect(less.plan.bytes).toBeLessThan(2.6e9);
  });

  test.each<[number, number, Partial<typeof limits>, string, object | null]>([
    [16, 1024, {}, "B = 16, T = 1024 needs 192 MiB in one piece (activations: fch), and this GPU takes at most 128 MiB. What fits is B = 8, T = 1024", { B: 8, T: 1024 }],
    [1, 1024, { maxBytes: 3e9 }, "B = 1, T = 1024 needs 3.03 GiB, and there are 2.79 GiB. What fits is B = 1, T = 512", { B: 1, T: 512 }],
    [1, 64, { maxBytes: 2e9 }, "B = 1, T = 64 needs 2.08 GiB, and there are 1.86 GiB. Not even one text of one token fits", null],
  ])("B = %i, T = %i is refused with the numbers", (B, T, changes, reason, nearest) => {
    const found = held(B, T, changes);
    if (found.fits) throw new Error("it fits");
    expect(found.reason).toContain(reason);
    expect(found.nearest?.size ?? null).toEqual(nearest);
  }); // biome-ignore format: a line for each
});
