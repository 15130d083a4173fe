// What is used of Hugging Face's library, whose own types promise less: objects of any shape go in.

declare module "@huggingface/tokenizers" {
  export class Tokenizer {
    /** @param tokenizer what tokenizer.json holds @param config what tokenizer_config.json does */
    constructor(tokenizer: Record<string, unknown>, config: Record<string, unknown>);
    encode(text: string, options?: { add_special_tokens: boolean }): { readonly ids: number[] };
    decode(
      ids: number[],
      options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean },
    ): string;
    get_vocab(added: boolean): ReadonlyMap<string, number>;
  }
}
