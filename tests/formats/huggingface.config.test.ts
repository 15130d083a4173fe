import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { readHeads } from "@llm.ts/kernels/formats/huggingface.config.ts";
import { describe, expect, test } from "vitest";

const config = { maxT: 1024, V: 50257, Vp: 50304, L: 12, NH: 12, C: 768 };

// As it is beside the published weights, but for what does not concern the layers.
const published = {
  activation_function: "gelu_new",
  model_type: "gpt2",
  n_ctx: 1024,
  n_embd: 768,
  n_head: 12,
  n_layer: 12,
  n_positions: 1024,
  vocab_size: 50257,
};

describe("config.json", () => {
  test("says how many heads there are", () => {
    expect(readHeads(JSON.stringify(published), config)).toBe(12);
    expect(readHeads(JSON.stringify({ ...published, n_head: 24 }), config)).toBe(24); // heads of 32
    expect(readHeads('{"n_head": 6}', config)).toBe(6);
  });

  test.each<[string, object | string, string]>([
    ["no JSON", "n_head: 12", "config.json: it is not JSON"],
    ["JSON that is no object", "12", "config.json: it is JSON, but no object"],
    ["another file", {}, "it has no n_head: choose the config.json that is beside the weights"],
    [
      "another model",
      { ...published, model_type: "llama" },
      "its model_type is llama, expected gpt2",
    ],
    [
      "a GPT-2 of another size",
      { ...published, n_embd: 1024 },
      "its n_embd is 1024, but the weights have C = 768",
    ],
    ["another vocabulary", { ...published, vocab_size: 1000 }, "its vocab_size is 1000"],
    [
      "heads that do not divide C",
      { ...published, n_head: 7 },
      "its n_head is 7, which does not divide C = 768",
    ],
    ["no heads", { ...published, n_head: 0 }, "its n_head is 0"],
    [
      "another activation",
      { ...published, activation_function: "relu" },
      "its activation_function is relu",
    ],
  ])("%s: refused by name", (_, value, message) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    expect(() => readHeads(text, config)).toThrow(FormatError);
    expect(() => readHeads(text, config)).toThrow(message);
  });
});
