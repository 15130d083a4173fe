// The backward pass against finite differences, in float64: every query, key and value is moved a little.

import { attentionBackward, attentionForward } from "@llm.ts/kernels/attention/attention.ts";

const [B, T, C, NH] = [2, 4, 6, 3];
const inp = Float64Array.from({ length: B * T * 3 * C }, (_, i) => 1.5 * Math.sin(7 * i * i + i));
const dout = Float64Array.from({ length: B * T * C }, (_, i) => Math.cos(5 * i * i + 2 * i));

const floats = (length: number) => new Float64Array(length);
const [out, preatt, att] = [B * T * C, B * NH * T * T, B * NH * T * T].map(floats);
const loss = () => {
  attentionForward(out, preatt, att, inp, B, T, C, NH);
  return dout.reduce((sum, d, i) => sum + d * out[i], 0);
};

loss(); // for att
const [dinp, dpreatt, datt] = [inp.length, att.length, att.length].map(floats);
attentionBackward(dinp, dpreatt, datt, dout, inp, att, B, T, C, NH);

const step = 1e-5;
const worst = { queries: 0, keys: 0, values: 0 };
for (let j = 0; j < inp.length; j++) {
  const value = inp[j];
  inp[j] = value + step;
  const above = loss();
  inp[j] = value - step;
  const below = loss();
  inp[j] = value;
  const part = (["queries", "keys", "values"] as const)[Math.floor((j % (3 * C)) / C)];
  worst[part] = Math.max(worst[part], Math.abs((above - below) / (2 * step) - dinp[j]));
}
for (const [part, difference] of Object.entries(worst)) {
  console.log(`${part.padEnd(8)} largest difference ${difference.toExponential(1)}`);
}
