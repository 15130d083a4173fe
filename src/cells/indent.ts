// Where a line of code is broken, the rest of it is set in by its indent, and a little more: see code.css.

import type { ShikiTransformer } from "shiki";

/** How many blanks a line begins with. */
export const indentOf = (line: string): number => /^ */.exec(line)?.[0].length ?? 0;

/** Has each line of a listing tell the stylesheet its indent. */
export const tellIndents: ShikiTransformer = {
  name: "indents",
  line(node, n) {
    const indent = indentOf(this.source.split("\n")[n - 1]);
    if (indent > 0) node.properties.style = `--in: ${indent}`;
  },
};
