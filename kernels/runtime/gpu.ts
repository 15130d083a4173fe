/// <reference types="@webgpu/types" />
// How a kernel is put to work on a GPU: memory, compiled shaders, and the list of what is to be done.
//
// A call of a kernel only adds to the list. `submit` compiles what has not been compiled yet, and then hands the list to
// the device in the same order. So whoever calls kernels never waits, and no shader is compiled twice.

import type { Floats, Ints } from "./check.ts";
import type { Profile } from "./profile.ts";

/** Some float32 values in the device's memory. */
export interface GpuTensor {
  readonly buffer: GPUBuffer;
  readonly start: number; // values, from the beginning of the buffer
  readonly length: number; // values
}

/** Token ids in the device's memory, and a copy in this thread's, from which work is shared out. */
export interface GpuIds extends GpuTensor {
  readonly values: Ints;
}

/** A compute shader: the text of a .wgsl file and the name of one of its entry points. */
export interface Shader {
  readonly code: string;
  readonly entryPoint: string;
}

/** The device failed: out of memory, lost, or given a shader that it does not take. */
export class GpuFault extends Error {
  override name = "GpuFault";
}

/** Some rows of a tensor that is too large to be bound whole. */
export interface Piece {
  readonly tensor: GpuTensor;
  readonly row: number; // the first
  readonly rows: number;
}

/** Numbers that change from call to call, in the order of the shader's struct: all f32, or all u32. */
export type Uniform = readonly number[] | Uint32Array;

type Work =
  | {
      kind: "run";
      pipeline: Promise<GPUComputePipeline>;
      key: string;
      tensors: readonly GpuTensor[];
      uniform: Uniform | null;
      grid: readonly [number, number];
      noted: number | null; // its number in the profile, if it is in one
    }
  | { kind: "zero"; tensor: GpuTensor }
  | {
      kind: "write";
      tensor: GpuTensor;
      values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
    };

/** A place in the list of what is to be done. */
export interface Place {
  readonly list: unknown;
  readonly length: number;
}

const alignment = 64; // values: a binding begins at a multiple of 256 bytes, whatever the device
const slotBytes = 256;
const slots = 256; // uniforms in one submit; a longer list is submitted in parts
const runsPerSubmit = 64; // few enough that a slow device answers between two submits

export type Gpu = ReturnType<typeof createGpu>;

/** What may be otherwise. Limits are the device's own; lower ones are for tests, in which small tensors are to meet them. */
export interface GpuOptions {
  /** Bytes that may be bound at once. */
  readonly maxBinding?: number;
  /** The form of a kernel, by the kernel's name, where another than the default is wanted. */
  readonly choices?: Readonly<Record<string, string>>;
  /** Workgroups in x or y. */
  readonly maxWorkgroups?: number;
  /** Counts and times every dispatch. */
  readonly profile?: Profile;
}

