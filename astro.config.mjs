import { satteri } from "@astrojs/markdown-satteri";
import mdx from "@astrojs/mdx";
import { defineConfig } from "astro/config";
import { tellIndents } from "./src/cells/indent.ts";
import { keepWhole } from "./src/cells/whole.ts";
import { mathematics } from "./src/markdown/mathematics.ts";
import { unbroken } from "./src/markdown/unbroken.ts";
import { stylesInside } from "./src/page/inside.ts";

export default defineConfig({
  integrations: [mdx(), stylesInside(["index.html"])],
  trailingSlash: "always",
  devToolbar: { enabled: false },
  // The page must be cross-origin isolated for shared memory. The full set of headers is in public/_headers; the
  // development server cannot take that policy, because it puts scripts into the page.
  server: {
    headers: {
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    },
  },
  markdown: {
    processor: satteri({ features: { math: true }, hastPlugins: [unbroken, mathematics] }),
    shikiConfig: {
      themes: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
      defaultColor: false, // colours as --shiki-light and --shiki-dark; src/styles/code.css chooses
      transformers: [tellIndents, keepWhole],
    },
  },
  build: { inlineStylesheets: "never" },
  vite: {
    // The content security policy allows no inline script and no data: font.
    build: { assetsInlineLimit: 0 },
    worker: { format: "es" },
    // Prepared before the first page is opened: found later, each would reload the page under the reader.
    optimizeDeps: {
      include: [
        "@codemirror/autocomplete",
        "@codemirror/commands",
        "@codemirror/lang-javascript",
        "@codemirror/language",
        "@codemirror/lint",
        "@codemirror/state",
        "@codemirror/view",
        "@lezer/highlight",
        "@noble/hashes/sha2.js",
        "@noble/hashes/utils.js",
        "@observablehq/plot",
        "gpt-tokenizer/bpeRanks/r50k_base",
        "gpt-tokenizer/encoding/r50k_base",
        "sucrase",
        "typescript",
      ],
    },
  },
});
