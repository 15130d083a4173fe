// The same forward pass by the files that the site trains with: parameters from one block, tokens in, vectors out.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { byParameter, parameterLength } from "@llm.ts/kernels/gpt2/parameters.ts";
import { paddedVocabulary } from "@llm.ts/kernels/model/config.ts";
import { writeTensors } from "@llm.ts/kernels/model/model.ts";

export async function forwardFromBlock(
  out: Float32Array, // (B, T, C), written
  params: Float32Array, // the one block
  inputs: Int32Array, // (B, T)
  maxT: number,
  Vp: number,
  L: number,
  NH: number,
  C: number,
  B: number,
  T: number,
): Promise<void> {
  const backend = createCpu(Float32Array);
  const config = { maxT, V: Vp, Vp: paddedVocabulary(Vp), L, NH, C };
  const model = createGPT2(backend, config, { B, T, training: false });

  let start = 0;
  const values = byParameter((name) => {
    const length = name === "wte" ? Vp * C : parameterLength(name, config);
    start += length;
    const tensor = params.subarray(start - length, start);
    if (name !== "wte") return tensor;
    const padded = new Float32Array(parameterLength(name, config)); // here Vp is a multiple of 128
    padded.set(tensor);
    return padded;
  });
  writeTensors(model, "parameters", values);

  forward(model, inputs);
  out.set(await backend.read(model.acts.lnf));
}
