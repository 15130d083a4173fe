import { presets } from "@llm.ts/kernels/llama/config.ts";
import { planModel } from "@llm.ts/kernels/model/memory.ts";
import { outlineOf } from "@llm.ts/kernels/models.ts";
import {
  type Choice,
  type Contest,
  choiceKey,
  chooseForms,
  type Prepare,
  stillHolds,
  type Timing,
  watched,
} from "@llm.ts/kernels/runtime/choose.ts";
import { type Forms, formOf, type Trial, trainingSizes } from "@llm.ts/kernels/runtime/forms.ts";
import { deviceFor, matrixUnits, tellMatrixUnits } from "@llm.ts/kernels/runtime/gpu/adapter.ts";
import type { Shader } from "@llm.ts/kernels/runtime/gpu/pipelines.ts";
import type { Gpu } from "@llm.ts/kernels/runtime/gpu.ts";
import { createWebGpu, plainForms, withForms } from "@llm.ts/kernels/webgpu.ts";
import { describe, expect, test } from "vitest";

const trial = (shape: string, flops: number): Trial => ({ shape, flops, prepare: () => () => {} });
const contest: Contest = {
  kernel: "matmul",
  forms: ["slow", "steady", "fast"],
  trials: [trial("small", 1e6), trial("middle", 1e8), trial("large", 1e9)],
};

/**
 * A device of which every form does so many operations in a second, by name of form, then of shape; null if it fails.
 *
 * @param delay seconds that something else takes, during the so-manieth measurement
 */
function device(
  rates: Record<string, Record<string, number | null>>,
  delay: (measurement: number) => number = () => 0,
) {
  const measured: string[] = [];
  let [open, most] = [0, 0];
  const prepare: Prepare = (_, { shape, flops }) => {
    most = Math.max(most, ++open);
    return {
      async time(form) {
        measured.push(`${form} ${shape}`);
        const rate = rates[form][shape];
        if (rate === null) throw new Error(`${form} is refused`);
        return flops / rate + delay(measured.length);
      },
      end: () => open--,
    };
  };
  return { prepare, measured, opened: () => ({ open, most }) };
}
const same = (rate: number) => ({ small: rate, middle: rate, large: rate });
const tried = ({ timings }: Choice) => timings.map(({ form, shape }) => `${form} ${shape}`);

test("the form that is fastest with the last shape is chosen, whatever it was with the first", async () => {
  const { prepare, opened } = device({
    slow: same(1e11),
    steady: { small: 3e11, middle: 3e11, large: 3e11 },
    fast: { small: 2e11, middle: 2e11, large: 9e11 },
  });
  const choice = await chooseForms([contest], "key", prepare);
  expect(choice.forms).toEqual({ matmul: "fast" });
  expect(choice.key).toBe("key");
  expect(choice.timings[0]).toEqual({
    kernel: "matmul",
    form: "slow",
    shape: "small",
    seconds: 1e-5,
    gflops: 1e6 / 1e-5 / 1e9,
    fault: null,
  });
  expect(opened()).toEqual({ open: 0, most: 1 }); // what a trial took is given back before the next
});

test("a kernel's trial is prepared with the forms that were chosen for the kernels before it", async () => {
  const told: Record<string, string>[] = [];
  const { prepare } = device({ slow: same(1e9), steady: same(1e11), fast: same(9e11) });
  const second = { ...contest, kernel: "epilogue" };
  await chooseForms([contest, second], "key", (kernel, trial, chosen) => {
    if (trial.shape === "small") told.push({ kernel, ...chosen });
    return prepare(kernel, trial, chosen);
  });
  expect(told).toEqual([{ kernel: "matmul" }, { kernel: "epilogue", matmul: "fast" }]);
});

test("how far the contests are is told before each form is compiled, and only then", async () => {
  const { prepare, measured } = device({ slow: same(1e8), steady: same(4e8), fast: same(9e8) });
  const contests = [contest, { ...contest, kernel: "epilogue" }];
  const told: [string, number, number][] = [];
  const say = (kernel: string, done: number) => told.push([kernel, done, measured.length]);
  await chooseForms(contests, "key", watched(prepare, contests, say), 100);
  const [first, second, third, fourth] = told;
  expect(first).toEqual(["matmul", 0, 0]);
  expect([second[1], third[1]]).toEqual([expect.closeTo(1 / 18), expect.closeTo(2 / 18)]);
  expect(fourth[1]).toBeCloseTo(1 / 6); // the second of three trials, in the first of two contests
  expect(told.find(([kernel]) => kernel === "epilogue")?.[1]).toBe(0.5);
  expect(told.map(([, done]) => done)).toEqual(
    told.map(([, done]) => done).toSorted((a, b) => a - b),
  );
  expect(told).toHaveLength(2 * (3 + 2 + 2)); // the slowest form is dropped after the first trial
});

