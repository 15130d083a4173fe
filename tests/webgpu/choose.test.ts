// Forms of kernels timed on a real device.

import { forms as attention } from "@llm.ts/kernels/attention/flash.gpu.ts";
import { forms as layernorm, layernormForward } from "@llm.ts/kernels/layernorm/layernorm.gpu.ts";
import { presets } from "@llm.ts/kernels/llama/config.ts";
import { type Contest, chooseForms, racesOn } from "@llm.ts/kernels/runtime/choose.ts";
import { trainingSizes } from "@llm.ts/kernels/runtime/forms.ts";
import type { Shader } from "@llm.ts/kernels/runtime/gpu/pipelines.ts";
import { expect, test } from "vitest";
import { openDevice } from "../device.ts";

const device = (await openDevice()) as GPUDevice;

/** Each form a loop of so many rounds; "broken" is no WGSL, "unknown" makes the call itself fail. */
const rounds: Record<string, number> = { long: 4e5, short: 4e3 };
const shader = (form: string): Shader => ({
  entryPoint: "main",
  code: `
    override rounds: u32;
    @group(0) @binding(0) var<storage, read_write> out: array<f32>;
    @compute @workgroup_size(1) fn main() {
      for (var i = 0u; i < rounds; i++) { out[0] = fract(out[0] * 1.5 + 0.25); }
      ${form === "broken" ? "this is no WGSL" : ""}
    }`,
});

const contest = (forms: string[]): Contest => ({
  kernel: "loop",
  forms,
  trials: [
    {
      shape: "one",
      flops: 1e6,
      prepare(gpu) {
        const out = gpu.alloc(1);
        return () => {
          const form = gpu.choices.loop;
          if (form === "unknown") throw new Error("there is no such form");
          gpu.run(shader(form), { rounds: rounds[form] ?? 1 }, [out], 1);
        };
      },
    },
  ],
});

test("the faster of two forms is chosen, also after forms that the device refuses", async () => {
  const forms = ["broken", "long", "unknown", "short"];
  const choice = await chooseForms([contest(forms)], "key", racesOn(device));
  expect(choice.forms).toEqual({ loop: "short" });
  const [broken, long, unknown, short] = choice.timings;
  expect(broken.fault).toMatch(/shader/);
  expect(unknown.fault).toBe("there is no such form");
  expect(broken.seconds).toBeNull();
  expect(unknown.seconds).toBeNull();
  expect(short.seconds).toBeGreaterThan(0);
  expect(long.seconds).toBeGreaterThan(3 * (short.seconds as number));
});

test("where the device refuses every form, that is said", async () => {
  await expect(
    chooseForms([contest(["broken", "unknown"])], "key", racesOn(device)),
  ).rejects.toThrow("no form of loop runs on this GPU: ");
});

test("subgroups are offered and chosen only on a device that has them", async () => {
  expect(layernorm.on(device)).toEqual(["rows", "fours"]);
  const withSubgroups = await openDevice("subgroups");
  const adapter = await navigator.gpu.requestAdapter();
  // A GPU without subgroups has no device for the tests of that form: there this test is all there is.
  expect(withSubgroups === null).toBe(!adapter?.features.has("subgroups"));
  if (withSubgroups) expect(layernorm.on(withSubgroups)).toEqual(layernorm.names);

  const rows: Contest = {
    kernel: "layernorm",
    forms: layernorm.names, // as if nobody had asked the device
    trials: [
      {
        shape: "3 x 8",
        flops: 3 * 8,
        prepare(gpu) {
          const [out, mean, rstd, inp, weight, bias] = [24, 3, 3, 24, 8, 8].map(gpu.alloc);
          return () => layernormForward(gpu, out, mean, rstd, inp, weight, bias, 1, 3, 8);
        },
      },
    ],
  };
  const { forms, timings } = await chooseForms([rows], "key", racesOn(device), 0.01);
  expect(forms.layernorm).not.toBe("subgroups");
  const faults = timings.map(({ form, fault }) => [form, fault !== null]);
  expect(faults).toEqual([
    ["rows", false],
    ["fours", false],
    ["subgroups", true],
  ]);
});

test("every form of attention is timed with the heads and the window of a Llama", async () => {
  const sizes = { ...presets["llama-tiny"], windowSize: 16, B: 1, T: 32 };
  const forms = attention.on(device);
  const trials = attention.trials(trainingSizes(sizes)).slice(-1);
  const { timings } = await chooseForms(
    [{ kernel: "attention", forms, trials }],
    "key",
    racesOn(device),
    0.01,
  );
  expect(timings.map(({ form, fault }) => [form, fault])).toEqual(
    attention.names.map((form) => [form, null]),
  );
  expect(timings[0].shape).toBe("B=1 T=32 NH=4 NKV=2 hs=32 windowSize=16");
});
