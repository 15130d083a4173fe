// Which windows of the text are dealt, in two passes over it.

import { createLoader } from "@llm.ts/kernels/formats/loader.ts";

const [B, T] = [4, 8];
const tokens = Uint16Array.from({ length: 97 }, (_, k) => k); // each token is its own place in the text
const loader = createLoader(tokens, B, T, 1);

console.log(`${tokens.length} tokens, ${loader.windows} windows of ${T}`);
for (let batch = 0; batch < 6; batch++) {
  loader.next();
  const dealt = [];
  for (let b = 0; b < B; b++) dealt.push(loader.inputs[b * T] / T); // the window's number
  console.log(`pass ${Math.floor((batch * B) / loader.windows) + 1}: windows ${dealt.join(", ")}`);
}
