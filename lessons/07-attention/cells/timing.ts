// How long attention takes here as the text grows, with the table of weights and without it.

import { attentionBackward, attentionForward } from "@llm.ts/kernels/attention/attention.ts";
import { attentionFlashBackward, attentionFlashForward } from "@llm.ts/kernels/attention/flash.ts";

const [B, C, NH] = [1, 128, 2]; // hs = 64, as in GPT-2
console.log("milliseconds");
console.log("      with the table    flash");
console.log("  T forward back    forward back");
for (const T of [64, 128, 256, 512]) {
  const inp = Float32Array.from({ length: B * T * 3 * C }, (_, i) => Math.sin(i * i));
  const dout = Float32Array.from({ length: B * T * C }, (_, i) => Math.cos(i * i));
  const [out, dinp] = [new Float32Array(B * T * C), new Float32Array(B * T * 3 * C)];
  const table = () => new Float32Array(B * NH * T * T);
  const [preatt, att, dpreatt, datt] = [table(), table(), table(), table()];
  const lse = new Float32Array(B * NH * T);
  const times = [
    time(() => attentionForward(out, preatt, att, inp, B, T, C, NH)),
    time(() => attentionBackward(dinp, dpreatt, datt, dout, inp, att, B, T, C, NH)),
    time(() => attentionFlashForward(out, lse, inp, B, T, C, NH)),
    time(() => attentionFlashBackward(dinp, dout, out, inp, lse, B, T, C, NH)),
  ];
  const columns = times.map((ms, j) => ms.toFixed(1).padStart([7, 7, 9, 7][j]));
  console.log(String(T).padStart(3) + columns.join(""));
}

/** The shortest of a few calls: what comes in between only ever makes a call longer. */
function time(call: () => void): number {
  for (let k = 0; k < 2; k++) call();
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 4; k++) {
    const start = performance.now();
    call();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
