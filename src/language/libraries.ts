// Declarations of the language and of what surrounds a cell, as texts.

import cell from "./cell.d.ts?raw";

const files = import.meta.glob<string>(
  [
    "/node_modules/@typescript/old/lib/lib.{es5,decorators,decorators.legacy,es20??,es20??.*}.d.ts",
    "!**/*.full.d.ts",
    "!**/lib.es202[45]*",
  ],
  { query: "?raw", import: "default", eager: true },
);

/** By name: "lib.es5.d.ts", and "cell.d.ts". */
export const libraries: Record<string, string> = { "cell.d.ts": cell };
for (const [path, text] of Object.entries(files)) {
  libraries[path.slice(path.lastIndexOf("/") + 1)] = text;
}
