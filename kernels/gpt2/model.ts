// A GPT-2 in the memory of a device: everything that forward, backward and update work on. All of it is allocated here,
// once; after that nothing is created.

import type { Backend } from "../backend.ts";
import type { Floats } from "../runtime/check.ts";
import { lengthOf, type PlannedTensor } from "../runtime/plan.ts";
import {
  type ActivationGradients,
  type ActivationName,
  type Activations,
  activationLength,
  arrangeActivations,
  gradientNames,
} from "./activations.ts";
import { type Config, checkBatch } from "./config.ts";
import { completeOptions, modelTensors, type Options, type Sizes } from "./memory.ts";
import {
  type ByParameter,
  byParameter,
  checkParameters,
  initialValues,
  type LayerParameters,
  parameterLength,
  parameterNames,
  parameterTable,
} from "./parameters.ts";

/** A GPT-2. Tensor and Ids are the device's handles; see Backend. */
export interface GPT2<Tensor, Ids> {
  readonly backend: Backend<Tensor, Ids>;
  readonly config: Config;
  readonly sizes: Sizes;

  readonly inputs: Ids; // (B, T)
  readonly targets: Ids; // (B, T)
  /** The 16 tensors, whole. */
  readonly parameters: ByParameter<Tensor>;
  /** The same memory as the kernels take it: layer by layer, and of wpe the first T rows. */
  readonly weights: Weights<Tensor>;
  readonly acts: Activations<Tensor>;
  /** The B*T rows in parts, for the classifier; one list for each micro-batch, differing in where the losses go. */
  readonly chunks: readonly (readonly Chunk<Tensor, Ids>[])[];
  readonly logits: Tensor; // (rowsPerChunk, Vp)
  readonly losses: Tensor; // (accumulation, B, T)
  readonly firstLosses: Tensor; // (B, T), those of the first micro-batch
  readonly dlosses: Tensor; // (B, T), the gradient of the mean loss: the same number for every token
  readonly loss: Tensor; // (1), mean of the losses
  /** What only training needs; null in a model made without. */
  readonly training: Training<Tensor> | null;
}

/** Parameters, or gradients of them, as the kernels take them. */
export interface Weights<Tensor> {
  readonly wte: Tensor; // (Vp, C)
  readonly wpe: Tensor; // (T, C)
  readonly layers: readonly LayerParameters<Tensor>[];
  readonly lnfw: Tensor; // (C)
  readonly lnfb: Tensor; // (C)
}

export interface Training<Tensor> {
  readonly gradients: ByParameter<Tensor>;
  readonly m: ByParameter<Tensor>;
  readonly v: ByParameter<Tensor>;
  /** The gradients as the kernels take them. */
  readonly dweights: Weights<Tensor>;
  readonly dacts: ActivationGradients<Tensor>;
  readonly squares: Tensor; // (1), sum of the squares of all gradients
}

/** Some rows of B*T, and the parts of the tensors that belong to them. */
export interface Chunk<Tensor, Ids> {
  readonly rows: number;
  readonly lnf: Tensor; // (rows, C)
  readonly dlnf: Tensor | null; // (rows, C)
  readonly logits: Tensor; // (rows, Vp), the same memory for every chunk
  readonly losses: Tensor; // (rows)
  readonly dlosses: Tensor; // (rows)
  readonly targets: Ids; // (rows)
}

/**
 * Allocates a GPT-2 with all parameters 0: call `initialise`, or `writeTensors` with the values of a checkpoint.
 *
 * @throws RangeError if the config or the options cannot be; nothing is allocated then
 */
export function createGPT2<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  config: Config,
  options: Options,
): GPT2<Tensor, Ids> {
  const sizes = completeOptions(config, options);
  const { B, T, accumulation } = sizes;
  const { floats, ids } = allocate(backend, modelTensors(config, sizes));
  const whole = (group: Kind) => byParameter((name) => floats(group, name)[0]);
  const scratch = (name: string) => floats("scratch", name)[0];

  const acts = arrangeActivations(config.L, sizes.attention, (name, l) => {
    const copies = floats("activations", name);
    return copies[l % copies.length]; // a copy for each layer, or one for all
  });
  const training = sizes.training ? trainingTensors(backend, config, sizes, whole, scratch) : null;
  const dlosses = scratch("dlosses"); // every token counts alike in the mean over the tokens of all micro-batches
  backend.write(dlosses, new Float64Array(B * T).fill(1 / (accumulation * B * T)));

  const parameters = whole("parameters");
  return assemble(backend, config, sizes, {
    inputs: ids("inputs"),
    targets: ids("targets"),
    parameters,
    weights: arrangeWeights(backend, config, T, parameters),
    acts,
    logits: scratch("logits"),
    losses: scratch("losses"),
    dlosses,
    loss: scratch("loss"),
    training,
  });
}