test("forms take turns, first the one way, then the other", async () => {
  const { prepare, measured } = device({ slow: same(8e9), steady: same(9e9), fast: same(1e10) });
  await chooseForms([contest], "key", prepare, 0.02);
  expect(measured.slice(0, 9)).toEqual([
    ...["slow small", "steady small", "fast small"],
    ...["fast small", "steady small", "slow small"],
    ...["slow small", "steady small", "fast small"],
  ]);
});

test.each([
  ["every other measurement is", (measurement: number) => (measurement % 2) * 0.03],
  ["the first two rounds are", (measurement: number) => (measurement <= 6 ? 0.03 : 0)],
  ["all rounds but the first are", (measurement: number) => (measurement > 3 ? 0.03 : 0)],
])("where %s disturbed, the best time of each form counts", async (_, delay) => {
  const rates = { slow: 1e11, steady: 2e11, fast: 2.2e11 };
  const [slow, steady, fast] = Object.values(rates).map(same);
  const short = { ...contest, trials: contest.trials.slice(0, 1) };
  const { forms, timings } = await chooseForms(
    [short],
    "key",
    device({ slow, steady, fast }, delay).prepare,
  );
  expect(forms).toEqual({ matmul: "fast" });
  expect(timings.map(({ seconds }) => seconds)).toEqual([1e6 / 1e11, 1e6 / 2e11, 1e6 / 2.2e11]);
});

test("a form three times slower than the best is not tried again", async () => {
  const { prepare, measured } = device({ slow: same(1e8), steady: same(4e8), fast: same(9e8) });
  const choice = await chooseForms([contest], "key", prepare, 100);
  expect(choice.forms).toEqual({ matmul: "fast" });
  expect(tried(choice)).toEqual([
    ...["slow small", "steady small", "fast small"],
    ...["steady middle", "fast middle", "steady large", "fast large"],
  ]);
  expect(measured.filter((each) => each === "slow small")).toHaveLength(2);
});

test("a call of less than a millisecond rules no form out: it is mostly the start of it", async () => {
  const late = { small: 1e10, middle: 4e12, large: 4e12 }; // 0.1 ms at first, where the others take 0.001
  const rates = { slow: late, steady: same(1e12), fast: same(1e12) };
  const choice = await chooseForms([contest], "key", device(rates).prepare);
  expect(choice.forms).toEqual({ matmul: "slow" });
});

test("a slow device is asked for no more than it can do in the budget", async () => {
  // 1e8 operations by three forms take 0.3 s a round; 1e9 would take 3 s.
  const rates = { slow: same(0.9e9), steady: same(1e9), fast: same(1.1e9) };
  const choice = await chooseForms([contest], "key", device(rates).prepare, 3);
  expect(choice.forms).toEqual({ matmul: "fast" });
  expect(tried(choice).at(-1)).toBe("fast middle");
  const least = await chooseForms([contest], "key", device(rates).prepare, 0.1);
  expect(tried(least)).toEqual(["slow small", "steady small", "fast small"]);
});

test("a form that the device refuses is not chosen, and says why; where none runs, the kernel is named", async () => {
  const none = { small: null, middle: null, large: null };
  const { prepare, measured } = device({ slow: same(1e9), steady: same(2e9), fast: none });
  const choice = await chooseForms([contest], "key", prepare);
  expect(choice.forms).toEqual({ matmul: "steady" });
  expect(choice.timings[2]).toMatchObject({
    form: "fast",
    seconds: null,
    fault: "fast is refused",
  });
  expect(measured.filter((each) => each === "fast small")).toHaveLength(1);

  const refusing = device({ slow: none, steady: none, fast: none });
  await expect(chooseForms([contest], "key", refusing.prepare)).rejects.toThrow(
    "no form of matmul runs on this GPU: slow is refused",
  );
  expect(refusing.opened().open).toBe(0);
});

