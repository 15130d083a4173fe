import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { findChromium } from "./tests/chromium.ts";

const chromium = await findChromium();

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          environment: "node",
          include: ["tests/{kernels,gpt2,formats,lessons,project}/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        // Every kernel and the whole model once more, in a real browser.
        test: {
          name: "chromium",
          include: ["tests/{kernels,gpt2}/**/*.test.ts"],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromium }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      {
        // The built site, driven as a reader would. Slower: `npm run test:site`.
        test: {
          name: "site",
          environment: "node",
          include: ["tests/site/**/*.test.ts"],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
