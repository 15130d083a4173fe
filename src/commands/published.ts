// The tokenizer that was published with a model, where it is another than GPT-2's, run by Hugging Face's own library. It is loaded only where there
// is such a file: the models that are trained here need none of it.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import type { TokenizerFiles } from "@llm.ts/kernels/formats/huggingface.tokenizer.ts";
import { parseObject } from "@llm.ts/kernels/formats/json.ts";
import { UsageError } from "./command.ts";

/** The files beside the weights, as texts. */
export interface PublishedTokens extends TokenizerFiles {
  readonly settings?: string; // tokenizer_config.json
}

export interface PublishedTokenizer {
  /** The ids of a text, with what the model expects before it. At least one. */
  encode(text: string): number[];
  /** The token that a text begins with; undefined if config.json names none. */
  readonly begin: number | undefined;
  /** Whether a text ends with this token. */
  ends(id: number): boolean;
  /** Takes tokens one by one, and gives the text that they make: none until a character is whole. */
  writer(before: readonly number[]): (id: number) => string;
}

/**
 * @param V of the model, which must know every token
 * @throws FormatError if the files are no tokenizer, or one of another model
 */
export async function openTokenizer(
  { tokenizer: json, settings, config }: PublishedTokens,
  V: number,
): Promise<PublishedTokenizer> {
  const { Tokenizer } = await import("@huggingface/tokenizers");
  const { bos_token_id, eos_token_id } = parseObject("config.json", config);
  let tokenizer: InstanceType<typeof Tokenizer>;
  try {
    const beside = settings === undefined ? {} : parseObject("tokenizer_config.json", settings);
    tokenizer = new Tokenizer(parseObject("tokenizer.json", json), beside);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`tokenizer.json: it cannot be used (${(error as Error).message})`);
  }
  const highest = highestOf(tokenizer.get_vocab(true));
  if (highest >= V) {
    throw new FormatError(`tokenizer.json: it has a token ${highest}, but the model V = ${V}`);
  }
  const ending = new Set([eos_token_id].flat());
  const begin = [bos_token_id, eos_token_id].flat().find((id) => typeof id === "number");
  const decode = (ids: number[]) =>
    tokenizer.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  return {
    begin,
    encode(text) {
      const { ids } = text === "" ? { ids: [] } : tokenizer.encode(text);
      if (ids.length > 0) return ids;
      if (typeof begin === "number") return [begin];
      throw new FormatError("config.json: it names no token that begins a text: give a prompt");
    },
    ends: (id) => ending.has(id),
    writer(before) {
      // The text of a token depends on those before it: a blank may go or come, and a character be in several.
      const ids = [...before];
      let [from, told] = [Math.max(0, ids.length - 8), ids.length];
      return (id) => {
        ids.push(id);
        const known = decode(ids.slice(from, told));
        const text = decode(ids.slice(from));
        if (text.endsWith("\ufffd") || text.length <= known.length) return "";
        [from, told] = [told, ids.length];
        return text.slice(known.length);
      };
    },
  };
}

/** @throws UsageError if a model's tokens are neither GPT-2's nor told by files beside it: GPT-2's would be others in it */
export function refuseOtherTokens(otherTokens: string | undefined): void {
  if (!otherTokens) return;
  throw new UsageError(
    `its tokens are of a kind that is not read here (${otherTokens}): convert it with --to safetensors, and put the model's tokenizer.json and config.json beside that`,
  );
}

function highestOf(vocabulary: ReadonlyMap<string, number>): number {
  let highest = -1;
  for (const id of vocabulary.values()) highest = Math.max(highest, id);
  return highest;
}
