// GPT-2 reading a text token by token has the logits that it has for the whole text.

import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { cachedReader, createCache, extend } from "@llm.ts/kernels/model/cache.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { writeTensors } from "@llm.ts/kernels/model/model.ts";
import { generate, generateWith } from "@llm.ts/kernels/model/sample.ts";
import { describe, expect, test } from "vitest";
import { randomIds } from "../random.ts";
import {
  type AnyBackend,
  type AnyGPT2,
  backends,
  peak,
  small,
  spreadParameters,
} from "./models.ts";

const { maxT, V } = small;
const text = Int32Array.from(randomIds(maxT, 3, V));

/** A model for one text, as long as it can be. */
function create(backend: AnyBackend): AnyGPT2 {
  const options = { B: 1, T: maxT, training: false, attention: "recomputed" } as const;
  const model = createGPT2(backend, small, options);
  writeTensors(model, "parameters", spreadParameters(small, 1));
  return model;
}

describe.each(backends)("GPT-2 reading on, $name", (tier) => {
  test.each([
    ["one by one", [1, 1, 1, 1, 1, 1, 1]],
    ["all at once", [7]],
    ["a prompt, then one by one", [3, 1, 1, 1, 1]],
    ["in pieces", [2, 3, 2]],
  ])("has the logits of the whole text within 1e-5, %s", async (_, pieces) => {
    const model = create(tier.create());
    const { B, T } = model.sizes;
    expect([B, T]).toEqual([1, 7]);
    model.architecture.forward(model, text);
    const whole = await readLogits(model, 0, maxT);
    const expected = Array.from({ length: maxT }, (_, t) =>
      whole.slice(t * small.Vp, t * small.Vp + V),
    );

    const cache = createCache(model);
    let t = 0;
    for (const R of pieces) {
      const reader = extend(model, cache, text.slice(t, t + R));
      for (let r = 0; r < R; r++, t++) {
        const logits = (await readLogits(reader, r, 1)).subarray(0, V);
        const difference = logits.map((logit, id) => logit - expected[t][id]);
        expect(peak(difference), `token ${t}`).toBeLessThan(1e-5 * Math.max(1, peak(expected[t])));
      }
    }
    expect(cache.length).toBe(maxT);
  });

  test("refuses what does not fit, and is as it was", async () => {
    const model = create(tier.create());
    const cache = createCache(model);
    extend(model, cache, text.slice(0, 5));
    const says = "extend: got 3 tokens after 5, expected at least one, and at most T = 7 in all";
    expect(() => extend(model, cache, text.slice(0, 3))).toThrow(says);
    expect(() => extend(model, cache, text.slice(0, 0))).toThrow("extend: got 0 tokens after 5");
    expect(() => extend(model, cache, Int32Array.of(V))).toThrow(`inputs[0] is ${V}`);
    expect(cache.length).toBe(5);
    const after = await readLogits(extend(model, cache, text.slice(5)), 1, 1);
    model.architecture.forward(model, text);
    const whole = await readLogits(model, maxT - 1, 1);
    expect(peak(after.map((logit, i) => logit - whole[i]))).toBeLessThan(1e-5 * peak(whole));
  });

  async function write(tokens: AsyncGenerator<number>, count: number): Promise<number[]> {
    const written: number[] = [];
    for await (const token of tokens) if (written.push(token) === count) break;
    return written;
  }

  test("writes what it writes without a cache, while the text fits", async () => {
    const model = create(tier.create());
    for (const options of [{ temperature: 0 }, { temperature: 1, topK: 9 }]) {
      const random = () => ({ seed: 4, counter: 0 });
      const read = cachedReader(model);
      const cached = await write(generateWith(read, V, [5, 2], options, random()), 6);
      expect(cached).toEqual(await write(generate(model, [5, 2], options, random()), 6));
    }
  });

  test("goes on when the text has filled the cache, from its last half", async () => {
    const model = create(tier.create());
    const options = { temperature: 0 };
    const random = { seed: 1, counter: 0 };
    const read = cachedReader(model);
    const written = await write(generateWith(read, V, text, options, random), 2);
    const half = [...text, written[0]].slice(-4);
    expect(written[1]).toBe((await write(generate(model, half, options, random), 1))[0]);
  });

  test("reads the end of a prompt that is longer than it can read", async () => {
    const model = create(tier.create());
    const prompt = [...randomIds(5, 8, V), ...text];
    const options = { temperature: 0 };
    const random = { seed: 1, counter: 0 };
    const first = await write(generateWith(cachedReader(model), V, prompt, options, random), 1);
    expect(first).toEqual(await write(generate(model, text, options, random), 1));
  });
});
