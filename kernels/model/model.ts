// A model in the memory of a device: everything that forward, backward and update work on. All of it is allocated here,
// once; after that nothing is created.

import type { Backend } from "../backend.ts";
import type { Floats } from "../runtime/check.ts";
import { type PlannedTensor, lengthOf as plannedLength, wordsOf } from "../runtime/plan.ts";
import { count } from "../runtime/shape.ts";
import { activationNames, arrangeActivations, gradientNames, isPacked } from "./activations.ts";
import type {
  Activation,
  ActivationGradients,
  ActivationName,
  Activations,
  Architecture,
  ByParameter,
  Constant,
  ConstantName,
  ParameterName,
  Tables,
  Weights,
} from "./architecture.ts";
import { checkBatch } from "./config.ts";
import {
  completeOptions,
  copyName,
  modelTensors,
  type Options,
  packedName,
  type Sizes,
} from "./memory.ts";
import { byName, checkValues, initialIn, lengthOf, namesOf } from "./parameters.ts";
import { withQ8 } from "./q8.ts";
import { isMultiplied, type RoundedBackend, roundedFormat, withRounded } from "./rounded.ts";

/** A model of architecture A. Tensor and Ids are the device's handles; see Backend. */
export interface Model<A extends Tables, Tensor, Ids> {
  readonly architecture: Architecture<A>;
  readonly backend: Backend<Tensor, Ids>;
  readonly config: A["config"];
  readonly sizes: Sizes;

  readonly inputs: Ids; // (B, T)
  readonly targets: Ids; // (B, T)
  /** What is learned, each tensor whole. */
  readonly parameters: ByParameter<A, Tensor>;
  /** The same memory as the kernels take it: layer by layer, and of positions the first T. */
  readonly weights: Weights<A, Tensor>;
  /** Those of them that matmul reads in 16 bits, layer by layer; see rounded.ts. Nothing where it reads float32. */
  readonly rounded: RoundedWeights<Tensor>;
  readonly constants: Readonly<Record<ConstantName<A>, Tensor>>;
  readonly acts: Activations<A, Tensor>;
  /** What waits for the backward pass in 16 bits, layer by layer; see pack.ts. Nothing where all is kept in float32. */
  readonly packed: readonly (readonly Packed<Tensor>[])[];
  /** The B*T rows in parts, for the classifier; one list for each micro-batch, differing in where the losses go. */
  readonly chunks: readonly (readonly Chunk<Tensor, Ids>[])[];
  readonly logits: Tensor; // (rowsPerChunk, Vp)
  readonly losses: Tensor; // (accumulation, B, T)
  readonly firstLosses: Tensor; // (B, T), those of the first micro-batch
  readonly dlosses: Tensor; // (B, T), the gradient of the mean loss: the same number for every token
  readonly loss: Tensor; // (1), mean of the losses
  /** NaN for every loss, to be written before they are computed: what is left out then shows. */
  readonly unknown: { readonly losses: Float32Array; readonly loss: Float32Array };
  /** What only training needs; null in a model made without. */
  readonly training: Training<A, Tensor> | null;
}

export interface Training<A extends Tables, Tensor> {
  readonly gradients: ByParameter<A, Tensor>;
  readonly m: ByParameter<A, Tensor>;
  readonly v: ByParameter<A, Tensor>;
  /** The gradients as the kernels take them. */
  readonly dweights: Weights<A, Tensor>;
  readonly dacts: ActivationGradients<A, Tensor>;
  readonly squares: Tensor; // (1), sum of the squares of all gradients
}

/** An activation of one layer in 16 bits. */
export interface Packed<Tensor> {
  /** The float32 tensor that all layers share. */
  readonly values: Tensor;
  readonly packed: Tensor;
  /** Numbers in it. */
  readonly N: number;
  /** Whose lines of the backward pass read it. */
  readonly half: "own" | "next";
}

