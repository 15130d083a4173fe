// WebGPU in Node: Dawn, from the npm package webgpu, on SwiftShader.

import { describe, expect, test } from "vitest";
import { software, withSwiftShader } from "../vulkan.ts";
import { odd, run } from "./run.ts";

const env = await withSwiftShader();
const files = [odd("model.bin"), odd("state.bin"), "--losses", odd("losses.txt")];

describe("--backend webgpu", () => {
  test("comes to PyTorch's logits, gradients and losses, and the process ends", () => {
    const { status, stdout, stderr } = run("test-gpt2", [...files, "--backend", "webgpu"], { env });
    expect(stderr).toBe("");
    expect(stdout).toContain(`computed by WebGPU, ${software ? "SwiftShader" : ""}`);
    expect(stdout.match(/\bOK\b/g)).toHaveLength(28);
    expect(stdout).not.toContain("NOT OK");
    expect(stdout).toContain("overall okay: 1\n");
    expect(status).toBe(0);
  });

  test("a GPU that there is not is refused, with those that there are", () => {
    const { status, stderr } = run("test-gpt2", [...files, "--adapter", "Voodoo"], { env });
    expect(stderr).toMatch(
      software ? /no GPU is called Voodoo; there is SwiftShader/ : /no GPU is called Voodoo/,
    );
    expect(status).toBe(1);
  });

  test("without the package one sentence says how to install it", () => {
    const hide = `import { registerHooks } from "node:module";
      registerHooks({ resolve(name, context, next) {
        if (name !== "webgpu") return next(name, context);
        throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
      } });`;
    const options = `--import=data:text/javascript,${encodeURIComponent(hide)}`;
    const hidden = { ...env, NODE_OPTIONS: options };
    const { status, stderr } = run("test-gpt2", [...files, "--backend", "webgpu"], { env: hidden });
    expect(stderr).toBe(
      "npm run test-gpt2: --backend webgpu needs the npm package webgpu: npm install --no-save webgpu@0.6.2\n",
    );
    expect(status).toBe(1);
  });

  test("a real GPU is chosen by itself, and software is not", () => {
    const { status, stdout } = run("test-gpt2", files, { env });
    expect(stdout).toContain(`computed by ${software ? "WebAssembly" : "WebGPU"}, `);
    expect(stdout).toContain("overall okay: 1\n");
    expect(status).toBe(0);
  });

  test.each([
    [
      ["--backend", "typescript", "--adapter", "x"],
      "--adapter names a GPU, and --backend typescript has none",
    ],
    [
      ["--backend", "webgpu", "--threads", "2"],
      "--threads is for --backend wasm, and not for webgpu",
    ],
    [["--threads", "0"], "--threads is 0, expected a whole number from 1 to 62"],
  ])("%j makes no sense", (flags, message) => {
    const { status, stderr } = run("test-gpt2", [...files, ...flags], { env });
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});

describe("--backend wasm", () => {
  test.each([1, 2])("comes to PyTorch's logits, gradients and losses, threads: %i", (threads) => {
    const args = [...files, "--backend", "wasm", "--threads", `${threads}`];
    const { status, stdout, stderr } = run("test-gpt2", args);
    expect(stderr).toBe("");
    expect(stdout).toContain(`computed by WebAssembly, ${threads} thread`);
    expect(stdout.match(/\bOK\b/g)).toHaveLength(28);
    expect(stdout).not.toContain("NOT OK");
    expect(status).toBe(0);
  });
});
