// What is kept for every token while a text is written: its keys and its values, in every layer. For models as published.

interface Model {
  name: string;
  L: number; // layers
  NH: number;
  NKV: number;
  hs: number;
  windowSize: number;
  maxT?: number; // places that it knows, where there is an end to them
}

const models: Model[] = [
  { name: "GPT-2 124M", L: 12, NH: 12, NKV: 12, hs: 64, windowSize: Infinity, maxT: 1024 },
  { name: "Llama 2 7B", L: 32, NH: 32, NKV: 32, hs: 128, windowSize: Infinity },
  { name: "Llama 2 70B", L: 80, NH: 64, NKV: 8, hs: 128, windowSize: Infinity },
  { name: "Llama 3 8B", L: 32, NH: 32, NKV: 8, hs: 128, windowSize: Infinity },
  { name: "Mistral 7B", L: 32, NH: 32, NKV: 8, hs: 128, windowSize: 4096 },
];
const bytes = 2; // of a number, in 16 bits

const bytesPerToken = ({ L, hs }: Model, heads: number) => 2 * L * heads * hs * bytes;

/** GiB that are kept for a text of T tokens. */
function cacheOf(model: Model, T: number): number {
  return (bytesPerToken(model, model.NKV) * Math.min(T, model.windowSize)) / 2 ** 30;
}

console.log("             NH  NKV  KiB a token  with NKV = NH  GiB for 32,768 tokens");
for (const model of models) {
  const { name, NH, NKV, maxT = Infinity } = model;
  const kib = [NKV, NH].map((heads) => bytesPerToken(model, heads) / 1024);
  console.log(
    name.padEnd(12) + String(NH).padStart(3) + String(NKV).padStart(5),
    String(kib[0]).padStart(12),
    String(kib[1]).padStart(14),
    (maxT < 32_768 ? "none" : cacheOf(model, 32_768).toFixed(2)).padStart(22),
  );
}

const drawn = models.filter(({ name }) => /Llama 2 7B|Llama 3|Mistral/.test(name));
export const names = drawn.map(({ name }) => name);
export const tokens = Array.from({ length: 33 }, (_, k) => 1024 * k);
/** GiB: for each model one number for each of tokens. */
export const gib = drawn.flatMap((model) => tokens.map((T) => cacheOf(model, T)));
