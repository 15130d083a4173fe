/** The lines that a cell prints while it is loaded, which happens once in a test's file: the second time there are none. */
export async function printedBy(load: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...parts: unknown[]) => lines.push(...parts.join(" ").split("\n"));
  try {
    await load();
  } finally {
    console.log = log;
  }
  return lines;
}
