// One run of training: the model, the data and the schedule, and nothing of the page or of where checkpoints are kept. It
// runs in a worker and in Node alike.
//
// What a run computes depends on its settings and its text alone. No state is hidden in a generator: the order of the
// data and the samples come from counters that are hashed together with the seed. So the weights, m, v, the number of
// the step and two counters are all that a checkpoint must hold for the run to go on as if it had never stopped.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import {
  createLlmcLoader,
  createLoader,
  createValidationLoader,
  type DataLoader,
} from "@llm.ts/kernels/formats/loader.ts";
import type { Source } from "@llm.ts/kernels/formats/source.ts";
import type { Weights } from "@llm.ts/kernels/formats/weights.ts";
import { initialise, shrinkModel } from "@llm.ts/kernels/model/model.ts";
import { namesOf, shapeOf } from "@llm.ts/kernels/model/parameters.ts";
import { generate, likeliestTokens } from "@llm.ts/kernels/model/sample.ts";
import {
  LossFault,
  readGradientNorm,
  readLoss,
  tokenLosses,
  trainStep,
  validationLoss,
} from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser, type Optimiser } from "@llm.ts/kernels/model/update.ts";
import {
  type AnyModel,
  type Config,
  countParameters,
  createModelOf,
} from "@llm.ts/kernels/models.ts";
import type { RandomState } from "@llm.ts/kernels/runtime/random.ts";
import { changeSettings, rateAt, type Wish } from "./changes.ts";
import { arrayPart, type Part, readParts } from "./checkpoint.ts";
import { TextError } from "./encoding.ts";
import type { Change, History, LossRow, ScoreRow, ValidationRow } from "./history.ts";
import { createEmbeddings } from "./inside/embeddings.ts";
import { type Inside, lookInside, type Question } from "./inside/inside.ts";
import { holdsTokens, type WeightsKind } from "./kinds.ts";
import type { RunPlan } from "./plan.ts";
import type { DeviceNote, Inspection, Progress, Sample } from "./progress.ts";
import { spreadSamples } from "./samples.ts";
import type { Sampling, Settings } from "./settings.ts";
import { type Problem, questionsOf } from "./tasks.ts";
import {
  histogramOf,
  type Spread,
  type TensorRow,
  tensorRows,
  unclipped,
  type Values,
} from "./tensors.ts";
import {
  decodeWith,
  noCharacters,
  type OwnVocabulary,
  openTokenizerOf,
  type Tokenizer,
  tokenizerOf,
  tokensNote,
} from "./tokenizers.ts";
import { exportWeights, fillParameters, loadWeights } from "./weights.ts";

/** What is trained on, in the vocabulary of the model. */
export interface Text {
  name: string;
  vocabulary?: OwnVocabulary; // without it GPT-2's, or the beginning of it
  tokenizer?: Tokenizer; // of the vocabulary, where that was published: see openTokenizerOf
  train: Uint16Array<ArrayBuffer>;
  validation: Uint16Array<ArrayBuffer>;
}

const samplesKept = 40;
const mostMeasured = 20_000_000; // parameters, which are read three times
const tokensInspected = 1024; // of a batch, in whole texts

/** A step that was handed to the device, and what it will be known by. */
interface Begun {
  step: number;
  at: number; // milliseconds
  results: Promise<readonly [loss: number, norm: number]>;
}

export class Session<Tensor, Ids> {
  settings: Settings; // of the next step
  readonly text: Text;
  readonly config: Config;
  readonly tokenizer: Tokenizer;
  readonly questions: readonly Problem[]; // of a task, none of which is trained on
  readonly history: History = { losses: [], validations: [] };
  samples: Sample[] = [];
  begun = Date.now(); // see Progress
  step = 0; // updates done, whose losses are known
  seconds = 0; // spent in training
  weights = ""; // see Progress
  readonly device: DeviceNote;

