// What memory will be needed, worked out before any is taken. A plan is a list of tensors; allocation goes through the
// same list, so what was announced is what is used.

import { count } from "./shape.ts";

/** One line of a plan: `copies` tensors of the same shape. */
export interface PlannedTensor {
  /** What the memory is for, such as "parameters". Groups are shown and added up apart. */
  readonly group: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly copies: number;
  /** float32 values or int32 token ids, of 4 bytes either way; values of 16 bits, two in a word of 4; or of 8, and a scale for 32. */
  readonly type: "floats" | "ids" | "halves" | "blocks";
  /** Whether kernels take it whole, so that it must fit into one binding of a GPU. What is learned is taken in parts. */
  readonly whole: boolean;
}

export interface MemoryPlan {
  readonly tensors: readonly PlannedTensor[];
  /** Bytes of each group, in order of first appearance. */
  readonly groups: Readonly<Record<string, number>>;
  /** Bytes in total. */
  readonly bytes: number;
}

/** What the device has to offer. */
export interface Limits {
  /** Bytes in total; Infinity where the device does not say. */
  readonly maxBytes: number;
  /** Bytes of the largest tensor. Default: no limit of its own. */
  readonly maxBuffer?: number;
  /** Bytes of the largest tensor that kernels take whole. Default: no limit of its own. */
  readonly maxBinding?: number;
}

/** A size of batch and length of text to plan for. */
export interface BatchSize {
  readonly B: number;
  readonly T: number;
}

export type Fit =
  | { readonly fits: true; readonly plan: MemoryPlan }
  | {
      readonly fits: false;
      readonly plan: MemoryPlan;
      /** What was asked for, what there is, and what would fit: a sentence for the reader. */
      readonly reason: string;
      /** The nearest sizes that fit, and their plan; null where not even B = 1, T = 1 does. */
      readonly nearest: { readonly size: BatchSize; readonly plan: MemoryPlan } | null;
    };

const bytesPerWord = 4;

/** Number of values in one tensor of this line. */
export function lengthOf({ shape }: PlannedTensor): number {
  return count(shape);
}

/** Words of 32 bits that one tensor of this line takes. */
export function wordsOf(tensor: PlannedTensor): number {
  const values = lengthOf(tensor);
  if (tensor.type === "blocks") return values / 4 + values / 32;
  return tensor.type === "halves" ? Math.ceil(values / 2) : values;
}

/** Bytes of all tensors of this line. */
export function bytesOf(tensor: PlannedTensor): number {
  return wordsOf(tensor) * tensor.copies * bytesPerWord;
}

/** Adds up a list of tensors. */
export function planMemory(tensors: readonly PlannedTensor[]): MemoryPlan {
  const groups: Record<string, number> = {};
  let bytes = 0;
  for (const tensor of tensors) {
    groups[tensor.group] = (groups[tensor.group] ?? 0) + bytesOf(tensor);
    bytes += bytesOf(tensor);
  }
  return { tensors, groups, bytes };
}

/**
 * Holds the plan for B and T against the limits. Where it does not fit, looks for the nearest that does: first fewer
 * texts of the same length, B / 2, B / 4, ... down to 1, then with B = 1 a shorter text, T / 2, T / 4, ... down to 1.
 *
 * @param planFor makes the plan for a size
 */
export function fitMemory(
  planFor: (size: BatchSize) => MemoryPlan,
  size: BatchSize,
  limits: Limits,
): Fit {
  const plan = planFor(size);
  const lack = lacking(plan, limits);
  if (lack === null) return { fits: true, plan };
  const asked = `B = ${size.B}, T = ${size.T} needs ${lack}`;
  for (const smaller of smallerSizes(size)) {
    const candidate = planFor(smaller);
    if (lacking(candidate, limits) !== null) continue;
    return {
      fits: false,
      plan,
      reason: `${asked}. What fits is B = ${smaller.B}, T = ${smaller.T}, which needs ${formatBytes(candidate.bytes)}.`,
      nearest: { size: smaller, plan: candidate },
    };
  }
  return {
    fits: false,
    plan,
    reason: `${asked}. Not even one text of one token fits: choose a smaller model.`,
    nearest: null,
  };
}

/** What a plan needs and the device does not have, or null if there is nothing of the kind. */
function lacking({ tensors, bytes }: MemoryPlan, limits: Limits): string | null {
  const { maxBytes, maxBuffer = Infinity, maxBinding = Infinity } = limits;
  if (bytes > maxBytes) return `${formatBytes(bytes)}, and there are ${formatBytes(maxBytes)}`;
  for (const tensor of tensors) {
    const size = wordsOf(tensor) * bytesPerWord;
    const most = tensor.whole ? Math.min(maxBuffer, maxBinding) : maxBuffer;
    if (size <= most) continue;
    return `${formatBytes(size)} in one piece (${tensor.group}: ${tensor.name}), and this GPU takes at most ${formatBytes(most)}`;
  }
  return null;
}

function smallerSizes({ B, T }: BatchSize): BatchSize[] {
  const sizes: BatchSize[] = [];
  for (let b = half(B); b >= 1; b = half(b)) sizes.push({ B: b, T });
  for (let t = half(T); t >= 1; t = half(t)) sizes.push({ B: 1, T: t });
  return sizes;
}

function half(size: number): number {
  return Math.floor(size / 2);
}

/** Bytes as a reader would say them: "512 bytes", "1.5 KiB", "128 MiB", "2.25 GiB". */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toPrecision(value >= 100 ? 4 : 3))} ${units[unit]}`;
}