/** By the parameter's name, one for each layer, or one. */
type RoundedWeights<Tensor> = Readonly<Record<string, readonly Tensor[]>>;

/** Some rows of B*T, and the parts of the tensors that belong to them. */
export interface Chunk<Tensor, Ids> {
  readonly rows: number;
  readonly inp: Tensor; // (rows, C), of the last activation
  readonly dinp: Tensor | null; // (rows, C)
  readonly logits: Tensor; // (rows, Vp), the same memory for every chunk
  readonly losses: Tensor; // (rows)
  readonly dlosses: Tensor; // (rows)
  readonly targets: Ids; // (rows)
}

/**
 * Allocates a model with all parameters 0: call `initialise`, or `writeTensors` with the values of a checkpoint.
 *
 * @throws RangeError if the config or the options cannot be; nothing is allocated then
 */
export function createModel<A extends Tables, Tensor, Ids>(
  architecture: Architecture<A>,
  device: Backend<Tensor, Ids>,
  config: A["config"],
  options: Options,
): Model<A, Tensor, Ids> {
  const sizes = completeOptions(architecture, config, options);
  const { B, T, accumulation } = sizes;
  const q8 = sizes.weights === "q8_0" ? withQ8(device) : null;
  const format = roundedFormat(sizes);
  const copied = format && withRounded(device, format);
  const backend = q8?.backend ?? copied?.backend ?? device;
  const { floats, ids } = allocate(backend, modelTensors(architecture, config, sizes), q8?.allocQ8);
  const whole = (group: Kind) => byName(architecture.parameters, (name) => floats(group, name)[0]);
  const scratch = (name: string) => floats("scratch", name)[0];

  const acts = arrangeActivations<A, Tensor>(
    architecture.activations,
    config.L,
    sizes.attention,
    (name, l) => {
      const copies = floats("activations", name);
      return copies[l % copies.length]; // a copy for each layer, or one for all
    },
  );
  const constants = constantTensors(architecture, (name, { values }) => {
    const [tensor] = floats("constants", name);
    backend.write(tensor, values(config, T));
    return tensor;
  });
  const dlosses = scratch("dlosses"); // every token counts alike in the mean over the tokens of all micro-batches
  backend.write(dlosses, new Float64Array(B * T).fill(1 / (accumulation * B * T)));

  const parameters = whole("parameters");
  const rounded = copied
    ? roundedWeights(architecture, copied, config, parameters, (name) =>
        floats("copies", copyName(name, sizes)),
      )
    : {};
  return assemble<A, Tensor, Ids>(architecture, backend, config, sizes, {
    inputs: ids("inputs"),
    targets: ids("targets"),
    parameters,
    weights: arrangeWeights(architecture, backend, config, T, parameters, rounded),
    rounded,
    constants,
    acts,
    packed: packedTensors(architecture, config, sizes, acts, (name) =>
      floats("activations", packedName(name, sizes)),
    ),
    logits: scratch("logits"),
    losses: scratch("losses"),
    dlosses,
    loss: scratch("loss"),
    training: sizes.training
      ? trainingTensors(architecture, backend, config, sizes, whole, scratch)
      : null,
  });
}

/**
 * The same model for fewer or shorter texts, in the same memory: for sampling, which reads one text at a time. Its
 * forward pass writes over the activations of the other, which is harmless between two steps of training.
 *
 * @throws RangeError if B or T is not a positive integer or is larger than the model's
 */
