// Models that look from afar like those that are read here, by the names that their files have for them.

const relatives: Readonly<Record<string, string>> = {
  gemma2: "its logits and scores are held within soft caps, and its blocks have four norms",
  gemma3: "its queries and keys are normed",
  gemma3_text: "its queries and keys are normed",
  qwen2: "its queries, keys and values have biases",
  qwen3: "its queries and keys are normed",
  mixtral: "its MLPs are experts, of which each token has its own",
  qwen2_moe: "its MLPs are experts, of which each token has its own",
  qwen3_moe: "its MLPs are experts, of which each token has its own",
  phi: "its channels are turned in part only, and it has biases",
  phi3: "its queries, keys and values are one matrix there",
  cohere: "its norm and its logits are others",
  llama4: "its MLPs are experts, of which each token has its own",
};

/** What a model has that is not computed here, if it is such a relative. */
export function missingOf(name: unknown): string | undefined {
  return Object.hasOwn(relatives, `${name}`) ? relatives[`${name}`] : undefined;
}
