import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { findChromium } from "./tests/chromium.ts";

const chromium = await findChromium();

/** Made for each project: Vitest writes the project's name into the instance, and that is what reports call it by. */
const inChromium = () => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: chromium }),
  instances: [{ browser: "chromium" as const }],
});

/** As the site is served: only so may a page's memory be shared with its workers. */
const server = {
  headers: {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  },
};

const onGpu = (name: string, include: string[]) => ({
  server,
  test: {
    name,
    include,
    testTimeout: 300_000,
    maxWorkers: 1,
    provide: { forms: true },
    browser: inChromium(),
  },
});

const speed = "tests/site/speed.test.ts";

const onSite = (name: string, options: object) => ({
  test: {
    name,
    environment: "node" as const,
    // Long enough for a busy machine: what is waited for is polled, so no test takes longer than it must.
    testTimeout: 600_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 20_000 } },
    ...options,
  },
});

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          environment: "node",
          include: [
            "tests/{kernels,model,gpt2,llama,training,formats,lessons,project}/**/*.test.ts",
          ],
          testTimeout: 60_000,
          isolate: false, // no file leaves anything behind, and loading the same modules again takes longer than many a test
          maxWorkers: 2,
          provide: { forms: false },
        },
      },
      {
        // Once more in a real browser, and every kernel on its GPU too.
        server,
        test: {
          name: "chromium",
          include: ["tests/{kernels,model,gpt2,llama}/**/*.test.ts"],
          testTimeout: 60_000,
          maxWorkers: 2,
          provide: { forms: false },
          browser: inChromium(),
        },
      },
      {
        // The commands, each as a process of its own, which is killed at times. Slower: `npm run test:commands`.
        test: {
          name: "commands",
          environment: "node",
          include: ["tests/commands/**/*.test.ts"],
          testTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      // On the GPU: every form of the kernels that have several, tensors cut in pieces, the whole model. Slower, since without
      // a real GPU each shader takes seconds to compile: `npm run test:gpu`. In two browsers, since a browser has one process
      // that compiles.
      onGpu("gpu-kernels", [
        "tests/kernels/{attention,flash,grouped,grouped.kept,layernorm,matmul,matmul.half}.test.ts",
        "tests/webgpu/{choose,compile,f16,faults,grids,pieces,profile,rungs}.test.ts",
      ]),
      onGpu("gpu-model", [
        "tests/gpt2/{cache,model,packed,rounded,sample}.test.ts",
        "tests/llama/{cache,model}.test.ts",
        "tests/model/q8.test.ts",
        "tests/webgpu/{fuse,training}.test.ts",
      ]),
      {
        // WebGPU in Node: also of `npm run test:gpu`.
        test: {
          name: "dawn",
          environment: "node",
          include: ["tests/dawn/**/*.test.ts"],
          testTimeout: 1_200_000,
          maxWorkers: 1,
        },
      },
      {
        // GPT-2 124M and SmolLM2-135M at sizes that fill WebGPU's default limits, against PyTorch: `npm run test:large`. Minutes
        // for a step where the processor stands in for a GPU.
        server,
        test: {
          name: "large",
          include: ["tests/large/**/*.test.ts"],
          globalSetup: "tests/large/torch.ts",
          testTimeout: 3_600_000,
          browser: inChromium(),
        },
      },
      {
        // GGUF files in real llama.cpp, which is installed when this is first run: `npm run test:llamacpp`.
        test: {
          name: "llamacpp",
          environment: "node",
          include: ["tests/llamacpp/**/*.test.ts"],
          globalSetup: "tests/llamacpp/install.ts",
          testTimeout: 60_000,
        },
      },
      // The built site, driven as a reader would. Slower: `npm run test:site`. What says how fast a page must be comes first and alone.
      onSite("speed", { include: [speed], maxWorkers: 1, sequence: { groupOrder: 0 } }),
      onSite("site", {
        include: ["tests/site/**/*.test.ts"],
        exclude: [speed],
        maxWorkers: 2,
        sequence: { groupOrder: 1 },
      }),
    ],
  },
});