export function shrinkModel<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  B: number,
  T: number,
): Model<A, Tensor, Ids> {
  const { architecture, backend, config, sizes } = model;
  checkBatch("shrinkModel", config, B, T);
  if (B > sizes.B || T > sizes.T) {
    throw new RangeError(
      `shrinkModel: B is ${B} and T is ${T}, expected at most the model's B = ${sizes.B} and T = ${sizes.T}`,
    );
  }
  const beginning = (tensor: Tensor, shape: readonly number[]) =>
    backend.view(tensor, 0, count(shape));
  const rowsPerChunk = Math.min(sizes.rowsPerChunk, B * T);
  const acts = arrangeActivations<A, Tensor>(
    architecture.activations,
    config.L,
    sizes.attention,
    (name, l) =>
      beginning(
        activation(model.acts, name, l),
        architecture.activations[name].shape(config, B, T),
      ),
  );
  const smaller = { ...sizes, B, T, training: false, accumulation: 1, rowsPerChunk };
  return assemble<A, Tensor, Ids>(architecture, backend, config, smaller, {
    inputs: backend.viewIds(model.inputs, 0, B * T),
    targets: backend.viewIds(model.targets, 0, B * T),
    parameters: model.parameters,
    weights: arrangeWeights(architecture, backend, config, T, model.parameters, model.rounded),
    rounded: model.rounded,
    constants: constantTensors(architecture, (name, { shape }) =>
      beginning(model.constants[name], shape(config, T)),
    ),
    acts,
    packed: [],
    logits: beginning(model.logits, [rowsPerChunk, config.Vp]),
    losses: beginning(model.losses, [B, T]),
    dlosses: beginning(model.dlosses, [B, T]),
    loss: model.loss,
    training: null,
  });
}

/** Writes the initial values of all parameters, and 0 to m and v where the model is made for training. */
export function initialise<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  seed: number,
): void {
  const { backend, config, parameters, training } = model;
  const table = model.architecture.parameters;
  for (const name of namesOf(table)) {
    backend.write(parameters[name], initialIn(table, name, config, seed));
    if (training === null) continue;
    backend.zero(training.m[name]);
    backend.zero(training.v[name]);
  }
}

/** The four tensors kept for every parameter. The last three exist only in a model made for training. */
export type Kind = "parameters" | "gradients" | "m" | "v";

/** Reads all tensors of a kind, for a checkpoint or a test. */
export async function readTensors<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  kind: Kind,
): Promise<ByParameter<A, Floats>> {
  const tensors = tensorsOf("readTensors", model, kind);
  const values: Partial<ByParameter<A, Floats>> = {};
  for (const name of namesOf(model.architecture.parameters)) {
    values[name] = await model.backend.read(tensors[name]);
  }
  return values as ByParameter<A, Floats>;
}

/**
 * Writes all tensors of a kind.
 *
 * @throws RangeError naming the first tensor that is missing or has another length; nothing is written then
 */
export function writeTensors<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  kind: Kind,
  values: ByParameter<A, Floats>,
): void {
  const tensors = tensorsOf("writeTensors", model, kind);
  const table = model.architecture.parameters;
  checkValues("writeTensors", table, values, model.config);
  for (const name of namesOf(table)) model.backend.write(tensors[name], values[name]);
}

/** What training needs. @throws Error if the model was made without it */
export function trainingOf<A extends Tables, Tensor, Ids>(
  caller: string,
  { training }: Model<A, Tensor, Ids>,
): Training<A, Tensor> {
  if (training === null) {
    throw new Error(`${caller}: this model has no gradients: make it with training: true`);
  }
  return training;
}

function tensorsOf<A extends Tables, Tensor, Ids>(
  caller: string,
  model: Model<A, Tensor, Ids>,
  kind: Kind,
): ByParameter<A, Tensor> {
  return kind === "parameters" ? model.parameters : trainingOf(caller, model)[kind];
}

