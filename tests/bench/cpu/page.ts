// A page in which the WebAssembly tier multiplies beside others of its kind, all on the same number of threads. The script
// asks for every call, so that what runs outside takes its turn too.

import { spawn } from "@llm.ts/kernels/runtime/wasm/spawn.web.ts";
import { createWasm } from "@llm.ts/kernels/wasm.ts";
import { type Contender, expectSame } from "../contest.ts";
import { type Inputs, inputsOf, type Layer, prepareOurs } from "./layer.ts";

declare global {
  interface Window {
    /**
     * Loads one that takes part. Ours is the first.
     *
     * @param script of the others, null for ours
     * @throws Error if it does not run here, or not on so many threads
     */
    enter(name: string, script: string | null, threads: number): Promise<void>;
    /** Makes it ready for a layer, and compares its results with ours. @throws Error if they are others */
    prepare(name: string, layer: Layer): Promise<void>;
    /** @returns the seconds that it took */
    run(name: string): Promise<number>;
    /** Lets go of what was made ready for a layer. */
    clear(): void;
  }
}

/** A layer made ready by one of those that take part. */
interface Prepared {
  run(): Promise<void>;
  results(): Promise<Float32Array[]>;
  dispose(): void;
}

type Prepare = (layer: Layer, inputs: Inputs) => Promise<Prepared>;

const entered = new Map<string, Prepare>();
const ready = new Map<string, Prepared>();
let inputs: Inputs | null = null; // of the layer that all are made ready for
let expected: Float32Array[] | null = null; // what ours gives for it

window.enter = async (name, script, threads) => {
  entered.set(name, await (script === null ? enterOurs(threads) : enterPeer(script, threads)));
};

window.prepare = async (name, layer) => {
  inputs ??= inputsOf(layer);
  const prepared = await (entered.get(name) as Prepare)(layer, inputs);
  ready.set(name, prepared);
  const results = await prepared.results();
  expected ??= results;
  for (const [i, result] of results.entries()) expectSame(result, expected[i]);
};

window.run = async (name) => {
  const { run } = ready.get(name) as Prepared;
  const began = performance.now();
  await run();
  return (performance.now() - began) / 1000;
};

window.clear = () => {
  for (const each of ready.values()) each.dispose();
  ready.clear();
  inputs = expected = null;
};

async function enterOurs(threads: number): Promise<Prepare> {
  const module = await WebAssembly.compileStreaming(fetch("/kernels.relaxed.wasm"));
  return async (layer, inputs) => {
    const backend = await createWasm(module, { threads, spawn });
    const { run, results } = prepareOurs(backend, layer, inputs);
    return {
      run: async () => run(),
      results: async () => results().map((result) => new Float32Array(result)), // of memory that is shared
      dispose: () => backend.destroy(),
    };
  };
}

async function enterPeer(script: string, threads: number): Promise<Prepare> {
  // What cannot be told a number of threads takes as many as this says when it is loaded.
  Object.defineProperty(navigator, "hardwareConcurrency", { value: threads, configurable: true });
  const url = `/${script}.js`;
  const { open, prepare } = (await import(url)) as Contender;
  await open("wasm", threads);
  return async ({ rows, C, OC, backward }, { inp, weight, dout }) => {
    const factors = { forward: [inp, weight], dinp: [dout, weight], dweight: [dout, inp] };
    const products = backward ? (["dinp", "dweight"] as const) : (["forward"] as const);
    const prepared = await Promise.all(
      products.map((product) =>
        prepare({ kernel: "matmul", product, rows, C, OC }, factors[product]),
      ),
    );
    return {
      async run() {
        for (const each of prepared) await each.run(1);
      },
      async results() {
        const results: Float32Array[] = [];
        for (const each of prepared) results.push(await each.result());
        return results;
      },
      dispose() {
        for (const each of prepared) each.dispose();
      },
    };
  };
}
