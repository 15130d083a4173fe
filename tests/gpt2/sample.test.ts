import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { generate, type SampleOptions, sampleToken } from "@llm.ts/kernels/model/sample.ts";
import { describe, expect, test } from "vitest";
import { type AnyGPT2, backends, createSmall, small } from "./models.ts";

const logits = Float32Array.of(1, 3, 2, 3, -1, 50, 60); // the last two are padding
const V = 5;
const draws = 10_000;

/** How often each token comes up when u takes values spread evenly over [0, 1). */
function frequencies(options: SampleOptions, of = logits): number[] {
  const counts = new Array<number>(V).fill(0);
  for (let i = 0; i < draws; i++) counts[sampleToken(of, V, options, (i + 0.5) / draws)]++;
  return counts.map((count) => count / draws);
}

/** The softmax of the first V logits over some of the tokens. */
function softmax(tokens: number[], temperature: number): number[] {
  const weights = Array.from({ length: V }, (_, id) =>
    tokens.includes(id) ? Math.exp(logits[id] / temperature) : 0,
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function expectFrequencies(options: SampleOptions, expected: number[]): void {
  const actual = frequencies(options);
  for (let id = 0; id < V; id++) {
    expect(Math.abs(actual[id] - expected[id])).toBeLessThanOrEqual(1.5 / draws);
    if (expected[id] === 0) expect(actual[id]).toBe(0);
  }
}

describe("sampleToken", () => {
  const all = [0, 1, 2, 3, 4];

  test.each([0.5, 1, 3])(
    "at temperature %d draws from the softmax, never from the padding",
    (temperature) => {
      expectFrequencies({ temperature }, softmax(all, temperature));
    },
  );

  test("at temperature 0 always gives the likeliest, the first where two are", () => {
    expectFrequencies({ temperature: 0 }, [0, 1, 0, 0, 0]);
    expectFrequencies({ temperature: 0, topK: 3, topP: 0.5 }, [0, 1, 0, 0, 0]);
  });

  test("with topK draws from the K likeliest, in their proportions", () => {
    expectFrequencies({ temperature: 1, topK: 3 }, softmax([1, 2, 3], 1));
    expectFrequencies({ temperature: 2, topK: 2 }, softmax([1, 3], 2));
    expectFrequencies({ temperature: 1, topK: 1 }, [0, 1, 0, 0, 0]);
    expectFrequencies({ temperature: 1, topK: 100 }, softmax(all, 1));
  });

  test("with topP draws from the fewest that reach it", () => {
    // The probabilities are 0.054, 0.397, 0.146, 0.397 and 0.007.
    expectFrequencies({ temperature: 1, topP: 0.39 }, [0, 1, 0, 0, 0]);
    expectFrequencies({ temperature: 1, topP: 0.79 }, softmax([1, 3], 1));
    expectFrequencies({ temperature: 1, topP: 0.8 }, softmax([1, 2, 3], 1));
    expectFrequencies({ temperature: 1, topP: 0.8, topK: 2 }, softmax([1, 3], 1));
    expectFrequencies({ temperature: 1, topP: 1 }, softmax(all, 1));
  });

  test("does not overflow where logits are large or the temperature is small", () => {
    const large = Float32Array.of(1e30, 0, -1e30, 0, 0);
    expect(frequencies({ temperature: 1 }, large)).toEqual([1, 0, 0, 0, 0]);
    expectFrequencies({ temperature: 1e-300 }, softmax([1, 3], 1));
  });

  const wrong = (options: object) => options as SampleOptions; // as from a form or a file
  const refused: [SampleOptions, number, string][] = [
    [wrong({ temperature: null }), 0, "temperature is null, expected a number from 0"],
    [wrong({ temperature: "1" }), 0, "temperature is 1, expected a number from 0"],
    [wrong({ temperature: 1, topP: "1" }), 0, "topP is 1, expected a number above 0, up to 1"],
    [{ temperature: -1 }, 0, "temperature is -1, expected a number from 0"],
    [{ temperature: Number.NaN }, 0, "temperature is NaN, expected a number from 0"],
    [{ temperature: 1, topK: 0 }, 0, "topK is 0, expected an integer from 1"],
    [{ temperature: 1, topK: 2.5 }, 0, "topK is 2.5, expected an integer from 1"],
    [{ temperature: 1, topP: 0 }, 0, "topP is 0, expected a number above 0, up to 1"],
    [{ temperature: 1, topP: 1.1 }, 0, "topP is 1.1, expected a number above 0, up to 1"],
    [{ temperature: 1 }, 1, "u is 1, expected a number from 0 to below 1"],
  ];
  test.each(refused)("%o with u = %d is refused by name", (options, u, message) => {
    expect(() => sampleToken(logits, V, options, u)).toThrow(`sampleToken: ${message}`);
  });

  test("logits that are no numbers, or too few, are refused", () => {
    const broken = Float32Array.of(1, 2, Number.NaN, 4, 5);
    expect(() => sampleToken(broken, V, { temperature: 0 }, 0)).toThrow(
      "sampleToken: the logit of token 2 is NaN",
    );
    expect(() => sampleToken(logits.subarray(0, 4), V, { temperature: 0 }, 0)).toThrow(
      "sampleToken: got 4 logits, expected at least V = 5",
    );
  });
});

describe.each(backends)("generate, $name", ({ create }) => {
  async function write(
    model: AnyGPT2,
    prompt: ArrayLike<number>,
    options: SampleOptions,
    random = { seed: 1, counter: 0 },
  ): Promise<number[]> {
    const tokens: number[] = [];
    for await (const token of generate(model, prompt, options, random)) {
      tokens.push(token);
      if (tokens.length === 12) break;
    }
    return tokens;
  }

  test("without temperature takes the likeliest token each time, from the last T tokens", async () => {
    const model = createSmall(create());
    const { T } = model.sizes;
    const text = [4, 18];
    for (let i = 0; i < 12; i++) {
      const context = text.slice(-T);
      const inputs = new Int32Array(2 * T).fill(i); // what stands behind the text must not matter
      inputs.set(context);
      forward(model, inputs);
      const row = (await readLogits(model, context.length - 1, 1)).subarray(0, small.V);
      text.push(row.indexOf(Math.max(...row)));
    }
    expect(await write(model, [4, 18], { temperature: 0 })).toEqual(text.slice(2));
  });

  test("reads only the last T tokens of a longer prompt", async () => {
    const model = createSmall(create());
    const prompt = [1, 2, 3, 4, 5, 6, 7, 8];
    const options = { temperature: 1 };
    const tokens = await write(model, prompt, options);
    expect(await write(model, prompt.slice(-model.sizes.T), options)).toEqual(tokens);
    expect(await write(model, prompt.slice(-2), options)).not.toEqual(tokens);
  });

  test("the same state gives the same text, another seed another, and a state goes on where it stopped", async () => {
    const model = createSmall(create());
    const options = { temperature: 1, topK: 10 };
    const random = { seed: 1, counter: 0 };
    const first = await write(model, [0], options, random);
    expect(random.counter).toBe(12);
    const next = await write(model, [0], options, random);
    expect(next).not.toEqual(first);
    expect(await write(model, [0], options, { seed: 1, counter: 0 })).toEqual(first);
    expect(await write(model, [0], options, { seed: 1, counter: 12 })).toEqual(next);
    expect(await write(model, [0], options, { seed: 2, counter: 0 })).not.toEqual(first);
    expect(first.every((token) => token >= 0 && token < small.V)).toBe(true);
  });

  test("a bad prompt or option is refused by name", async () => {
    const model = createSmall(create());
    await expect(write(model, [], { temperature: 1 })).rejects.toThrow(
      "generate: the prompt has no token, expected at least one",
    );
    await expect(write(model, [1, 19], { temperature: 1 })).rejects.toThrow(
      "generate: prompt[1] is 19, expected a token id from 0 to 18",
    );
    await expect(write(model, [0.5], { temperature: 1 })).rejects.toThrow(
      "generate: prompt[0] is 0.5, expected a token id from 0 to 18",
    );
    await expect(write(model, [1], { temperature: -2 })).rejects.toThrow(
      "generate: temperature is -2, expected a number from 0",
    );
  });
});