/** Allocates a list of tensors, and finds them again by group and name. */
function allocate<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  tensors: readonly PlannedTensor[],
  allocQ8?: (length: number) => Tensor,
) {
  const floats = new Map<string, Tensor[]>();
  const ids = new Map<string, Ids>();
  for (const group of new Set(tensors.map((tensor) => tensor.group))) {
    const lines = tensors.filter(
      ({ group: own, type }) => own === group && (type === "floats" || type === "halves"),
    );
    const lengths = lines.flatMap((line) => Array<number>(line.copies).fill(wordsOf(line)));
    const handles = backend.alloc(lengths);
    for (const { name, copies } of lines) floats.set(`${group} ${name}`, handles.splice(0, copies));
  }
  for (const line of tensors) {
    if (line.type === "ids") ids.set(line.name, backend.allocIds(wordsOf(line)));
    if (line.type === "blocks" && allocQ8) {
      floats.set(`${line.group} ${line.name}`, [allocQ8(plannedLength(line))]);
    }
  }
  return {
    floats: (group: string, name: string) => floats.get(`${group} ${name}`) as Tensor[],
    ids: (name: string) => ids.get(name) as Ids,
  };
}

function trainingTensors<A extends Tables, Tensor, Ids>(
  architecture: Architecture<A>,
  backend: Backend<Tensor, Ids>,
  config: A["config"],
  { T, attention }: Sizes,
  whole: (kind: Kind) => ByParameter<A, Tensor>,
  scratch: (name: string) => Tensor,
): Training<A, Tensor> {
  const gradients = whole("gradients");
  const names = gradientNames<A>(architecture.activations, attention);
  return {
    gradients,
    m: whole("m"),
    v: whole("v"),
    dweights: arrangeWeights(architecture, backend, config, T, gradients, {}),
    dacts: Object.fromEntries(
      names.map((name) => [name, scratch(`d${name}`)]),
    ) as ActivationGradients<A, Tensor>,
    squares: scratch("squares"),
  };
}

/** What each layer but the last keeps in 16 bits. @param copies those of an activation, layer by layer */
function packedTensors<A extends Tables, Tensor>(
  { activations }: Architecture<A>,
  config: A["config"],
  sizes: Sizes,
  acts: Activations<A, Tensor>,
  copies: (name: ActivationName<A>) => readonly Tensor[],
): Packed<Tensor>[][] {
  const names = activationNames<A>(activations, sizes.attention).filter((name) =>
    isPacked(activations[name], sizes),
  );
  return Array.from({ length: config.L - 1 }, (_, l) =>
    names.map((name) => {
      const { shape, half = "own" }: Activation = activations[name];
      const values = activation(acts, name, l);
      return { values, packed: copies(name)[l], N: count(shape(config, sizes.B, sizes.T)), half };
    }),
  );
}

function constantTensors<A extends Tables, Tensor>(
  { constants }: Architecture<A>,
  make: (name: ConstantName<A>, constant: Constant) => Tensor,
): Record<ConstantName<A>, Tensor> {
  const entries = Object.keys(constants).map((name) => [name, make(name, constants[name])]);
  return Object.fromEntries(entries) as Record<ConstantName<A>, Tensor>;
}

/** The weights that matmul reads in 16 bits. @param copies the memory for them, layer by layer */
function roundedWeights<A extends Tables, Tensor, Ids>(
  architecture: Architecture<A>,
  { backend, watch, pair }: RoundedBackend<Tensor, Ids>,
  config: A["config"],
  parameters: ByParameter<A, Tensor>,
  copies: (name: ParameterName<A>) => readonly Tensor[],
): RoundedWeights<Tensor> {
  const { parameters: table } = architecture;
  const rounded: Record<string, readonly Tensor[]> = {};
  for (const name of namesOf(table)) {
    if (!isMultiplied(architecture, name, config)) continue;
    watch(parameters[name]);
    const shape = table[name].shape(config);
    rounded[name] = copies(name).map((packed, l) =>
      pair(backend.view(parameters[name], l * count(shape), count(shape)), packed, shape),
    );
  }
  return rounded;
}

