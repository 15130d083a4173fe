// Matmul's forms that read float16 themselves, on GPUs that offer shader-f16; and on the others, that none of it is asked for.
// It runs on the GPU that Dawn finds here, if it finds one, and on SwiftShader. Test names tell which these were.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { formats } from "@llm.ts/kernels/runtime/half.ts";
import { afterAll, describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { withSwiftShader } from "../vulkan.ts";
import type { Answer, Job, Machine } from "./child.ts";

const tight = { atol: 5e-6, rtol: 5e-6 }; // against PyTorch, as in the tests of matmul with weights in 16 bits
// Against the rung that unpacks words: the same sums in the same order, which a compiler may round together in another way.
const sameNumbers = { atol: 2e-6, rtol: 2e-6 };
const cases = (await loadReference("matmul-half")).filter(({ name }) => name.endsWith("_float16"));

const further = ["shared64F16", "shared256F16", "matrices"];
const core = ["naive", "registers", "shared64", "shared256"];

/** A process in which Dawn finds what this environment shows it. */
async function start(env: NodeJS.ProcessEnv) {
  const script = fileURLToPath(new URL("child.ts", import.meta.url));
  const child = fork(script, {
    env,
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: [],
  });
  let said = ""; // by drivers too, which complain of much: shown where the process ends
  child.stderr?.on("data", (text) => {
    said += text;
  });
  const gone = once(child, "exit").then(() => {
    throw new Error(`the process with the GPU has ended: ${said}`);
  });
  gone.catch(() => {}); // reported where an answer is waited for
  const told = async <Message>() => {
    const [message] = await Promise.race([once(child, "message"), gone]);
    return message as Message;
  };
  const machine = await told<Machine | null>();
  return {
    machine,
    end: () => child.kill(),
    run(job: Job): Promise<Answer> {
      const answer = told<Answer>();
      child.send(job);
      return answer;
    },
  };
}

const processes = [await start(process.env), await start(await withSwiftShader())];
afterAll(() => {
  for (const { end } of processes) end();
});
const machines = processes.flatMap(({ machine, run }) => (machine ? [{ ...machine, run }] : []));
/** Each GPU once. */
const each = machines.filter(({ name }, i) => machines.findIndex((m) => m.name === name) === i);

test("there is a GPU to test on", () => {
  expect(each.map(({ name }) => name)).not.toEqual([]);
});

/** float16 as it is packed. */
function packed(values: Float32Array): Float32Array {
  const halves = Uint16Array.from(new Uint32Array(values.buffer), formats.float16.narrow);
  const words = new Uint16Array(2 * Math.ceil(halves.length / 2));
  words.set(halves);
  return new Float32Array(words.buffer);
}

interface Case {
  readonly B: number;
  readonly T: number;
  readonly C: number;
  readonly OC: number;
  readonly inp: Float32Array;
  readonly weight: Float32Array; // as the kernel reads it
  readonly bias: Float32Array | null;
  readonly dout: Float32Array;
}

function caseOf({ name, sizes, floats, ints }: (typeof cases)[number]): Case {
  const { B, T, C, OC } = sizes;
  const bias = name.startsWith("no_bias") ? null : floats("bias");
  const weight = new Float32Array(ints("packed").buffer);
  return { B, T, C, OC, inp: floats("inp"), weight, bias, dout: floats("dout") };
}

/** A job that calls matmul, forward and backward; its tensors are out, dinp, dweight, dbias, and then what is given. */
function both(
  form: string,
  weights: Job["weights"],
  given: Case,
  options: Job["options"] = {},
): Job {
  const { B, T, C, OC, inp, weight, bias, dout } = given;
  const name = { float32: "matmul", bfloat16: "matmulBfloat16", float16: "matmulFloat16" }[weights];
  const out = new Float32Array(B * T * OC).fill(NaN); // all of it must be written
  const gradients = [B * T * C, OC * C, OC].map((length, i) => random(length, 20 + i)); // which are added to
  return {
    weights,
    options: { ...options, choices: { matmul: form } },
    tensors: [out, ...gradients, inp, weight, bias ?? new Float32Array(OC), dout],
    calls: [
      [`${name}Forward`, "0", "4", "5", bias && "6", B, T, C, OC],
      [`${name}Backward`, "1", "2", bias && "3", "7", "4", "5", B, T, C, OC],
    ],
  };
}

const refusalOf = (form: string) =>
  `createWebGpu: matmul has no form "${form}" on this GPU; choose ${core.join(", ")}`;

const results = ["out", "dinp", "dweight", "dbias"];

function randomCase({ T, C, OC }: { T: number; C: number; OC: number }): Case {
  const [inp, bias, dout] = [random(T * C, 1), random(OC, 3), random(T * OC, 4)];
  return { B: 1, T, C, OC, inp, weight: packed(random(OC * C, 2)), bias, dout };
}

/** Runs a case with weights in float16 in a form, and gives the entry points that ran. */
async function expectPyTorch(
  run: (job: Job) => Promise<Answer>,
  form: string,
  reference: (typeof cases)[number],
): Promise<readonly string[]> {
  const given = caseOf(reference);
  const job = both(form, "float16", given);
  const { tensors, entryPoints, refusal } = await run(job);
  expect(refusal).toBeNull();
  expectClose("out", tensors[0], reference.floats("out"), tight);
  results.slice(1).forEach((gradient, i) => {
    if (gradient === "dbias" && !given.bias) return;
    const added = tensors[i + 1].map((x, j) => x - job.tensors[i + 1][j]);
    expectClose(gradient, added, reference.floats(`${gradient}`), tight);
  });
  return entryPoints;
}

describe.each(each)("on $name", ({ features, offered, run }) => {
  const has = features.includes("shader-f16");
  const units = features.includes("chromium-experimental-subgroup-matrix");
  const there = further.filter((form) => has && (form !== "matrices" || units));

  test("what is timed goes by the GPU and the format of weights", () => {
    expect(offered).toEqual({
      float32: core,
      bfloat16: core,
      float16: [...core, ...there],
    });
  });

  test("a device for weights in another format is made without shader-f16, and refuses the forms that need it", async () => {
    for (const [i, form] of further.entries()) {
      const weights = i % 2 === 0 ? "float32" : "bfloat16";
      const { refusal } = await run(both(form, weights, randomCase({ T: 2, C: 4, OC: 4 })));
      expect(refusal).toBe(refusalOf(form));
    }
  });

  if (!has) {
    test("it has no shader-f16: the forms are refused for weights in float16 too, and another reads them", async () => {
      for (const form of further) {
        const { refusal } = await run(both(form, "float16", randomCase({ T: 2, C: 4, OC: 4 })));
        expect(refusal).toBe(refusalOf(form));
      }
      const [reference] = cases.filter(({ name }) => name.startsWith("fours"));
      const entryPoints = await expectPyTorch(run, "registers", reference);
      expect(entryPoints.slice(0, 3)).toEqual(["registers", "registers", "naive"]); // the third sums over 5 rows
    });
    return;
  }

  if (!units) {
    test("it has no matrix units: the form that needs them is refused", async () => {
      const { refusal } = await run(both("matrices", "float16", randomCase({ T: 2, C: 4, OC: 4 })));
      expect(refusal).toBe(`${refusalOf("matrices")}, shared64F16, shared256F16`);
    });
  }

  describe.each(there)("it has shader-f16, and the form is %s", (form) => {
    const rung = form === "matrices" ? "shared64" : form.replace("F16", "");

    test.each(cases)("forward and backward agree with PyTorch, case $name", async (reference) => {
      const entryPoints = await expectPyTorch(run, form, reference);
      const { C, OC } = reference.sizes;
      const inFours = C % 4 === 0 && OC % 4 === 0; // as all forms but naive need it
      const products = inFours ? [form, form] : ["naivePacked", "naivePacked"];
      expect(entryPoints.slice(0, 2)).toEqual(products);
    });

    test.each([
      { T: 72, C: 36, OC: 68, options: { maxWorkgroups: 1 } }, // of no tile, in parts of its rows
      { T: 8, C: 260, OC: 388, options: { maxBinding: 2 ** 17 } }, // 201,760 bytes, cut in two
    ])(
      "gives what words give that are unpacked, T=$T C=$C OC=$OC",
      async ({ options, ...sizes }) => {
        const given = randomCase(sizes);
        const expected = await run(both(rung, "float16", given, options));
        const got = await run(both(form, "float16", given, options));
        const [forward] = got.entryPoints;
        expect(forward).toBe(form);
        expect(got.entryPoints).toContain(rung); // the gradient of the weight reads no weight
        expect(expected.entryPoints).not.toContain(form);
        results.forEach((result, i) => {
          // Matrix units add in an order of their own.
          const close = form === "matrices" ? tight : sameNumbers;
          expectClose(result, got.tensors[i], expected.tensors[i], close);
        });
      },
    );

    test("numbers from the smallest to the largest count as themselves", async () => {
      const [C, OC] = [8, 4];
      const values = [6e-8, 3e-6, 6.2e-5, 65504];
      const weight = Float32Array.from({ length: OC * C }, (_, i) =>
        i % C === 3 ? values[Math.floor(i / C)] * (-1) ** Math.floor(i / C) : 0,
      );
      const inp = Float32Array.from({ length: C }, (_, i) => Number(i === 3));
      const given = { B: 1, T: 1, C, OC, inp, weight: packed(weight), bias: null };
      const { tensors } = await run(
        both(form, "float16", { ...given, dout: new Float32Array(OC) }),
      );
      const { narrow, widen } = formats.float16;
      const rounded = new Float32Array(
        Uint32Array.from(new Uint32Array(weight.buffer), (word) => widen(narrow(word))).buffer,
      );
      for (const [o, value] of tensors[0].entries()) {
        const expected = rounded[o * C + 3];
        if (value === 0)
          expect(Math.abs(expected)).toBeLessThan(2 ** -14); // subnormals may be taken for 0
        else expect(value).toBe(expected);
      }
      expect(tensors[0][3]).toBe(-65504);
    });

    test.each([
      ["geluForward", ["1", "0"]],
      ["residualForward", ["1", "6", "0"]],
    ] as const)(
      "%s is done in its shader too, which gives what two dispatches give",
      async (follower, args) => {
        const { T, C, OC, inp, weight, bias, dout } = randomCase({ T: 70, C: 36, OC: 68 });
        const job = (epilogue: string): Job => ({
          weights: "float16",
          options: { choices: { matmul: form, epilogue } },
          // biome-ignore format: out, next, inp, weight, bias, unused, added
          tensors: [new Float32Array(T * OC), new Float32Array(T * OC), inp, weight, bias as Float32Array, inp, dout],
          calls: [
            ["matmulFloat16Forward", "0", "2", "3", "4", 1, T, C, OC],
            [follower, ...args, T * OC],
          ],
        });
        const fused = await run(job("fused"));
        expect(fused.entryPoints).toEqual([`${form}Fused`]);
        const apart = await run(job("apart"));
        expect(apart.entryPoints).toEqual([form, "forward"]);
        expect(fused.tensors[0]).toEqual(apart.tensors[0]);
        expectClose("next", fused.tensors[1], apart.tensors[1], { atol: 1e-6, rtol: 1e-6 });
      },
    );
  });
});