/**
 * The same model for fewer or shorter texts, in the same memory: for sampling, which reads one text at a time. Its
 * forward pass writes over the activations of the other, which is harmless between two steps of training.
 *
 * @throws RangeError if B or T is not a positive integer or is larger than the model's
 */
export function shrinkGPT2<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  B: number,
  T: number,
): GPT2<Tensor, Ids> {
  const { backend, config, sizes } = model;
  checkBatch("shrinkGPT2", config, B, T);
  if (B > sizes.B || T > sizes.T) {
    throw new RangeError(
      `shrinkGPT2: B is ${B} and T is ${T}, expected at most the model's B = ${sizes.B} and T = ${sizes.T}`,
    );
  }
  const rowsPerChunk = Math.min(sizes.rowsPerChunk, B * T);
  const acts = arrangeActivations(config.L, sizes.attention, (name, l) =>
    backend.view(activation(model.acts, name, l), 0, activationLength(name, config, B, T)),
  );
  return assemble(
    backend,
    config,
    { ...sizes, B, T, training: false, accumulation: 1, rowsPerChunk },
    {
      inputs: backend.viewIds(model.inputs, 0, B * T),
      targets: backend.viewIds(model.targets, 0, B * T),
      parameters: model.parameters,
      weights: arrangeWeights(backend, config, T, model.parameters),
      acts,
      logits: backend.view(model.logits, 0, rowsPerChunk * config.Vp),
      losses: backend.view(model.losses, 0, B * T),
      dlosses: backend.view(model.dlosses, 0, B * T),
      loss: model.loss,
      training: null,
    },
  );
}

/** Writes the initial values of all parameters, and 0 to m and v where the model is made for training. */
export function initialise<Tensor, Ids>(model: GPT2<Tensor, Ids>, seed: number): void {
  const { backend, config, parameters, training } = model;
  for (const name of parameterNames) {
    backend.write(parameters[name], initialValues(name, config, seed));
    if (training === null) continue;
    backend.zero(training.m[name]);
    backend.zero(training.v[name]);
  }
}

/** The four tensors kept for every parameter. The last three exist only in a model made for training. */
export type Kind = "parameters" | "gradients" | "m" | "v";

/** Reads all 16 tensors of a kind, for a checkpoint or a test. */
export async function readTensors<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  kind: Kind,
): Promise<ByParameter<Floats>> {
  const tensors = tensorsOf("readTensors", model, kind);
  const values: Partial<ByParameter<Floats>> = {};
  for (const name of parameterNames) values[name] = await model.backend.read(tensors[name]);
  return values as ByParameter<Floats>;
}

/**
 * Writes all 16 tensors of a kind.
 *
 * @throws RangeError naming the first tensor that is missing or has another length; nothing is written then
 */
export function writeTensors<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  kind: Kind,
  values: ByParameter<Floats>,
): void {
  const tensors = tensorsOf("writeTensors", model, kind);
  checkParameters("writeTensors", values, model.config);
  for (const name of parameterNames) model.backend.write(tensors[name], values[name]);
}

/** What training needs. @throws Error if the model was made without it */
export function trainingOf<Tensor, Ids>(
  caller: string,
  { training }: GPT2<Tensor, Ids>,
): Training<Tensor> {
  if (training === null) {
    throw new Error(`${caller}: this model has no gradients: make it with training: true`);
  }
  return training;
}

function tensorsOf<Tensor, Ids>(
  caller: string,
  model: GPT2<Tensor, Ids>,
  kind: Kind,
): ByParameter<Tensor> {
  return kind === "parameters" ? model.parameters : trainingOf(caller, model)[kind];
}

