// What the tests use of node-llama-cpp, whose types are not installed with the project.

interface Evaluated {
  next: { logits?: Map<number, number> };
}

interface Sequence {
  controlledEvaluate(
    input: [token: number, options: { generateNext: { logits: true } }][],
  ): Promise<(Evaluated | undefined)[]>;
  evaluate(
    tokens: number[],
    options: { temperature: number; yieldEogToken: boolean },
  ): AsyncIterable<number>;
  clearHistory(): Promise<void>;
}

interface LlamaModel {
  tokenize(text: string, specialTokens: boolean): number[];
  detokenize(tokens: readonly number[], specialTokens?: boolean): string;
  createContext(options: { contextSize: number }): Promise<{
    getSequence(): Sequence;
    dispose(): Promise<void>;
  }>;
  readonly tokens: {
    bos: number | null;
    eos: number | null;
    readonly shouldPrependBosToken: boolean;
  };
  readonly trainContextSize: number;
  readonly typeDescription: string;
  dispose(): Promise<void>;
}

interface Llama {
  loadModel(options: { modelPath: string; gpuLayers: number }): Promise<LlamaModel>;
  dispose(): Promise<void>;
}

/** llama.cpp on the processor. Nothing is built or fetched: it is there or an error is thrown. */
export async function openLlama(): Promise<Llama> {
  const name = "node-llama-cpp"; // of this folder's package.json, so that types are not looked for
  const { getLlama } = await import(name);
  const offline = { build: "never", skipDownload: true, gpu: false, progressLogs: false };
  return getLlama({ ...offline, maxThreads: 1 });
}

/** Uses a model file, with room for T tokens. */
export async function withModel<Result>(
  llama: Llama,
  modelPath: string,
  T: number,
  use: (model: LlamaModel, sequence: Sequence) => Promise<Result>,
): Promise<Result> {
  const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
  const context = await model.createContext({ contextSize: T });
  try {
    return await use(model, context.getSequence());
  } finally {
    await context.dispose();
    await model.dispose();
  }
}

/** The logits after each token of a text: (T, V). */
export async function logitsOf(sequence: Sequence, tokens: readonly number[]): Promise<number[][]> {
  await sequence.clearHistory();
  const evaluated = await sequence.controlledEvaluate(
    tokens.map((token) => [token, { generateNext: { logits: true } }]),
  );
  return evaluated.map((each) => {
    const logits: number[] = [];
    for (const [token, logit] of each?.next.logits ?? []) logits[token] = logit;
    return logits;
  });
}

/** The likeliest token after a text, again and again. */
export async function greedy(
  sequence: Sequence,
  prompt: readonly number[],
  length: number,
): Promise<number[]> {
  await sequence.clearHistory();
  const tokens: number[] = [];
  for await (const token of sequence.evaluate([...prompt], {
    temperature: 0,
    yieldEogToken: true, // and does not stop there
  })) {
    tokens.push(token);
    if (tokens.length === length) break;
  }
  return tokens;
}
