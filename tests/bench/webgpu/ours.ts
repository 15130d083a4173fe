// The kernels of this project, as one of those compared.

import * as attention from "@llm.ts/kernels/attention/attention.gpu.ts";
import * as flash from "@llm.ts/kernels/attention/flash.gpu.ts";
import * as layernorm from "@llm.ts/kernels/layernorm/layernorm.gpu.ts";
import * as matmul from "@llm.ts/kernels/matmul/matmul.gpu.ts";
import type { GpuTensor } from "@llm.ts/kernels/runtime/gpu/tensor.ts";
import { createGpu, type Gpu } from "@llm.ts/kernels/runtime/gpu.ts";
import type { Contender, Job, Prepared } from "../contest.ts";

/** What one job is done with: tensors that are written first, the result before all, and the call. */
interface Setup {
  readonly result: GpuTensor;
  readonly accumulates: boolean; // whether the result is added to, and so must be 0 to be compared
  readonly call: () => void;
}

export interface Forms {
  readonly matmul: string;
  readonly attention: string; // one of flash.forms, or "kept"
  readonly layernorm: string;
}

/** @param forms where other than the defaults; "kept" is attention with the table of weights */
export function ours(name: string, device: GPUDevice, forms: Partial<Forms>): Contender {
  return {
    name,
    open: async () => {},
    async prepare(job, inputs): Promise<Prepared> {
      const gpu = createGpu(device, { choices: { ...forms } });
      const end = gpu.alloc(1);
      const tensors = inputs.map((values) => {
        const tensor = gpu.alloc(values.length);
        gpu.write(tensor, values);
        return tensor;
      });
      const { result, accumulates, call } = setUp(gpu, job, tensors, forms);
      await gpu.read(end);
      return {
        async run(calls) {
          for (let i = 0; i < calls; i++) call();
          await gpu.read(end);
        },
        async result() {
          if (accumulates) gpu.zero(result);
          call();
          return gpu.read(result);
        },
        dispose: () => gpu.destroy(),
      };
    },
  };
}

function setUp(gpu: Gpu, job: Job, inputs: GpuTensor[], forms: Partial<Forms>): Setup {
  switch (job.kernel) {
    case "matmul":
      return setUpMatmul(gpu, job, inputs);
    case "layernorm":
      return setUpLayernorm(gpu, job, inputs);
    case "attention":
      return forms.attention === "kept"
        ? setUpKept(gpu, job, inputs)
        : setUpFlash(gpu, job, inputs);
  }
}

type Of<Kernel> = Extract<Job, { kernel: Kernel }>;

/** Rows are taken in parts where the result is more than can be bound, as the classifier takes them. */
function setUpMatmul(gpu: Gpu, { product, rows, C, OC }: Of<"matmul">, [x, y]: GpuTensor[]): Setup {
  if (product === "dinp") {
    const dinp = gpu.alloc(rows * C);
    const call = () => {
      let row = 0;
      for (const part of gpu.pieces(x, OC)) {
        const result = gpu.view(dinp, row * C, part.rows * C);
        const weight = { tensor: y, format: "float32" } as const;
        matmul.addToInp(gpu, result, part.tensor, weight, part.rows, C, OC);
        row += part.rows;
      }
    };
    return { result: dinp, accumulates: true, call };
  }
  if (product === "dweight") {
    const dweight = gpu.alloc(OC * C);
    const call = () => {
      for (const part of gpu.pieces(x, OC)) {
        const inp = gpu.view(y, part.row * C, part.rows * C);
        matmul.addToWeight(gpu, dweight, part.tensor, inp, part.rows, C, OC);
      }
    };
    return { result: dweight, accumulates: true, call };
  }
  const out = gpu.alloc(rows * OC);
  const call = () => {
    for (const part of gpu.pieces(out, OC)) {
      const inp = gpu.view(x, part.row * C, part.rows * C);
      matmul.matmulForward(gpu, part.tensor, inp, y, null, 1, part.rows, C, OC);
    }
  };
  return { result: out, accumulates: false, call };
}

function setUpLayernorm(
  gpu: Gpu,
  { product, rows, C }: Of<"layernorm">,
  [dout, inp, weight, bias]: GpuTensor[],
): Setup {
  const [out, mean, rstd] = [rows * C, rows, rows].map(gpu.alloc);
  const forward = () =>
    layernorm.layernormForward(gpu, out, mean, rstd, inp, weight, bias, 1, rows, C);
  if (product === "forward") return { result: out, accumulates: false, call: forward };
  forward(); // leaves mean and rstd
  const [dinp, dweight, dbias] = [rows * C, C, C].map(gpu.alloc);
  const call = () =>
    layernorm.layernormBackward(
      gpu,
      dinp,
      dweight,
      dbias,
      dout,
      inp,
      weight,
      mean,
      rstd,
      1,
      rows,
      C,
    );
  return { result: dinp, accumulates: true, call };
}

function setUpFlash(gpu: Gpu, job: Of<"attention">, [dout, inp]: GpuTensor[]): Setup {
  const { product, B, T, C, NH } = job;
  const [out, lse] = [B * T * C, B * NH * T].map(gpu.alloc);
  const forward = () => flash.attentionFlashForward(gpu, out, lse, inp, B, T, C, NH);
  if (product === "forward") return { result: out, accumulates: false, call: forward };
  forward(); // leaves out and lse
  const dinp = gpu.alloc(B * T * 3 * C);
  const call = () => flash.attentionFlashBackward(gpu, dinp, dout, out, inp, lse, B, T, C, NH);
  return { result: dinp, accumulates: true, call };
}

function setUpKept(gpu: Gpu, job: Of<"attention">, [dout, inp]: GpuTensor[]): Setup {
  const { product, B, T, C, NH } = job;
  const [out, preatt, att] = [B * T * C, B * NH * T * T, B * NH * T * T].map(gpu.alloc);
  const forward = () => attention.attentionForward(gpu, out, preatt, att, inp, B, T, C, NH);
  if (product === "forward") return { result: out, accumulates: false, call: forward };
  forward(); // leaves att
  const [dinp, dpreatt, datt] = [B * T * 3 * C, B * NH * T * T, B * NH * T * T].map(gpu.alloc);
  const call = () => {
    gpu.zero(dpreatt); // both are added to, and would grow from call to call
    gpu.zero(datt);
    attention.attentionBackward(gpu, dinp, dpreatt, datt, dout, inp, att, B, T, C, NH);
  };
  return { result: dinp, accumulates: true, call };
}
