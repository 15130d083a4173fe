/// <reference types="@webgpu/types" />

import type { HalfFormat } from "../half.ts";
import { type MemoryPlan, wordsOf } from "../plan.ts";

/** Whether a processor pretends to be a GPU. */
export function isSoftware(adapter: GPUAdapterInfo): boolean {
  const { isFallbackAdapter, vendor, architecture, device, description } = adapter;
  const name = [vendor, architecture, device, description].join(" ");
  return isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(name);
}

/** What an adapter is called. Most browsers tell the maker and the family, and nothing more. */
export function nameOfAdapter({ vendor, architecture, description }: GPUAdapterInfo): string {
  return description || [vendor, architecture].filter(Boolean).join(" ") || "unnamed";
}

/**
 * What a device is asked for: no more than the default limits, unless a tensor is larger and the adapter takes it.
 *
 * @param weights the format of 16 bits in which matmul reads weights, or null
 */
export function deviceFor(
  { limits, features }: GPUAdapter,
  { tensors }: MemoryPlan,
  weights: HalfFormat | null = null,
): GPUDeviceDescriptor {
  const largest = Math.max(...tensors.map((tensor) => 4 * wordsOf(tensor)));
  const { maxBufferSize, maxStorageBufferBindingSize } = limits;
  const MiB = 2 ** 20;
  const requiredLimits: Record<string, number> = {};
  // Without a clock all works, but what each kernel takes is not known; without the others some forms of kernels are missing.
  const useful: GPUFeatureName[] = ["timestamp-query", "subgroups"];
  if (weights === "float16") {
    useful.push("shader-f16", matrixFeature); // the second is shown to Node alone
  }
  const requiredFeatures = useful.filter((feature) => features.has(feature));
  if (largest > 256 * MiB) requiredLimits.maxBufferSize = maxBufferSize;
  if (largest > 128 * MiB) {
    requiredLimits.maxStorageBufferBindingSize = maxStorageBufferBindingSize;
  }
  return { requiredLimits, requiredFeatures };
}

const matrixFeature = "chromium-experimental-subgroup-matrix" as GPUFeatureName;

/** What a GPU's subgroups multiply in one instruction: matrices of float16, with sums in float32. */
export interface MatrixUnits {
  readonly side: 8 | 16; // rows and columns of the matrices
  readonly lanes: number; // threads of a subgroup
}

/** A kind of matrices, as Dawn tells it. */
interface MatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

const unitsOf = new WeakMap<GPUDevice, MatrixUnits>();

/** The matrix units of a device, if `tellMatrixUnits` was told of them; else null. */
export const matrixUnits = (device: GPUDevice): MatrixUnits | null => unitsOf.get(device) ?? null;

/**
 * Looks whether a device has matrix units that kernels can use: square ones, and subgroups that all have the same number of
 * threads, so that a workgroup of as many is one subgroup.
 *
 * @param info of the adapter that the device is from: Dawn tells there what matrices there are, and not of the device
 */
export function tellMatrixUnits(device: GPUDevice, info: GPUAdapterInfo): void {
  const { subgroupMinSize, subgroupMaxSize } = info;
  if (!device.features.has(matrixFeature) || subgroupMinSize !== subgroupMaxSize) return;
  const { subgroupMatrixConfigs = [] } = info as { subgroupMatrixConfigs?: Iterable<MatrixConfig> };
  const sides = [...subgroupMatrixConfigs]
    .filter((one) => one.componentType === "f16" && one.resultComponentType === "f32")
    .filter(({ M, N, K }) => M === N && N === K)
    .map(({ M }) => M);
  const side = ([16, 8] as const).find((side) => sides.includes(side));
  if (side) unitsOf.set(device, { side, lanes: subgroupMaxSize });
}