/** @param device the caller's; `destroy` gives back memory, not the device */
export function createGpu(device: GPUDevice, options: GpuOptions = {}) {
  const limits = device.limits;
  const maxBinding = options.maxBinding ?? limits.maxStorageBufferBindingSize;
  const maxWorkgroups = options.maxWorkgroups ?? limits.maxComputeWorkgroupsPerDimension;
  const { pipelines, modules } = compiledFor(device);
  const bindGroups = new Map<string, GPUBindGroup>();
  const numbers = new Map<GPUBuffer, number>(); // of the buffers, for the keys of bind groups
  const stagings = new Map<string, GpuTensor>(); // for tensors that begin where none can be bound
  const idle: GPUBuffer[] = []; // staging buffers for reading
  const uniforms = device.createBuffer({
    size: slots * slotBytes,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  const uniformValues = new Float32Array((slots * slotBytes) / 4);
  const uniformIntegers = new Uint32Array(uniformValues.buffer); // the same bytes
  let scratchBuffer: GPUBuffer | null = null;
  let work: Work[] = [];
  let done: Promise<void> = Promise.resolve(); // everything submitted so far has been encoded
  let fault: GpuFault | null = null;
  let bytes = 0;

  const fail = (message: string) => {
    fault ??= new GpuFault(message);
  };
  device.lost.then(({ reason, message }) => {
    if (reason !== "destroyed") fail(`the GPU was lost (${message || "no reason given"})`);
    else fail("the GPU device was destroyed");
  });
  device.addEventListener("uncapturederror", (event) => {
    const { error } = event;
    if (error instanceof GPUOutOfMemoryError) fail("the GPU has no memory left");
    else fail(`the GPU refused a command: ${error.message}`);
  });

  function createBuffer(length: number): GPUBuffer {
    const size = Math.ceil(length / alignment) * alignment * 4;
    if (size > limits.maxBufferSize) {
      throw new GpuFault(
        `a tensor of ${size} bytes is larger than this GPU's largest buffer (${limits.maxBufferSize} bytes)`,
      );
    }
    device.pushErrorScope("out-of-memory");
    const buffer = device.createBuffer({
      size,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    device.popErrorScope().then(
      (error) => error && fail(`the GPU has no memory left for ${size} bytes more`),
      () => {}, // the device is lost, which is told elsewhere
    );
    numbers.set(buffer, numbers.size);
    bytes += size;
    return buffer;
  }

  function compile({ code, entryPoint }: Shader, overrides: Record<string, number>, key: string) {
    let pipeline = pipelines.get(key);
    if (pipeline === undefined) {
      let known = modules.get(code);
      if (known === undefined) {
        device.pushErrorScope("validation");
        const module = device.createShaderModule({ code });
        const refusal = device.popErrorScope().catch(() => null); // the device is lost, which is told elsewhere
        known = { module, refusal };
        modules.set(code, known);
      }
      const { module, refusal } = known;
      pipeline = device
        .createComputePipelineAsync({
          label: entryPoint,
          layout: "auto",
          compute: { module, entryPoint, constants: overrides },
        })
        .catch(async (error) => {
          throw (await refusal) ?? error; // what the compiler says, rather than what follows from it
        });
      pipeline.catch(() => {}); // reported where it is waited for
      pipelines.set(key, pipeline);
    }
    return pipeline;
  }

  /** Hands a list to the device. All pipelines in it are compiled when this ends. */
  async function encode(list: readonly Work[]): Promise<void> {
    const ready = await Promise.all(
      list.map((item) => (item.kind === "run" ? item.pipeline : null)),
    ).catch((error) => {
      throw new GpuFault(`a shader does not compile: ${error.message.split("\n")[0]}`);
    });
    let encoder: GPUCommandEncoder | null = null;
    let pass: GPUComputePassEncoder | null = null;
    let slot = 0;
    let runs = 0;
    const finish = () => {
      pass?.end();
      if (slot > 0) {
        device.queue.writeBuffer(uniforms, 0, uniformValues, 0, (slot * slotBytes) / 4);
      }
      if (encoder) device.queue.submit([encoder.finish()]);
      [encoder, pass, slot, runs] = [null, null, 0, 0];
    };
    for (const [i, item] of list.entries()) {
      if (item.kind === "write") {
        finish(); // a write takes effect before everything of the next submit
        device.queue.writeBuffer(item.tensor.buffer, item.tensor.start * 4, item.values);
        continue;
      }
      if (slot === slots || runs === runsPerSubmit) finish();
      encoder ??= device.createCommandEncoder();
      if (item.kind === "zero") {
        pass?.end();
        pass = null;
        encoder.clearBuffer(item.tensor.buffer, item.tensor.start * 4, item.tensor.length * 4);
        continue;
      }
      const tensors = item.tensors.map(aligned);
      if (copies(encoder, item.tensors, tensors, () => pass?.end())) pass = null;
      if (item.noted !== null) {
        pass?.end(); // only a whole pass can be timed
        pass = encoder.beginComputePass(options.profile?.timestamps(item.noted));
      }
      pass ??= encoder.beginComputePass();
      const pipeline = ready[i] as GPUComputePipeline;
      pass.setPipeline(pipeline);
      if (item.uniform) {
        const values = item.uniform instanceof Uint32Array ? uniformIntegers : uniformValues;
        values.set(item.uniform, (slot * slotBytes) / 4);
      }
      pass.setBindGroup(0, bindGroup(item.key, tensors, pipeline, item.uniform ? slot++ : -1));
      pass.dispatchWorkgroups(...item.grid);
      if (item.noted !== null) {
        pass.end();
        pass = null;
      }
      if (copies(encoder, tensors, item.tensors, () => pass?.end())) pass = null;
      runs++;
    }
    finish();
  }

  /**
   * The tensor itself where a GPU can bind it, else one of the same length that begins where it can: values are copied
   * there before a shader runs and back after it. GPT-2's own sizes never need it; channels that are not a multiple of
   * 64 do.
   */
  function aligned(tensor: GpuTensor, place: number): GpuTensor {
    if (tensor.start % alignment === 0) return tensor;
    const name = `${place} ${tensor.length}`;
    let copy = stagings.get(name);
    if (copy === undefined) {
      copy = { buffer: createBuffer(tensor.length), start: 0, length: tensor.length };
      stagings.set(name, copy);
    }
    return copy;
  }

  /** Copies each tensor to its counterpart, where they differ. Says whether there was any; `before` is called first. */
  function copies(
    encoder: GPUCommandEncoder,
    from: readonly GpuTensor[],
    to: readonly GpuTensor[],
    before: () => void,
  ): boolean {
    const differing = from.map((tensor, i) => [tensor, to[i]]).filter(([a, b]) => a !== b);
    if (differing.length > 0) before();
    for (const [a, b] of differing) {
      encoder.copyBufferToBuffer(a.buffer, a.start * 4, b.buffer, b.start * 4, a.length * 4);
    }
    return differing.length > 0;
  }

  function bindGroup(
    key: string,
    tensors: readonly GpuTensor[],
    pipeline: GPUComputePipeline,
    slot: number,
  ): GPUBindGroup {
    let name = `${key}#${slot}`;
    for (const { buffer, start, length } of tensors) {
      name += ` ${numbers.get(buffer)}:${start}:${length}`;
    }
    let group = bindGroups.get(name);
    if (group === undefined) {
      const resources: GPUBufferBinding[] = tensors.map(({ buffer, start, length }) => ({
        buffer,
        offset: start * 4,
        size: length * 4,
      }));
      if (slot >= 0) {
        resources.push({ buffer: uniforms, offset: slot * slotBytes, size: slotBytes });
      }
      group = device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: resources.map((resource, binding) => ({ binding, resource })),
      });
      bindGroups.set(name, group);
    }
    return group;
  }

  return {
    device,

    /** Which form of a kernel is run, by the kernel's name, where it has several. */
    choices: { ...defaultForms(device.adapterInfo), ...options.choices } as Record<string, string>,

    /** Bytes of device memory taken for tensors so far. */
    get bytes() {
      return bytes;
    },

    /** Allocates a zeroed tensor. @throws GpuFault if it is larger than the device's largest buffer */
    alloc: (length: number): GpuTensor => ({ buffer: createBuffer(length), start: 0, length }),

    /**
     * Memory for use within one call of a kernel, shared by all calls: one tensor for each length. Its values are
     * whatever the last user left.
     */
    scratch(lengths: readonly number[]): GpuTensor[] {
      const starts: number[] = [];
      let total = 0;
      for (const length of lengths) {
        starts.push(total);
        total += Math.ceil(length / alignment) * alignment;
      }
      if (scratchBuffer === null || scratchBuffer.size < total * 4) {
        scratchBuffer = createBuffer(total); // work in the list may still use a smaller one, so that one is kept
      }
      const buffer = scratchBuffer;
      return lengths.map((length, i) => ({ buffer, start: starts[i], length }));
    },

    pieces,
    cut,

    view,

    /**
     * Adds one dispatch to the list.
     *
     * @param overrides the shader's constants by name
     * @param tensors what is bound at 0, 1, 2, ... of group 0
     * @param workgroups how many, or how many in x and y. One number over the device's limit becomes a near-square grid:
     *   the shader finds its own from x and y and must ignore those beyond
     * @param uniform bound after the tensors
     */
    run(
      shader: Shader,
      overrides: Record<string, number>,
      tensors: readonly GpuTensor[],
      workgroups: number | readonly [number, number],
      uniform: Uniform | null = null,
    ): void {
      const key = `${shader.entryPoint} ${codeNumber(shader.code)} ${JSON.stringify(overrides)}`;
      const pipeline = compile(shader, overrides, key);
      const grid = typeof workgroups === "number" ? square(workgroups) : workgroups;
      const noted = options.profile?.note(shader.entryPoint) ?? null;
      work.push({ kind: "run", pipeline, key, tensors, uniform, grid, noted });
    },

    /**
     * Adds a kernel that treats all values alike to the list: a thread for each or for four, in pieces where they are too
     * many to be bound at once.
     *
     * @param shader begins with `override N`, the number of values, and has workgroups of 256 threads
     * @param tensors all of the same length
     * @param uniform as in `run`
     * @param perThread values that a thread takes
     */
    runEach(
      shader: Shader,
      tensors: readonly GpuTensor[],
      uniform: Uniform | null = null,
      perThread: 1 | 4 = 1,
    ): void {
      for (const { rows: N, tensors: parts } of cut(tensors, tensors[0].length)) {
        this.run(shader, { N }, parts, Math.ceil(N / perThread / 256), uniform);
      }
    },

    /** Where the list stands. Every addition and every submit changes it. */
    get place(): Place {
      return { list: work, length: work.length };
    },

    /** Takes back what has been added since. @throws Error if something has been submitted since */
    takeBack({ list, length }: Place): void {
      if (list !== work) throw new Error("takeBack: what was added has been submitted");
      const noted = work.slice(length).filter((item) => item.kind === "run" && item.noted !== null);
      options.profile?.forget(noted.length);
      work.length = length;
    },

    zero(tensor: GpuTensor): void {
      work.push({ kind: "zero", tensor });
    },

    write(tensor: GpuTensor, values: Floats | Ints): void {
      if (values.length !== tensor.length) {
        throw new RangeError(`write: got ${values.length} values, expected ${tensor.length}`);
      }
      const copy = values instanceof Int32Array ? values.slice() : new Float32Array(values);
      work.push({ kind: "write", tensor, values: copy });
    },

    submit,

    /** Waits for everything in the list and copies a tensor's values back. @throws GpuFault if the device failed */
    async read(tensor: GpuTensor): Promise<Float32Array<ArrayBuffer>> {
      submit();
      await done;
      if (fault) throw fault;
      const size = tensor.length * 4;
      const at = idle.findIndex((buffer) => buffer.size >= size);
      const staging =
        at >= 0
          ? idle.splice(at, 1)[0]
          : device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(tensor.buffer, tensor.start * 4, staging, 0, size);
      device.queue.submit([encoder.finish()]);
      try {
        await staging.mapAsync(GPUMapMode.READ, 0, size);
      } catch (error) {
        await device.queue.onSubmittedWorkDone().catch(() => {});
        throw (
          fault ??
          new GpuFault(`the GPU did not give its results back: ${(error as Error).message}`)
        );
      }
      const values = new Float32Array(staging.getMappedRange(0, size).slice(0));
      staging.unmap();
      if (size <= 4096) idle.push(staging);
      else staging.destroy();
      if (fault) throw fault;
      return values;
    },

    /** Gives back all memory. */
    destroy(): void {
      for (const buffer of numbers.keys()) buffer.destroy();
      for (const buffer of idle) buffer.destroy();
      uniforms.destroy();
    },
  };

  function submit(): void {
    const list = work;
    work = [];
    if (list.length === 0) return;
    done = done
      .then(() => (fault ? undefined : encode(list)))
      .catch((error) => {
        fail((error as Error).message);
      });
  }

  /**
   * Cuts a tensor into parts of whole rows, each small enough to be bound. All but the last have a multiple of 64 rows, so
   * that each begins where a GPU can bind it.
   *
   * @param rowLength values in a row
   */
  function pieces(tensor: GpuTensor, rowLength: number): Piece[] {
    const total = tensor.length / rowLength;
    const most = Math.floor(maxBinding / (4 * rowLength * alignment)) * alignment;
    if (tensor.length * 4 <= maxBinding) return [{ tensor, row: 0, rows: total }];
    if (most === 0) {
      throw new GpuFault(
        `${alignment} rows of ${rowLength} values are more than this GPU can bind at once (${maxBinding} bytes)`,
      );
    }
    const parts = Math.ceil(total / most);
    const step = Math.ceil(total / parts / alignment) * alignment; // parts of nearly the same size
    const pieces: Piece[] = [];
    for (let row = 0; row < total; row += step) {
      const rows = Math.min(step, total - row);
      pieces.push({ tensor: view(tensor, row * rowLength, rows * rowLength), row, rows });
    }
    return pieces;
  }

  /**
   * Cuts several tensors with the same number of rows at the same rows, so that a part of each can be bound.
   *
   * @param total rows of each tensor, whatever their length
   */
  function cut(
    tensors: readonly GpuTensor[],
    total: number,
  ): { rows: number; tensors: GpuTensor[] }[] {
    const largest = tensors.reduce((most, tensor) => (tensor.length > most.length ? tensor : most));
    return pieces(largest, largest.length / total).map(({ row, rows }) => ({
      rows,
      tensors: tensors.map((tensor) => {
        const rowLength = tensor.length / total;
        return view(tensor, row * rowLength, rows * rowLength);
      }),
    }));
  }

  function view(tensor: GpuTensor, start: number, length: number): GpuTensor {
    if (start < 0 || length < 0 || start + length > tensor.length) {
      throw new RangeError(
        `view: ${start} to ${start + length} is not within a tensor of ${tensor.length} values`,
      );
    }
    return { buffer: tensor.buffer, start: tensor.start + start, length };
  }

  function square(count: number): [number, number] {
    if (count <= maxWorkgroups) return [count, 1];
    const x = Math.ceil(Math.sqrt(count));
    return [x, Math.ceil(count / x)];
  }
}

/**
 * The forms of kernels where none were chosen by measurement. A GPU shares loads through its workgroups' memory; a
 * processor that pretends to be one has no such memory, and is fastest where a thread keeps all it can in registers.
 */
function defaultForms(adapter: GPUAdapterInfo): Record<string, string> {
  const { isFallbackAdapter, vendor, architecture, device, description } = adapter;
  const name = [vendor, architecture, device, description].join(" ");
  const software = isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(name);
  const matmul = software ? "registers" : "shared64";
  return { matmul, attention: "tiles", layernorm: "fours", epilogue: "apart" };
}

/**
 * Threads for a workgroup that reduces one row of so many values: few, as every step of a reduction waits for all of them;
 * more where the row is long and rows may be few.
 */
export function threadsForRow(length: number): number {
  return length < 8192 ? 32 : 128;
}

const codes = new Map<string, number>();

interface Module {
  readonly module: GPUShaderModule;
  readonly refusal: Promise<GPUError | null>; // what the compiler has against it
}

interface Compiled {
  readonly pipelines: Map<string, Promise<GPUComputePipeline>>;
  readonly modules: Map<string, Module>; // by their code
}

const compiled = new WeakMap<GPUDevice, Compiled>();

/** What has been compiled for a device, by whomever: a second model on it begins at once. */
function compiledFor(device: GPUDevice): Compiled {
  let known = compiled.get(device);
  if (known === undefined) {
    known = { pipelines: new Map(), modules: new Map() };
    compiled.set(device, known);
  }
  return known;
}

/** A short name for the text of a shader, for keys. */
function codeNumber(code: string): number {
  let number = codes.get(code);
  if (number === undefined) {
    number = codes.size;
    codes.set(code, number);
  }
  return number;
}
