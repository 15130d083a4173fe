/** What public/data/source.json says about the token files beside it. Written by scripts/data.ts, shown by the page. */
export interface Source {
  title: string; // as the page calls the text
  source: string; // where the text is from: an address, an npm package, or "a file of your own"
  sha256: string; // of the text's bytes, in hexadecimal
  characters: number; // Unicode code points
  train: number; // tokens in tiny_shakespeare_train.bin
  val: number; // tokens in tiny_shakespeare_val.bin
}
