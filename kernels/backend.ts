// What a device must offer for GPT-2 to be trained on it. gpt2/ is written once, over this type; cpu.ts is one such
// device, and a GPU is another. Kernels are named and ordered as in the layers' own files, with handles for arrays.

import type { adamwUpdate } from "./adamw/adamw.ts";
import type { attentionBackward, attentionForward } from "./attention/attention.ts";
import type { attentionFlashBackward, attentionFlashForward } from "./attention/flash.ts";
import type { clipGradients, gradientSquares } from "./clip/clip.ts";
import type {
  crossentropyBackward,
  crossentropyForward,
  crossentropyMean,
  crossentropySoftmaxBackward,
  crossentropySoftmaxFused,
} from "./crossentropy/crossentropy.ts";
import type { encoderBackward, encoderForward } from "./encoder/encoder.ts";
import type { geluBackward, geluForward } from "./gelu/gelu.ts";
import type { layernormBackward, layernormForward } from "./layernorm/layernorm.ts";
import type { matmulBackward, matmulForward } from "./matmul/matmul.ts";
import type { residualBackward, residualForward } from "./residual/residual.ts";
import type { Floats, Ints } from "./runtime/check.ts";
import type { softmaxBackward, softmaxForward } from "./softmax/softmax.ts";

/** The same arguments as the kernel F, with the device's handles in place of arrays. */
type On<F, Tensor, Ids> = F extends (...args: infer A) => void
  ? (...args: { [K in keyof A]: Handle<A[K], Tensor, Ids> }) => void
  : never;

type Handle<A, Tensor, Ids> = A extends Ints
  ? Ids
  : A extends Floats
    ? Tensor
    : A extends null
      ? null
      : A;

/**
 * A device: its memory and its kernels.
 *
 * Calls take effect in the order in which they are made. Only `read` waits for the device; every other member may
 * merely record what is to be done, so a fault of the device can show itself as late as in the next `read`.
 *
 * Tensor is the device's handle for floats, Ids the one for token ids; both know their length.
 */
export interface Backend<Tensor, Ids> {
  /** Name of the tier, as shown to the reader. */
  readonly name: "TypeScript" | "WebAssembly" | "WebGPU";

  /** Allocates one zeroed tensor for each length, all in one block. Called before the first step, never in one. */
  alloc(lengths: readonly number[]): Tensor[];
  /** Allocates zeroed token ids. */
  allocIds(length: number): Ids;
  /** The part of a tensor from `start`, `length` values long: a view, not a copy. */
  view(tensor: Tensor, start: number, length: number): Tensor;
  viewIds(ids: Ids, start: number, length: number): Ids;
  /** Copies values to the device. Their number must be the tensor's length. */
  write(tensor: Tensor, values: Floats): void;
  writeIds(ids: Ids, values: Ints): void;
  /** Sets every value to 0. */
  zero(tensor: Tensor): void;
  /** Waits for all that was recorded and copies the values back, into `into` where it is given. */
  read(tensor: Tensor, into?: Floats): Promise<Floats>;
  /** Hands what was recorded to the device. A device that runs each call at once does nothing here. */
  submit(): void;
  /** Gives all memory back. No handle may be used after it. */
  destroy(): void;

  encoderForward: On<typeof encoderForward, Tensor, Ids>;
  encoderBackward: On<typeof encoderBackward, Tensor, Ids>;
  layernormForward: On<typeof layernormForward, Tensor, Ids>;
  layernormBackward: On<typeof layernormBackward, Tensor, Ids>;
  matmulForward: On<typeof matmulForward, Tensor, Ids>;
  matmulBackward: On<typeof matmulBackward, Tensor, Ids>;
  attentionForward: On<typeof attentionForward, Tensor, Ids>;
  attentionBackward: On<typeof attentionBackward, Tensor, Ids>;
  attentionFlashForward: On<typeof attentionFlashForward, Tensor, Ids>;
  attentionFlashBackward: On<typeof attentionFlashBackward, Tensor, Ids>;
  geluForward: On<typeof geluForward, Tensor, Ids>;
  geluBackward: On<typeof geluBackward, Tensor, Ids>;
  residualForward: On<typeof residualForward, Tensor, Ids>;
  residualBackward: On<typeof residualBackward, Tensor, Ids>;
  softmaxForward: On<typeof softmaxForward, Tensor, Ids>;
  softmaxBackward: On<typeof softmaxBackward, Tensor, Ids>;
  crossentropyForward: On<typeof crossentropyForward, Tensor, Ids>;
  crossentropyBackward: On<typeof crossentropyBackward, Tensor, Ids>;
  crossentropySoftmaxBackward: On<typeof crossentropySoftmaxBackward, Tensor, Ids>;
  crossentropySoftmaxFused: On<typeof crossentropySoftmaxFused, Tensor, Ids>;
  crossentropyMean: On<typeof crossentropyMean, Tensor, Ids>;
  gradientSquares: On<typeof gradientSquares, Tensor, Ids>;
  clipGradients: On<typeof clipGradients, Tensor, Ids>;
  adamwUpdate: On<typeof adamwUpdate, Tensor, Ids>;
}