test("a form that the device refuses after it has run is not chosen for the time it once took", async () => {
  let measurements = 0;
  const prepare: Prepare = (_, { flops }) => ({
    async time(form) {
      measurements++;
      if (form === "fast" && measurements > 3) throw new Error("the device was lost to it");
      return flops / { slow: 1e11, steady: 2e11, fast: 3e11 }[form as "slow"];
    },
    end() {},
  });
  const { forms, timings } = await chooseForms([contest], "key", prepare);
  expect(forms).toEqual({ matmul: "steady" });
  expect(timings[2]).toMatchObject({ seconds: null, fault: "the device was lost to it" });
});

test("a kept choice holds for the same key and among the same forms", () => {
  const timed = (form: string): Timing => ({
    kernel: "matmul",
    form,
    shape: "small",
    seconds: 1,
    gflops: 1,
    fault: null,
  });
  const timings = contest.forms.map(timed);
  const kept: Choice = { key: "key", forms: { matmul: "fast" }, timings };
  expect(stillHolds(kept, "key", [contest])).toBe(true);
  expect(stillHolds(kept, "other", [contest])).toBe(false);
  expect(stillHolds(kept, "key", [{ ...contest, forms: ["slow"] }])).toBe(false); // its form is gone
  const forms = [...contest.forms, "new"];
  expect(stillHolds(kept, "key", [{ ...contest, forms }])).toBe(false); // a new one may be faster
  expect(stillHolds({ ...kept, forms: {} }, "key", [contest])).toBe(false);
  const { timings: _, ...older } = kept;
  expect(stillHolds(older as Choice, "key", [contest])).toBe(false);
});

