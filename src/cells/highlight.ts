// Highlighting at build time. Every token carries its colour in both themes; the stylesheet chooses.

import { codeToHtml } from "shiki";
import { tellIndents } from "./indent.ts";
import { keepWhole } from "./whole.ts";

const languages: Record<string, string> = { ts: "ts", py: "python", wgsl: "wgsl" };

/** A `<pre>` with the code; the text in it is exactly `code`. */
export function highlight(code: string, path: string, label: string): Promise<string> {
  return codeToHtml(code, {
    lang: languages[path.slice(path.lastIndexOf(".") + 1)] ?? "text",
    themes: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    defaultColor: false,
    transformers: [
      tellIndents,
      keepWhole,
      {
        pre(node) {
          node.properties["aria-label"] = label;
          node.properties.role = "group"; // it can scroll sideways, so it can be focused, so it has a role and a name
        },
      },
    ],
  });
}
