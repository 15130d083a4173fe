// A listing or a cell often shows one function of a file. This finds its lines.

/** Lines of a region, counted from 0; `end` is the first line after it. */
export interface Region {
  start: number;
  end: number;
}

/**
 * Finds a top-level function, class or constant, with the comment that stands directly above it.
 *
 * The file must be formatted: what is at the top level begins in column 0, and so does its closing bracket.
 *
 * @throws Error if the source has no such name at the top level
 */
export function findRegion(source: string, name: string, path: string): Region {
  const lines = source.split("\n");
  const python = path.endsWith(".py");
  const head = python
    ? new RegExp(`^(async def|def|class) ${name}\\b`)
    : new RegExp(`^(export )?(default )?(async )?(function|class|const|let|fn)\\*? ${name}\\b`);
  const first = lines.findIndex((line) => head.test(line));
  if (first < 0) throw new Error(`${path} has no ${name} at its top level`);

  let start = first;
  // A shader's entry point begins with its attributes; a variable's stand on the variable's own line.
  const above = python ? /^(#|@)/ : /^(\/\/(?! biome-)|\/\*\*| \*|@[^;]*$)/; // a word to the formatter is not for readers
  while (start > 0 && above.test(lines[start - 1])) start--;
  return { start, end: python ? endOfBlock(lines, first) : endOfStatement(lines, first) };
}

/** Python: the block goes on until a line that is not indented; blank lines at its end do not belong to it. */
function endOfBlock(lines: string[], first: number): number {
  let end = first + 1;
  while (end < lines.length && !/^[^\s)\]}]/.test(lines[end])) end++;
  while (lines[end - 1].trim() === "") end--;
  return end;
}

/** TypeScript: one line that ends the statement, or all lines up to one that begins with the closing bracket. */
function endOfStatement(lines: string[], first: number): number {
  if (/[;}]\s*(\/\/.*)?$/.test(lines[first])) return first + 1;
  for (let end = first + 1; end < lines.length; end++) {
    // `): void {` closes the parameters only.
    if (/^[}\])]/.test(lines[end]) && !lines[end].endsWith("{")) return end + 1;
    if (/^\s.*;$/.test(lines[end]) && /=\s*$/.test(lines[end - 1])) return end + 1;
  }
  return lines.length;
}

/** The text of a region, without a line break at its end. */
export function cutRegion(source: string, { start, end }: Region): string {
  return source.split("\n").slice(start, end).join("\n");
}

/** Puts an edited text in the place of a region. The lines before it keep their numbers. */
export function replaceRegion(source: string, { start, end }: Region, text: string): string {
  const lines = source.split("\n");
  return [...lines.slice(0, start), text, ...lines.slice(end)].join("\n");
}
