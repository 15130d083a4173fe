// What WebGPU promises on every device, and what the kernels need of it. Figures are in the units of WebGPU itself.

import { formatBytes } from "@llm.ts/kernels/runtime/plan.ts";
import { integer } from "../page/numbers.ts";

export interface Limit {
  name:
    | "maxStorageBufferBindingSize"
    | "maxBufferSize"
    | "maxStorageBuffersPerShaderStage"
    | "maxComputeWorkgroupStorageSize"
    | "maxComputeInvocationsPerWorkgroup"
    | "maxComputeWorkgroupsPerDimension"
    | "minStorageBufferOffsetAlignment";
  /** In words. */
  says: string;
  unit: "bytes" | "";
  /** The default: what a device has if nothing more is asked for, on every GPU. */
  promised: number;
  /** What llm.ts does with it. */
  use: string;
}

const KiB = 2 ** 10;
const MiB = 2 ** 20;

export const limits: readonly Limit[] = [
  {
    name: "maxBufferSize",
    says: "Largest buffer",
    unit: "bytes",
    promised: 256 * MiB,
    use: "Every tensor has one buffer. The largest weight of GPT-2 124M, wte, is 147 MiB.",
  },
  {
    name: "maxStorageBufferBindingSize",
    says: "Largest part of a buffer that a shader sees",
    unit: "bytes",
    promised: 128 * MiB,
    use: "A larger tensor, such as wte, is worked on in pieces of whole rows.",
  },
  {
    name: "maxStorageBuffersPerShaderStage",
    says: "Buffers that a shader sees at a time",
    unit: "",
    promised: 8,
    use: "The kernels need 6 at most: LayerNorm, forward and backward.",
  },
  {
    name: "maxComputeWorkgroupStorageSize",
    says: "Memory that a workgroup shares",
    unit: "bytes",
    promised: 16 * KiB,
    use: "All 16 KiB are used by attention’s backward pass in tiles.",
  },
  {
    name: "maxComputeInvocationsPerWorkgroup",
    says: "Threads in a workgroup",
    unit: "",
    promised: 256,
    use: "256 where each thread has one number to itself, as in GELU; 32 for a row of LayerNorm.",
  },
  {
    name: "maxComputeWorkgroupsPerDimension",
    says: "Workgroups in a row",
    unit: "",
    promised: 65_535,
    use: "More than that are laid out as a square.",
  },
  {
    name: "minStorageBufferOffsetAlignment",
    says: "A shader’s view may begin at multiples of",
    unit: "bytes",
    promised: 256,
    use: "Every tensor and every piece of one begins at a multiple of 256 bytes.",
  },
];

/** Features that matter for training, and what is done about them. */
export const features: readonly { name: string; says: string; use: string }[] = [
  {
    name: "timestamp-query",
    says: "The GPU tells the time, so that each shader can be timed by itself.",
    use: "The training lesson shows with it what share of a step each kernel takes. The benchmark does without: it measures by the browser’s clock.",
  },
  {
    name: "subgroups",
    says: "Threads that run in step pass numbers to one another without memory between them.",
    use: "LayerNorm has a form that sums its rows with them, and takes it where it is the fastest. All other sums go through the workgroup’s memory, which every device has.",
  },
  {
    name: "shader-f16",
    says: "Numbers of 16 bits: half the memory, three digits.",
    use: "Matmul has two forms that read weights with it, if these are in float16: an option of the trainer. Each is taken where it is the fastest. Products and sums are float32.",
  },
];

/** "128 MiB", "65,535". */
export const amount = (value: number, unit: Limit["unit"]): string =>
  unit === "bytes" ? formatBytes(value) : integer(value);