  readonly #model: AnyModel<Tensor, Ids>;
  readonly #loader: DataLoader;
  readonly #validation: DataLoader;
  readonly #optimiser: Optimiser; // but for the learning rate
  readonly #random: RandomState; // of the samples
  readonly #begun: Begun[] = []; // the oldest first
  readonly #embeddings: ReturnType<typeof createEmbeddings>;
  #finished = 0; // when the last step was, in milliseconds
  #fault: string | undefined;

  /**
   * Takes all the memory that the run will need, and writes the initial weights. A GPU that has not enough of it says so
   * only later: call `ready` before the first step.
   *
   * @param device what the backend is, to be noted in checkpoints
   * @throws RangeError if the settings cannot be used together, or the text is shorter than T + 1 tokens
   */
  constructor(
    backend: Backend<Tensor, Ids>,
    { settings, tier, config, options }: RunPlan,
    text: Text,
    device: DeviceNote = { tier, adapter: "", choice: null },
  ) {
    const { B, T, seed } = settings;
    const {
      beta1 = defaultOptimiser.beta1,
      beta2 = defaultOptimiser.beta2,
      maxNorm = defaultOptimiser.maxNorm,
    } = settings;
    this.device = device;
    this.settings = settings;
    this.text = text;
    this.config = config;
    this.tokenizer = tokenizerFor(text, config.V);
    this.questions = settings.task ? questionsOf(settings.task, seed) : [];
    this.#loader = loaderOf(settings, text);
    this.#validation = createValidationLoader(text.validation, B, T);
    this.#random = { seed, counter: 0 };
    this.#embeddings = createEmbeddings(text.train);
    this.#optimiser = {
      ...defaultOptimiser,
      ...{
        weightDecay: settings.weightDecay,
        beta1,
        beta2,
        maxNorm: maxNorm || Number.POSITIVE_INFINITY,
      },
    };
    this.#model = createModelOf(backend, config, options);
    initialise(this.#model, seed);
  }

  /** Waits until the device has taken everything in. @throws GpuFault if it has not the memory */
  async ready(): Promise<void> {
    await this.#model.backend.read(this.#model.loss);
  }