describe("where nothing was measured", () => {
  const gpu = (software: boolean, choices: Record<string, string> = {}) =>
    ({ software, choices }) as unknown as Gpu;

  test("a layer's own default is run, which may be another where a processor stands in for a GPU", () => {
    const matmul = formsOf("matmul");
    expect(formOf(gpu(false), matmul)).toBe("shared64");
    expect(formOf(gpu(true), matmul)).toBe("registers");
    expect(formOf(gpu(true, { matmul: "naive", layernorm: "rows" }), matmul)).toBe("naive");
  });

  test.each(withForms.map((forms) => [forms.kernel, forms] as const))(
    "the default of %s needs nothing but WebGPU's core, and its plain form is its first",
    (_, forms) => {
      const core = { features: new Set<string>() } as unknown as GPUDevice;
      for (const software of [false, true]) {
        expect(forms.on(core)).toContain(forms.unmeasured(software));
      }
      expect(forms.on(core)[0]).toBe(forms.plain);
      expect(forms.names[0]).toBe(forms.plain);
      expect(plainForms[forms.kernel]).toBe(forms.plain);
    },
  );

  test.each(withForms.map((forms) => [forms.kernel, forms] as const))(
    "%s is timed with work that grows, and is no larger than the batch",
    (_, { trials }) => {
      const large = trials(trainingSizes({ B: 4, T: 1024, C: 768, NH: 12 })).map(
        ({ flops }) => flops,
      );
      expect(large.length).toBeGreaterThan(1);
      expect(large).toEqual(large.toSorted((a, b) => a - b));
      const small = trials(trainingSizes({ B: 1, T: 8, C: 768, NH: 12 })).map(({ flops }) => flops);
      expect(small.at(-1)).toBeLessThan(large.at(-1) ?? 0);
    },
  );

  test("what GPT-2 has no choice in is left out of its sizes, and a Llama's own sizes are timed", () => {
    const sizes = trainingSizes({ B: 4, T: 1024, C: 768, NH: 12 });
    expect(sizes).toMatchObject({ NKV: 12, hs: 64, F: 3072, windowSize: 1024 });
    const config = { ...presets["llama-small"], windowSize: 32 };
    const llama = trainingSizes({ ...config, B: 2, T: 128 });
    expect(llama).toEqual({ B: 2, T: 128, C: 192, NH: 6, NKV: 3, hs: 32, F: 576, windowSize: 32 });
    expect(trainingSizes({ ...llama, windowSize: null }).windowSize).toBe(128);
    expect(trainingSizes({ ...llama, windowSize: 4096 }).windowSize).toBe(128);

    const last = (kernel: string) => formsOf(kernel).trials(llama).at(-1) as Trial;
    expect(last("matmul").shape).toBe("256 x 192 x 576");
    expect(last("epilogue").shape).toBe("256 x 192 x 576");
    expect(last("epilogue").flops).toBe(2 * 2 * 256 * 192 * 576);
    // Of 128 queries the first 32 see 1 to 32 tokens, the others 32.
    expect(last("attention").flops).toBe(18 * 2 * 6 * 32 * ((32 * 33) / 2 + 96 * 32));

    const runs: [string, Record<string, number>, number[]][] = [];
    const tensor = (length: number) => ({ length });
    const gpu = {
      alloc: tensor,
      scratch: (lengths: number[]) => lengths.map(tensor),
      choices: { attention: "rows" },
      run({ entryPoint }: Shader, constants: Record<string, number>, bound: { length: number }[]) {
        runs.push([entryPoint, constants, bound.map(({ length }) => length)]);
      },
    } as unknown as Gpu;
    last("attention").prepare(gpu)();
    const [out, lse, qkv] = [2 * 128 * 6 * 32, 2 * 6 * 128, 2 * 128 * (6 + 2 * 3) * 32];
    const heads = { T: 128, NH: 6, NKV: 3, hs: 32, windowSize: 32 };
    expect(runs).toEqual([
      ["forward", { ...heads, rows: lse }, [out, lse, qkv]],
      ["dattMeans", { ...heads, windowSize: 128, rows: lse }, [lse, out, out]],
      ["backwardQuery", { ...heads, rows: lse }, [qkv, out, qkv, lse, lse]],
      ["backwardKeyValue", { ...heads, rows: 2 * 3 * 128 }, [qkv, out, qkv, lse, lse]],
    ]);
  });

  test("the format of weights is among the sizes only where it has 16 bits: float32's choices keep their keys", () => {
    const sizes = { B: 4, T: 64, C: 128, NH: 4 };
    const float32 = trainingSizes(sizes);
    expect(trainingSizes({ ...sizes, weights: null })).toEqual(float32);
    expect(Object.keys(float32)).not.toContain("weights");
    const float16 = trainingSizes({ ...sizes, weights: "float16" });
    expect(float16).toEqual({ ...float32, weights: "float16" });
    const device = { adapterInfo: { vendor: "maker" } } as GPUDevice;
    expect(choiceKey(device, float16)).not.toBe(choiceKey(device, float32));
    expect(choiceKey(device, float32)).not.toContain("weights");
  });

  test.each([
    [null, undefined, 1],
    ["bfloat16", 1, 2],
    ["float16", 2, 2],
  ] as const)(
    "with weights in %s, matmul and what follows it are timed as they will run",
    (weights, packing, inWord) => {
      const sizes = trainingSizes({ B: 1, T: 16, C: 64, NH: 4, F: 128, weights });
      const tensor = (length: number) => ({ length, buffer: {} });
      type Bound = { length: number }[];
      const runs: [packing: number | undefined, length: number][] = []; // of each product, what B is
      const gpu = {
        alloc: tensor,
        scratch: (lengths: number[]) => lengths.map(tensor),
        view: (whole: unknown) => whole,
        pieces: (whole: { length: number }, row: number) => [
          { tensor: whole, row: 0, rows: whole.length / row },
        ],
        choices: { matmul: "registers", epilogue: "apart" },
        maxWorkgroups: 65535,
        place: {},
        run({ entryPoint }: Shader, constants: Record<string, number>, bound: Bound) {
          if (entryPoint === "registers") runs.push([constants.packing, bound[2].length]);
        },
        runEach() {},
      } as unknown as Gpu;
      const time = (kernel: string) => formsOf(kernel).trials(sizes).at(-1)?.prepare(gpu)();
      const weight = [packing, (64 * 128) / inWord];
      time("matmul");
      expect(runs).toEqual([weight, weight, [undefined, 16 * 64]]); // the gradient of the weight reads none
      runs.length = 0;
      time("epilogue");
      expect(runs).toEqual([weight, weight]);
    },
  );

  test("forms that read float16 are offered where the GPU has shader-f16 and weights are in float16", () => {
    const { on } = formsOf("matmul");
    const gpu = (...features: string[]) =>
      ({ features: new Set(features) }) as unknown as GPUDevice;
    const core = ["naive", "registers", "shared64", "shared256"];
    const further = ["shared64F16", "shared256F16"];
    expect(on(gpu("shader-f16"), "float16")).toEqual([...core, ...further]);
    expect(on(gpu("shader-f16"), "bfloat16")).toEqual(core);
    expect(on(gpu("shader-f16"), "float32")).toEqual(core);
    expect(on(gpu("subgroups"), "float16")).toEqual(core);
  });

  function formsOf(kernel: string): Forms {
    const found = withForms.find((forms) => forms.kernel === kernel);
    if (!found) throw new Error(`${kernel} has no forms`);
    return found;
  }
});

