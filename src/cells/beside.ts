// The reader's lines beside the solution's. Loaded when an exercise is passed.

import { typescriptLanguage } from "@codemirror/lang-javascript";
import { highlightCode } from "@lezer/highlight";
import { colourNames } from "./colours.ts";
import { make } from "./result.ts";

/** Lines that stand side by side: the same on both sides, or what each has in the place of the other's. */
export interface Stretch {
  same: boolean;
  yours: readonly string[];
  ours: readonly string[];
}

/** Cuts two texts into stretches that are alike and stretches that differ: a longest common subsequence of their lines. */
export function pairLines(yours: string, ours: string): Stretch[] {
  const [a, b] = [yours, ours].map((text) => text.trimEnd().split("\n"));
  const alike = (i: number, j: number) => a[i].trim() === b[j].trim();
  // common[i][j]: how many lines a from i on and b from j on have in common
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i][j] = alike(i, j)
        ? common[i + 1][j + 1] + 1
        : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const stretches: { same: boolean; yours: string[]; ours: string[] }[] = [];
  const stretch = (same: boolean) => {
    const last = stretches.at(-1);
    if (last?.same === same) return last;
    const next = { same, yours: [], ours: [] };
    stretches.push(next);
    return next;
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && alike(i, j)) {
      const { yours, ours } = stretch(true);
      yours.push(a[i++]);
      ours.push(b[j++]);
    } else if (j === b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) {
      stretch(false).yours.push(a[i++]);
    } else {
      stretch(false).ours.push(b[j++]);
    }
  }
  return stretches;
}

const around = 2; // lines that are alike and stay beside those that differ

/** Both texts in two columns, or below each other where there is no room; long stretches that are alike are cut. */
export function showBeside(yours: string, ours: string): HTMLElement {
  const stretches = pairLines(yours, ours);
  const box = make("div", "beside");
  if (stretches.every(({ same }) => same)) {
    box.append(make("p", "label", "Line for line, yours is the same as ours."));
    return box;
  }
  box.append(make("p", "label beside-head", "Yours"), make("p", "label beside-head", "Ours"));
  for (const [k, { same, yours, ours }] of stretches.entries()) {
    if (!same) {
      box.append(column("Yours", yours, "differs"), column("Ours", ours, "differs"));
      continue;
    }
    const head = k === 0 ? 0 : around; // lines that are kept at either end
    const tail = k === stretches.length - 1 ? 0 : around;
    if (yours.length <= head + tail + 1) {
      box.append(column("Yours", yours), column("Ours", ours, "again"));
      continue;
    }
    const parts = [yours, ours].map((lines) => [
      lines.slice(0, head),
      lines.slice(lines.length - tail),
    ]);
    if (head > 0) box.append(column("Yours", parts[0][0]), column("Ours", parts[1][0], "again"));
    const between = yours.length - head - tail;
    box.append(make("p", "label beside-cut", `${between} lines that are the same`));
    if (tail > 0) box.append(column("Yours", parts[0][1]), column("Ours", parts[1][1], "again"));
  }
  return box;
}

function column(whose: "Yours" | "Ours", lines: readonly string[], kind = ""): HTMLElement {
  const pre = make("pre", kind);
  pre.dataset.whose = whose.toLowerCase();
  if (lines.length === 0) {
    pre.append(make("span", "label", "no line here"));
    return pre;
  }
  pre.tabIndex = 0; // it scrolls sideways
  pre.setAttribute("role", "group");
  pre.setAttribute("aria-label", `${whose}, ${lines.length} lines`);
  pre.append(coloured(lines.join("\n")));
  return pre;
}

/** Code in the editor's colours. */
function coloured(text: string): HTMLElement {
  const code = make("code");
  highlightCode(
    text,
    typescriptLanguage.parser.parse(text),
    colourNames,
    (piece, classes) => code.append(classes ? make("span", classes, piece) : piece),
    () => code.append("\n"),
  );
  return code;
}