/** Allocates a list of tensors, and finds them again by group and name. */
function allocate<Tensor, Ids>(backend: Backend<Tensor, Ids>, tensors: readonly PlannedTensor[]) {
  const floats = new Map<string, Tensor[]>();
  const ids = new Map<string, Ids>();
  for (const group of new Set(tensors.map((tensor) => tensor.group))) {
    const lines = tensors.filter((tensor) => tensor.group === group && tensor.type === "floats");
    const lengths = lines.flatMap((line) => Array<number>(line.copies).fill(lengthOf(line)));
    const handles = backend.alloc(lengths);
    for (const { name, copies } of lines) floats.set(`${group} ${name}`, handles.splice(0, copies));
  }
  for (const line of tensors) {
    if (line.type === "ids") ids.set(line.name, backend.allocIds(lengthOf(line)));
  }
  return {
    floats: (group: string, name: string) => floats.get(`${group} ${name}`) as Tensor[],
    ids: (name: string) => ids.get(name) as Ids,
  };
}

function trainingTensors<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  config: Config,
  { T, attention }: Sizes,
  whole: (kind: Kind) => ByParameter<Tensor>,
  scratch: (name: string) => Tensor,
): Training<Tensor> {
  const gradients = whole("gradients");
  const dacts = gradientNames(attention).map((name) => [name, scratch(`d${name}`)]);
  return {
    gradients,
    m: whole("m"),
    v: whole("v"),
    dweights: arrangeWeights(backend, config, T, gradients),
    dacts: Object.fromEntries(dacts) as ActivationGradients<Tensor>,
    squares: scratch("squares"),
  };
}

/** Views of the 16 tensors: layer by layer, and of wpe the rows of the first T positions. */
function arrangeWeights<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  config: Config,
  T: number,
  whole: ByParameter<Tensor>,
): Weights<Tensor> {
  const { L, C } = config;
  const names = parameterNames.filter((name) => parameterTable[name].perLayer);
  const layer = (l: number) =>
    Object.fromEntries(
      names.map((name) => {
        const length = parameterLength(name, config) / L;
        return [name, backend.view(whole[name], l * length, length)];
      }),
    ) as LayerParameters<Tensor>;
  return {
    wte: whole.wte,
    wpe: backend.view(whole.wpe, 0, T * C),
    layers: Array.from({ length: L }, (_, l) => layer(l)),
    lnfw: whole.lnfw,
    lnfb: whole.lnfb,
  };
}

function activation<Tensor>(acts: Activations<Tensor>, name: ActivationName, l: number): Tensor {
  const { layers, ...others } = acts;
  return ({ ...others, ...layers[l] } as Record<ActivationName, Tensor>)[name];
}

type Parts<Tensor, Ids> = Omit<
  GPT2<Tensor, Ids>,
  "backend" | "config" | "sizes" | "chunks" | "firstLosses"
>;

/** Adds what is derived from the tensors: the chunks. */
function assemble<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  config: Config,
  sizes: Sizes,
  parts: Parts<Tensor, Ids>,
): GPT2<Tensor, Ids> {
  const { B, T, accumulation } = sizes;
  const firstLosses = backend.view(parts.losses, 0, B * T);
  const chunks = Array.from({ length: accumulation }, (_, micro) =>
    makeChunks(backend, config, sizes, parts, backend.view(parts.losses, micro * B * T, B * T)),
  );
  return { backend, config, sizes, ...parts, firstLosses, chunks };
}

function makeChunks<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  { C, Vp }: Config,
  { B, T, rowsPerChunk }: Sizes,
  { acts, logits, dlosses, targets, training }: Parts<Tensor, Ids>,
  losses: Tensor, // (B, T), of this micro-batch
): Chunk<Tensor, Ids>[] {
  const chunks: Chunk<Tensor, Ids>[] = [];
  for (let start = 0; start < B * T; start += rowsPerChunk) {
    const rows = Math.min(rowsPerChunk, B * T - start);
    chunks.push({
      rows,
      lnf: backend.view(acts.lnf, start * C, rows * C),
      dlnf: training && backend.view(training.dacts.lnf, start * C, rows * C),
      logits: backend.view(logits, 0, rows * Vp),
      losses: backend.view(losses, start, rows),
      dlosses: backend.view(dlosses, start, rows),
      targets: backend.viewIds(targets, start, rows),
    });
  }
  return chunks;
}
