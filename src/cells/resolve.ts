// What an import of a cell means.

const workspace = "@llm.ts/kernels/";

/** The path from the repository's root of what a file imports; what leads nowhere stays as it is written. */
export function resolve(specifier: string, from: string): string {
  if (specifier.startsWith(workspace)) return `kernels/${specifier.slice(workspace.length)}`;
  if (!specifier.startsWith(".")) return specifier;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}