  /**
   * Begins with the weights of a file in Hugging Face's format in place of random numbers.
   *
   * @param name what to remember the file by
   * @throws FormatError if it holds no GPT-2, or one of other sizes
   */
  async begin(name: string, source: Source, say: (done: number) => void): Promise<void> {
    await loadWeights(this.#model, source, (done, total) => say(done / total));
    this.weights = name;
  }

  /**
   * Begins with weights of any kind of file.
   *
   * @param name what to remember the file by
   * @param say told after each piece which part is read, from 0 to 1
   * @throws FormatError if its sizes are others than the model's, or a weight is not a number
   */
  async beginWith(
    name: string,
    weights: Weights,
    say: (done: number) => void = () => {},
  ): Promise<void> {
    await fillParameters(this.#model, weights, say);
    this.weights = name;
  }

  /** The weights as they are now, as a file, a few megabytes at a time. */
  exportWeights(kind: WeightsKind = "safetensors"): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    this.#check();
    const tokens = this.text.vocabulary?.kind ?? "GPT-2";
    const notes = { step: `${this.step}`, text: this.text.name, [tokensNote]: tokens };
    if (this.text.vocabulary?.kind === "characters" && holdsTokens(kind)) {
      throw new TextError(noCharacters);
    }
    return exportWeights(this.#model, notes, kind, this.tokenizer);
  }

  /** Random numbers that samples have taken so far. */
  get drawn(): number {
    return this.#random.counter;
  }

  /** Whether all its steps are done. */
  get finished(): boolean {
    return this.step >= this.settings.steps;
  }

  /**
   * Changes settings from the next step on.
   *
   * @returns what is another than before
   * @throws SettingsError naming the first that is wrong; nothing has changed then
   */
  change(wish: Wish): Change[] {
    this.#check();
    const { settings, changes } = changeSettings(this.settings, this.step, wish);
    this.settings = settings;
    if (changes.length > 0) this.history.changes = [...(this.history.changes ?? []), ...changes];
    return changes;
  }

  /** Trains for one step: hands it to the device, and waits for it. */
  async train(): Promise<LossRow> {
    this.handOver();
    return this.finish();
  }

  /** Steps that were handed to the device and whose losses are not known yet. */
  get ahead(): number {
    return this.#begun.length;
  }

  /** The parameters as they are, for `measure` after the next step; null where there are too many to be read meanwhile. */
  async parametersNow(): Promise<Values | null> {
    this.#check();
    if (countParameters(this.config) > mostMeasured) return null;
    return this.#read(this.#model.parameters);
  }

  /** What the last step did to each tensor. @param before the parameters before it */
  async measure(before: Values): Promise<TensorRow[]> {
    this.#check();
    const { parameters, training } = this.#model;
    const norm = this.history.losses.at(-1)?.norm ?? 0;
    const gradients = await this.#read(training?.gradients ?? parameters);
    return tensorRows(before, await this.#read(parameters), gradients, norm);
  }

  /** How the values of a tensor are spread, and those of its gradient in the last step; null as for `parametersNow`. */
  async spread(name: string): Promise<Spread | null> {
    this.#check();
    const { backend, parameters, training } = this.#model;
    if (countParameters(this.config) > mostMeasured || !(name in parameters)) return null;
    const values = histogramOf(await backend.read(parameters[name]));
    if (!training || this.#finished === 0) return { name, values, gradient: null };
    const gradients = await this.#read(training.gradients);
    const factor = unclipped(gradients, this.history.losses.at(-1)?.norm ?? 0);
    return { name, values, gradient: histogramOf(gradients[name], factor) };
  }

  async #read(tensors: Readonly<Record<string, Tensor>>): Promise<Values> {
    const values: Record<string, ArrayLike<number>> = {};
    for (const name of namesOf(this.#model.architecture.parameters)) {
      values[name] = (await this.#model.backend.read(tensors[name])).slice();
    }
    return values;
  }

  /**
   * Hands the next step to the device. A GPU goes from one to the next without a pause, where it has the next in time.
   * The loss of each is copied away before the next begins, so it does not matter how late it is waited for.
   */
  handOver(): void {
    this.#refuseAfterFault();
    const { accumulation } = this.settings;
    const at = performance.now();
    const batches = Array.from({ length: accumulation }, () => {
      this.#loader.next();
      const { inputs, targets } = this.#loader;
      return accumulation === 1
        ? { inputs, targets }
        : { inputs: inputs.slice(), targets: targets.slice() };
    });
    const step = this.step + this.ahead + 1;
    const lr = rateAt(this.settings, step);
    trainStep(this.#model, batches, step, { ...this.#optimiser, lr });
    const results = Promise.all([readLoss(this.#model), readGradientNorm(this.#model)]);
    results.catch(() => {}); // told when it is waited for
    this.#begun.push({ step, at, results });
  }

  /**
   * Waits for the oldest step that was handed over.
   *
   * @throws LossFault if the loss or the gradient is not a number that training can go on from. The weights are of no
   *   use then, and neither a step nor a checkpoint is possible any more
   */
  async finish(): Promise<LossRow> {
    this.#refuseAfterFault();
    const begun = this.#begun.shift();
    if (!begun) throw new Error("Session.finish: no step was handed over");
    const { step, at, results } = begun;
    const [loss, norm] = await this.#checked(step, results);
    const now = performance.now();
    const seconds = (now - Math.max(at, this.#finished)) / 1000;
    this.#finished = now;
    this.step = step;
    this.seconds += seconds;
    // float32, so that a row is the same before and after it has been in a checkpoint
    const row = {
      step,
      loss: Math.fround(loss),
      norm: Math.fround(norm),
      seconds: Math.fround(seconds),
    };
    this.history.losses.push(row);
    return row;
  }

  /** How many targets `validate` is over: so many tokens of the validation text, from the second on. */
  get validationTargets(): number {
    const { validationBatches, B, T } = this.settings;
    return T * Math.min(validationBatches * B, this.#validation.windows);
  }

  /**
   * The mean loss over the first batches of the validation text, always the same ones. Each window counts once, however
   * they are cut into batches: where the text ends, so does the measurement.
   */
  async validate(): Promise<ValidationRow> {
    this.#check();
    const { T, B } = this.settings;
    const { inputs, targets } = this.#validation;
    const all = this.validationTargets / T;
    this.#validation.position = 0;
    let sum = 0;
    for (let read = 0; read < all; read += B) {
      this.#validation.next();
      const texts = Math.min(B, all - read);
      sum += texts * (await validationLoss(this.#model, { inputs, targets }, texts));
    }
    const row = { step: this.step, loss: Math.fround(sum / all) };
    this.history.validations.push(row);
    return row;
  }

  /** Asks the model the problems of its task that it is not trained on. */
  async score(): Promise<ScoreRow> {
    this.#check();
    const { B, T } = this.settings;
    const { end } = this.tokenizer;
    const asked = this.questions.map(({ prompt, answer }) => ({
      tokens: this.tokenizer.encode(prompt + answer),
      from: prompt.length, // the place whose next token is the first of the answer
    }));
    let right = 0;
    for (let first = 0; first < asked.length; first += B) {
      const batch = asked.slice(first, first + B);
      const inputs = new Int32Array(B * T).fill(end);
      for (const [b, { tokens }] of batch.entries()) inputs.set(tokens, b * T);
      const likeliest = await likeliestTokens(this.#model, inputs);
      right += batch.filter(({ tokens, from }, b) =>
        // As long as all before were right, what it reads is what it would have written.
        [...tokens.slice(from + 1), end].every((id, i) => likeliest[b * T + from + i] === id),
      ).length;
    }
    const row = { step: this.step, right, asked: asked.length };
    this.history.scores = [...(this.history.scores ?? []), row];
    return row;
  }

  /**
   * The batch of a step, the first one where there are several, and what the model loses on each of its tokens as it is now.
   * Of a large batch only the first texts are returned.
   */
  async inspect(step: number): Promise<Inspection> {
    this.#check();
    const { B, T, accumulation } = this.settings;
    const spell = (id: number) => this.#spell(id);
    const loader = loaderOf(this.settings, this.text);
    loader.position = (step - 1) * accumulation * B;
    loader.next();
    const { inputs, targets } = loader;
    const losses = Array.from(await tokenLosses(this.#model, { inputs, targets }));
    const told = Math.min(B, Math.max(1, Math.floor(tokensInspected / T)));
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const texts = Array.from({ length: told }, (_, b) => ({
      first: spell(inputs[b * T]),
      tokens: Array.from(targets.subarray(b * T, (b + 1) * T), spell),
      losses: losses.slice(b * T, (b + 1) * T),
    }));
    return { step, at: this.step, mean, texts, B };
  }

  /** What the model as it is makes of a sentence. @throws TextError if that cannot be encoded */
  async look(question: Question): Promise<Inside> {
    this.#check();
    const ids = this.#encode(question.sentence);
    const reader = shrinkModel(this.#model, 1, this.settings.T);
    const seen = await lookInside(reader, ids, (id) => this.#spell(id), this.#embeddings, question);
    return { step: this.step, ...seen };
  }

  /**
   * Lets the model write on after a prompt.
   *
   * @param go asked after every token whether to go on; it may look at what is written so far
   * @returns undefined if it was told not to
   */
  async sample(
    sampling: Sampling,
    go: (soFar: () => Sample) => Promise<boolean>,
  ): Promise<Sample | undefined> {
    this.#check();
    const { prompt, temperature, topK, topP, length = this.settings.sampleLength } = sampling;
    const { V } = this.config;
    const ids = this.#encode(prompt);
    const options = { temperature, topK: Math.min(topK, V), topP };
    const written: number[] = [];
    const soFar = () => ({ step: this.step, prompt, ...decodeWith(this.tokenizer, written) });
    for await (const id of generate(this.#model, ids, options, this.#random)) {
      written.push(id);
      if (written.length === length || (sampling.stop && this.tokenizer.ends(id))) break;
      if (!(await go(soFar))) return undefined;
    }
    const sample = soFar();
    this.samples = spreadSamples([...this.samples, sample], samplesKept);
    return sample;
  }

  #spell(id: number): string {
    return decodeWith(this.tokenizer, [id]).text;
  }

  /** A text as the model reads it. An empty one is the beginning of a text, and every text begins with this token. */
  #encode(text: string): ArrayLike<number> {
    const empty = this.settings.task ? text === "" : text.trim() === "";
    if (empty) return [this.tokenizer.end];
    return this.tokenizer.prompt?.(text) ?? this.tokenizer.encode(text);
  }

  /** Where the run stands. Together with `parts` it is a checkpoint. */
  progress(): Progress {
    this.#check();
    const { name, train, validation } = this.text;
    return {
      settings: this.settings,
      begun: this.begun,
      ...(this.history.changes && { changes: this.history.changes }),
      ...(this.history.scores && { scores: this.history.scores }),
      ...(this.text.vocabulary && { vocabulary: this.text.vocabulary }),
      text: { name, train: train.length, validation: validation.length },
      device: this.device,
      weights: this.weights,
      step: this.step,
      position: this.#loader.position,
      seconds: this.seconds,
      drawn: this.#random.counter,
      samples: this.samples,
      losses: this.history.losses.length,
      validations: this.history.validations.length,
      savedAt: Date.now(),
    };
  }

  /** The tensors of a checkpoint: the text, the history, and parameters, m and v. */
  parts(): Part[] {
    return [...textParts(this.text), ...historyParts(this.history).parts, ...this.#modelParts()];
  }

  /**
   * Goes on with the run of a checkpoint, which was verified before.
   *
   * @param plan of the settings in `progress`
   * @param progress what the checkpoint says of the run
   * @throws FormatError if the checkpoint does not fit together
   */
  static async restore<Tensor, Ids>(
    backend: Backend<Tensor, Ids>,
    plan: RunPlan,
    progress: Progress,
    source: Source,
    device?: DeviceNote,
  ): Promise<Session<Tensor, Ids>> {
    checkCounts(progress, source.size);
    const text: Text = {
      name: progress.text.name,
      train: new Uint16Array(progress.text.train),
      validation: new Uint16Array(progress.text.validation),
      ...(progress.vocabulary && { vocabulary: progress.vocabulary }),
      ...(progress.vocabulary?.kind === "published" && {
        tokenizer: await openTokenizerOf(progress.vocabulary, plan.config.V),
      }),
    };
    const history = emptyHistory(progress);
    const session = new Session(backend, plan, text, device);
    await readParts(source, [...textParts(text), ...history.parts, ...session.#modelParts()]);
    Object.assign(session.history, history.rows());
    session.begun = progress.begun ?? progress.savedAt;
    if (progress.changes) session.history.changes = [...progress.changes];
    if (progress.scores) session.history.scores = [...progress.scores];
    session.step = progress.step;
    session.seconds = progress.seconds;
    session.samples = progress.samples;
    session.weights = progress.weights;
    session.#loader.position = progress.position;
    session.#random.counter = progress.drawn;
    return session;
  }

  async #checked(step: number, results: Begun["results"]): Begun["results"] {
    try {
      const [loss, norm] = await results;
      if (!Number.isFinite(norm)) {
        throw new LossFault(
          `the length of the gradient is ${norm}, and nothing can be learned from it: lower the learning rate, or go back to the last checkpoint`,
        );
      }
      return [loss, norm];
    } catch (thrown) {
      const error = thrown instanceof LossFault ? this.#explained(thrown) : (thrown as Error);
      this.#fault = `step ${step} failed: ${error.message}`;
      throw error;
    }
  }

  /** The same fault, with what the run's own settings may have to do with it. */
  #explained(fault: LossFault): LossFault {
    const { activations, weightFormat } = this.settings;
    if (activations !== "float16" && weightFormat !== "float16") return fault;
    return new LossFault(
      `${fault.message}; or begin again with bfloat16 instead of float16, whose largest number is 65504`,
    );
  }

  #refuseAfterFault(): void {
    if (this.#fault) throw new Error(`this run cannot go on, because ${this.#fault}`);
  }

  /** What the model is to be used for besides training must not come between two steps that are under way. */
  #check(): void {
    this.#refuseAfterFault();
    if (this.ahead > 0) throw new Error(`Session: ${this.ahead} steps are not finished yet`);
  }

  #modelParts(): Part[] {
    const { architecture, backend, parameters, training } = this.#model;
    const table = architecture.parameters;
    if (!training) throw new Error("Session: the model was made without training");
    const kinds = { parameters, m: training.m, v: training.v };
    return Object.entries(kinds).flatMap(([kind, tensors]) =>
      namesOf(table).map((name): Part => {
        const tensor = tensors[name];
        return {
          name: `${kind}.${name}`,
          dtype: "F32",
          shape: shapeOf(table, name, this.config),
          async read(start, into) {
            await backend.read(backend.view(tensor, start, into.length), into as Float32Array);
          },
          write(start, values) {
            backend.write(backend.view(tensor, start, values.length), values as Float32Array);
          },
        };
      }),
    );
  }
}

function tokenizerFor({ tokenizer, vocabulary }: Text, V: number): Tokenizer {
  if (tokenizer) return tokenizer;
  if (vocabulary?.kind !== "published") return tokenizerOf(vocabulary, V);
  throw new Error("Session: a text in the tokens of a published model comes with its tokenizer");
}

function loaderOf({ B, T, seed, order = "shuffled" }: Settings, { train }: Text): DataLoader {
  if (order === "shuffled") return createLoader(train, B, T, seed);
  return createLlmcLoader(train, B, T, order === "llm.c");
}

/** Checks, before memory is taken for it, that what is counted can be in a file of this size: each value has 4 bytes. */
function checkCounts({ text, losses, validations }: Progress, size: number): void {
  if (4 * (text.train + text.validation + 4 * losses + 2 * validations) > size) {
    throw new FormatError("it says that there is more in it than its size allows");
  }
}

/** Tokens are 16 bits in memory and 32 in the file, whose format knows no unsigned 16. */
function textParts({ train, validation }: Text): Part[] {
  return Object.entries({ train, validation }).map(([name, tokens]) => ({
    name: `text.${name}`,
    dtype: "I32",
    shape: [tokens.length],
    read: (start, into) => into.set(tokens.subarray(start, start + into.length)),
    write: (start, values) => tokens.set(values, start),
  }));
}

/** The history as two tensors, (steps, 4) and (validations, 2), filled from its rows. */
function historyParts({ losses, validations }: History) {
  const tables = emptyHistory({ losses: losses.length, validations: validations.length });
  losses.forEach(({ step, loss, norm, seconds }, i) => {
    tables.losses.set([step, loss, norm, seconds], 4 * i);
  });
  validations.forEach(({ step, loss }, i) => {
    tables.validations.set([step, loss], 2 * i);
  });
  return tables;
}

/** Room for a history of so many rows; `rows` gives them once the parts are filled. */
function emptyHistory(counts: { losses: number; validations: number }) {
  const losses = new Float32Array(4 * counts.losses);
  const validations = new Float32Array(2 * counts.validations);
  return {
    losses,
    validations,
    parts: [
      arrayPart("history.losses", [counts.losses, 4], losses),
      arrayPart("history.validations", [counts.validations, 2], validations),
    ],
    rows: (): History => ({
      losses: Array.from({ length: counts.losses }, (_, i) => {
        const [step, loss, norm, seconds] = losses.subarray(4 * i, 4 * i + 4);
        return { step, loss, norm, seconds };
      }),
      validations: Array.from({ length: counts.validations }, (_, i) => {
        const [step, loss] = validations.subarray(2 * i, 2 * i + 2);
        return { step, loss };
      }),
    }),
  };
}