describe("a form by a name", () => {
  const make = (choices: Record<string, string>) => {
    const device = { features: new Set<string>() } as unknown as GPUDevice; // all that is looked at before memory is taken
    return () => createWebGpu(device, { choices });
  };

  test("that no kernel has is refused, with those that there are", () => {
    expect(make({ matmul: "fast" })).toThrow(
      'createWebGpu: matmul has no form "fast" on this GPU; choose naive, registers, shared64, shared256',
    );
    expect(make({ epilogue: "rows" })).toThrow('epilogue has no form "rows" on this GPU');
  });

  test("of a kernel that has only one is refused", () => {
    expect(make({ gelu: "rows" })).toThrow(
      '"gelu" is no kernel with several forms; these are: matmul, attention, layernorm, epilogue',
    );
  });

  test("that needs what this GPU does not offer is refused", () => {
    expect(make({ layernorm: "subgroups" })).toThrow(
      'layernorm has no form "subgroups" on this GPU; choose rows, fours',
    );
    expect(make({ matmul: "shared64F16" })).toThrow(
      'matmul has no form "shared64F16" on this GPU; choose naive, registers, shared64, shared256',
    );
  });
});

describe("a device is asked for", () => {
  const adapter = (...features: string[]) =>
    ({
      features: new Set(features),
      limits: { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 30 },
    }) as unknown as GPUAdapter;
  const plan = planModel(outlineOf(presets["llama-tiny"]), presets["llama-tiny"], {
    ...{ B: 1, T: 8, training: true },
  });
  const all = ["shader-f16", "subgroups", "texture-compression-bc", "timestamp-query"];

  test("what is of use and is there, and shader-f16 only for weights in float16", () => {
    const usual = { requiredLimits: {}, requiredFeatures: ["timestamp-query", "subgroups"] };
    expect(deviceFor(adapter(...all), plan)).toEqual(usual);
    expect(deviceFor(adapter(...all), plan, "bfloat16")).toEqual(usual);
    expect(deviceFor(adapter(...all), plan, "float16")).toEqual({
      ...usual,
      requiredFeatures: [...usual.requiredFeatures, "shader-f16"],
    });
    expect(deviceFor(adapter("subgroups"), plan, "float16").requiredFeatures).toEqual([
      "subgroups",
    ]);
  });

  test("matrix units, which matmul uses where they add in float32 and all subgroups have one size", () => {
    const units = "chromium-experimental-subgroup-matrix";
    expect(deviceFor(adapter(...all, units), plan, "float16").requiredFeatures).toContain(units);
    expect(deviceFor(adapter(...all, units), plan).requiredFeatures).not.toContain(units);

    const kind = (side: number, resultComponentType = "f32", N = side) => ({
      ...{ componentType: "f16", resultComponentType, M: side, N, K: side },
    });
    const info = (kinds: readonly object[], subgroupMinSize = 32) =>
      ({ subgroupMinSize, subgroupMaxSize: 32, subgroupMatrixConfigs: kinds }) as never;
    const told = (adapterInfo: GPUAdapterInfo, ...features: string[]) => {
      const device = { features: new Set(["shader-f16", ...features]) } as unknown as GPUDevice;
      tellMatrixUnits(device, adapterInfo);
      return { device, found: matrixUnits(device) };
    };
    const { device, found } = told(info([kind(8), kind(16)]), units);
    expect(found).toEqual({ side: 16, lanes: 32 });
    const matmul = withForms.find(({ kernel }) => kernel === "matmul");
    expect(matmul?.on(device, "float16")).toContain("matrices");
    expect(matmul?.on(device, "bfloat16")).not.toContain("matrices");
    expect(told(info([kind(16, "f32", 8), kind(8)]), units).found?.side).toBe(8);
    expect(told(info([kind(8)])).found).toBeNull(); // a device that did not ask for them
    expect(told(info([kind(8)], 8), units).found).toBeNull(); // subgroups of 8 to 32
    expect(told(info([kind(8, "f16")]), units).found).toBeNull();
    expect(told(info([kind(32)]), units).found).toBeNull();
    expect(told({} as GPUAdapterInfo, units).found).toBeNull(); // a browser that has the feature and says no more
  });
});