/** Views of the parameters: layer by layer, and of positions the rows of the first T. Those that are rounded are as they are. */
function arrangeWeights<A extends Tables, Tensor, Ids>(
  { parameters: table }: Architecture<A>,
  backend: Backend<Tensor, Ids>,
  config: A["config"],
  T: number,
  whole: ByParameter<A, Tensor>,
  rounded: RoundedWeights<Tensor>,
): Weights<A, Tensor> {
  const names = namesOf(table);
  const pick = (perLayer: boolean, view: (name: (typeof names)[number]) => Tensor) =>
    Object.fromEntries(
      names.filter((name) => table[name].perLayer === perLayer).map((name) => [name, view(name)]),
    );
  const layers = Array.from({ length: config.L }, (_, l) =>
    pick(true, (name) => {
      if (name in rounded) return rounded[name][l];
      const length = lengthOf(table, name, config) / config.L;
      return backend.view(whole[name], l * length, length);
    }),
  );
  const others = pick(false, (name) => {
    if (name in rounded) return rounded[name][0];
    if (table[name].rows !== "positions") return whole[name];
    return backend.view(whole[name], 0, (lengthOf(table, name, config) / config.maxT) * T);
  });
  return { ...others, layers } as unknown as Weights<A, Tensor>;
}

function activation<A extends Tables, Tensor>(
  acts: Activations<A, Tensor>,
  name: ActivationName<A>,
  l: number,
): Tensor {
  const { layers, ...others } = acts;
  return ({ ...others, ...layers[l] } as Record<ActivationName<A>, Tensor>)[name];
}

type Parts<A extends Tables, Tensor, Ids> = Omit<
  Model<A, Tensor, Ids>,
  "architecture" | "backend" | "config" | "sizes" | "chunks" | "firstLosses" | "unknown"
>;

/** Adds what is derived from the tensors: the chunks. */
function assemble<A extends Tables, Tensor, Ids>(
  architecture: Architecture<A>,
  backend: Backend<Tensor, Ids>,
  config: A["config"],
  sizes: Sizes,
  parts: Parts<A, Tensor, Ids>,
): Model<A, Tensor, Ids> {
  const { B, T, accumulation } = sizes;
  const firstLosses = backend.view(parts.losses, 0, B * T);
  const unknown = {
    losses: new Float32Array(accumulation * B * T).fill(Number.NaN),
    loss: Float32Array.of(Number.NaN),
  };
  const model = {
    architecture,
    backend,
    config,
    sizes,
    ...parts,
    firstLosses,
    unknown,
    chunks: [],
  };
  const chunks = Array.from({ length: accumulation }, (_, micro) =>
    makeChunks(model, backend.view(parts.losses, micro * B * T, B * T)),
  );
  return { ...model, chunks };
}

function makeChunks<A extends Tables, Tensor, Ids>(
  {
    architecture,
    backend,
    config,
    sizes,
    acts,
    logits,
    dlosses,
    targets,
    training,
  }: Model<A, Tensor, Ids>,
  losses: Tensor, // (B, T), of this micro-batch
): Chunk<Tensor, Ids>[] {
  const { C, Vp } = config;
  const { B, T, rowsPerChunk } = sizes;
  const { last } = architecture;
  const inp = (acts as Record<string, unknown>)[last] as Tensor; // (B, T, C)
  const dinp = (training?.dacts as Record<string, Tensor> | undefined)?.[last]; // (B, T, C)
  const chunks: Chunk<Tensor, Ids>[] = [];
  for (let start = 0; start < B * T; start += rowsPerChunk) {
    const rows = Math.min(rowsPerChunk, B * T - start);
    chunks.push({
      rows,
      inp: backend.view(inp, start * C, rows * C),
      dinp: dinp === undefined ? null : backend.view(dinp, start * C, rows * C),
      logits: backend.view(logits, 0, rows * Vp),
      losses: backend.view(losses, start, rows),
      dlosses: backend.view(dlosses, start, rows),
      targets: backend.viewIds(targets, start, rows),
    });
  }
  return chunks;
}
