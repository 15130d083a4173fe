// Kernels on WebGPU in Node, in a process of its own: which drivers there are is settled before a process begins. It first tells
// what there is, and then answers one job after the other.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import type { Forms } from "@llm.ts/kernels/runtime/forms.ts";
import { deviceFor, nameOfAdapter, tellMatrixUnits } from "@llm.ts/kernels/runtime/gpu/adapter.ts";
import type { GpuOptions } from "@llm.ts/kernels/runtime/gpu.ts";
import type { MemoryPlan } from "@llm.ts/kernels/runtime/plan.ts";
import { createProfile } from "@llm.ts/kernels/runtime/profile.ts";
import { find, importShaders } from "../../src/commands/webgpu.ts";

const formats = ["float32", "bfloat16", "float16"] as const;
type Format = (typeof formats)[number];

/** What there is; null where Dawn finds no GPU. */
export interface Machine {
  readonly name: string;
  readonly features: readonly string[];
  /** The forms of matmul that are timed, by the format of weights. */
  readonly offered: Readonly<Record<Format, readonly string[]>>;
}

/** Kernels to call one after the other, on a device as the trainer asks for it. */
export interface Job {
  readonly weights: Format;
  readonly options: GpuOptions;
  readonly tensors: readonly Float32Array[];
  /** A tensor is told by its number, as a string. */
  readonly calls: readonly (readonly [kernel: string, ...args: (string | number | null)[]])[];
}

export interface Answer {
  /** All tensors, after the calls. */
  readonly tensors: readonly Float32Array[];
  /** Of the shaders that ran. */
  readonly entryPoints: readonly string[];
  /** What was said instead, where something was refused. */
  readonly refusal: string | null;
}

const nothing: MemoryPlan = { tensors: [], groups: {}, bytes: 0 }; // so no limits are asked for
const send = (message: Machine | Answer | null) => process.send?.(message);

const found = await find(undefined).catch(() => null);
if (found) await serve(found.gpu);
else send(null);

async function serve(gpu: GPU): Promise<void> {
  importShaders();
  const { createWebGpu, withForms } = await import("@llm.ts/kernels/webgpu.ts");

  async function open(format: Format) {
    const adapter = (await gpu.requestAdapter()) as GPUAdapter; // each makes one device
    const half = format === "float32" ? null : format;
    const device = await adapter.requestDevice(deviceFor(adapter, nothing, half));
    tellMatrixUnits(device, adapter.info);
    return { adapter, device };
  }
  const { adapter, device: plain } = await open("float32");
  const devices: Readonly<Record<Format, GPUDevice>> = {
    float32: plain,
    bfloat16: (await open("bfloat16")).device,
    float16: (await open("float16")).device,
  };

  async function answer({ weights, options, tensors, calls }: Job): Promise<Answer> {
    const profile = createProfile(devices[weights]);
    const backend: Backend<unknown, unknown> = createWebGpu(devices[weights], {
      ...options,
      profile,
    }) as never;
    const handles = backend.alloc(tensors.map(({ length }) => length));
    handles.forEach((handle, i) => {
      backend.write(handle, tensors[i]);
    });
    for (const [kernel, ...args] of calls) {
      const given = args.map((arg) => (typeof arg === "string" ? handles[Number(arg)] : arg));
      (backend as unknown as Record<string, (...args: unknown[]) => void>)[kernel](...given);
    }
    const after: Float32Array[] = [];
    for (const handle of handles) after.push((await backend.read(handle)) as Float32Array);
    const entryPoints = (await profile.take()).map(({ entryPoint }) => entryPoint);
    backend.destroy();
    profile.destroy();
    return { tensors: after, entryPoints, refusal: null };
  }

  const matmul = withForms.find(({ kernel }) => kernel === "matmul") as Forms;
  const offered = formats.map((format) => [format, matmul.on(devices[format], format)]);
  process.on("message", (job: Job) => {
    answer(job).then(send, ({ message }: Error) => {
      send({ tensors: [], entryPoints: [], refusal: message });
    });
  });
  send({
    name: nameOfAdapter(adapter.info),
    features: [...adapter.features],
    offered: Object.fromEntries(offered) as Machine["offered"],
  });
}
