// Llama and its relatives reading a text token by token have the logits that they have for the whole text.

import { cachedReader, createCache, extend } from "@llm.ts/kernels/model/cache.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { generate, generateWith } from "@llm.ts/kernels/model/sample.ts";
import { describe, expect, test } from "vitest";
import { backends, peak } from "../gpt2/models.ts";
import { randomIds } from "../random.ts";
import { createSpread, small } from "./models.ts";

const options = { B: 1, T: 7, training: false, attention: "recomputed" } as const;
const families = Object.entries(small).map(([family, config]) => ({ family, config }));

describe.each(backends)("reading on, $name", (tier) => {
  test.each(families)("$family: in pieces, within 1e-5 of the whole text", async ({ config }) => {
    const { maxT, V, Vp } = config;
    const text = Int32Array.from(randomIds(maxT, 3, V));
    for (const pieces of [[1, 1, 1, 1, 1, 1, 1], [7], [3, 1, 3]]) {
      const model = createSpread(tier.create(), config, options);
      model.architecture.forward(model, text);
      const whole = (await readLogits(model, 0, maxT)).slice();
      const cache = createCache(model);
      let t = 0;
      for (const R of pieces) {
        const reader = extend(model, cache, text.slice(t, t + R));
        for (let r = 0; r < R; r++, t++) {
          const expected = whole.subarray(t * Vp, t * Vp + V);
          const logits = (await readLogits(reader, r, 1)).subarray(0, V);
          const off = peak(logits.map((logit, id) => logit - expected[id]));
          expect(off, `token ${t} of ${pieces}`).toBeLessThan(1e-5 * Math.max(1, peak(expected)));
        }
      }
      expect(cache.length).toBe(maxT);
    }
  });

  test("a cache holds NH queries and NKV keys and values of each token", () => {
    const model = createSpread(tier.create(), small.gemma, options);
    const lengths = createCache(model).qkv.map((tensor) => (tensor as { length: number }).length);
    expect(lengths).toEqual([7 * (4 + 2) * 6, 7 * (4 + 2) * 6]);
  });

  test("writes what it writes without a cache", async () => {
    const model = createSpread(tier.create(), small["llama3.1"], options);
    const write = async (tokens: AsyncGenerator<number>) => {
      const written: number[] = [];
      for await (const token of tokens) if (written.push(token) === 5) break;
      return written;
    };
    const random = () => ({ seed: 4, counter: 0 });
    const sampling = { temperature: 1, topK: 9 };
    const cached = generateWith(cachedReader(model), model.config.V, [5, 2], sampling, random());
    expect(await write(cached)).toEqual(await write(generate(model, [5, 2], sampling, random())));
  });
});
