// What is compared, and what those compared have in common.

/** One kernel at one size. */
export type Job =
  | {
      readonly kernel: "matmul";
      readonly product: Product;
      readonly rows: number;
      readonly C: number;
      readonly OC: number;
    }
  | {
      readonly kernel: "layernorm";
      readonly product: "forward" | "backward";
      readonly rows: number;
      readonly C: number;
    }
  | {
      readonly kernel: "attention";
      readonly product: "forward" | "backward";
      readonly B: number;
      readonly T: number;
      readonly C: number;
      readonly NH: number;
    };

/** out = inp weight^T, dinp = dout weight, dweight = dout^T inp. */
export type Product = "forward" | "dinp" | "dweight";

/** A job made ready by one of those compared. */
export interface Prepared {
  /** Does it so many times, and waits until all is done. */
  run(calls: number): Promise<void>;
  /** Does it once and gives the result: the first, where there are several. */
  result(): Promise<Float32Array>;
  dispose(): void;
}

export interface Contender {
  readonly name: string;
  /** @throws Error if it cannot run here, or not on so many threads of the processor */
  open(device: "webgpu" | "wasm", threads?: number): Promise<void>;
  /** @throws Error if it has no such kernel or cannot run it */
  prepare(job: Job, inputs: Float32Array[]): Promise<Prepared>;
}

/** How many values each input has: for matmul the two factors, else dout, inp, and what the layer has learnt. */
export function inputLengths(job: Job): number[] {
  switch (job.kernel) {
    case "matmul": {
      const { rows, C, OC } = job;
      const lengths = {
        forward: [rows * C, OC * C],
        dinp: [rows * OC, OC * C],
        dweight: [rows * OC, rows * C],
      };
      return lengths[job.product];
    }
    case "layernorm":
      return [job.rows * job.C, job.rows * job.C, job.C, job.C];
    case "attention":
      return [job.B * job.T * job.C, job.B * job.T * 3 * job.C];
  }
}

/** Floating-point operations that the job needs at the least. */
export function flopsOf(job: Job): number {
  switch (job.kernel) {
    case "matmul":
      return 2 * job.rows * job.C * job.OC;
    case "layernorm":
      return (job.product === "forward" ? 8 : 17) * job.rows * job.C;
    case "attention":
      return (job.product === "forward" ? 2 : 4) * job.B * job.T * (job.T + 1) * job.C;
  }
}

/** Bytes that it reads and writes at the least. */
export function bytesOf(job: Job): number {
  switch (job.kernel) {
    case "matmul":
      return 4 * (job.rows * job.C + job.OC * job.C + job.rows * job.OC);
    case "layernorm":
      return 4 * job.rows * job.C * (job.product === "forward" ? 2 : 3);
    case "attention":
      return 4 * job.B * job.T * job.C * (job.product === "forward" ? 4 : 8);
  }
}

export function nameOf(job: Job): string {
  switch (job.kernel) {
    case "matmul":
      return `matmul ${job.product} ${job.rows}x${job.C}x${job.OC}`;
    case "layernorm":
      return `layernorm ${job.product} ${job.rows}x${job.C}`;
    case "attention":
      return `attention ${job.product} B=${job.B} NH=${job.NH} T=${job.T}`;
  }
}

/** @throws Error if a result differs from what is expected by more than sums in another order can */
export function expectSame(got: Float32Array, expected: Float32Array): void {
  let [largest, error] = [0, 0];
  for (let i = 0; i < got.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
    const difference = Math.abs(got[i] - expected[i]);
    if (!(difference <= error)) error = difference; // NaN too
  }
  if (got.length !== expected.length || !(error <= 1e-4 * largest)) {
    throw new Error(`its result is another: off by ${error}, largest ${largest}`);
  }
}
