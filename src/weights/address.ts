// Where GPT-2's weights are published.

export interface Address {
  /** The file itself. */
  readonly file: string;
  /** A small text that says its length and SHA-256, as Git LFS writes it. */
  readonly pointer?: string;
}

const repository = "https://huggingface.co/openai-community/gpt2";

/** The weights of GPT-2 124M as OpenAI trained them: 548 MB, under the MIT licence. */
export const gpt2Address: Address = {
  file: `${repository}/resolve/main/model.safetensors`,
  pointer: `${repository}/raw/main/model.safetensors`,
};

/** Length of that file, to be told before the download. */
export const gpt2Bytes = 548_105_171;

/** What a pointer says of its file. */
export interface Pointer {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Reads a Git LFS pointer.
 *
 * Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
 *
 * @returns undefined if the text is none
 */
export function parsePointer(text: string): Pointer | undefined {
  const sha256 = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1];
  const bytes = /^size ([0-9]{1,15})$/m.exec(text)?.[1];
  return sha256 && bytes ? { sha256, bytes: Number(bytes) } : undefined;
}
