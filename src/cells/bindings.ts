// A device binds an entry point to what the entry point uses. A reader who leaves `* weight[i]` out of a shader would be
// told that weight cannot be bound, and nothing about the numbers. So what the file's entry point uses, the reader's
// uses too: a pointer to it is taken, and dropped.

interface Body {
  start: number; // after the opening bracket
  end: number; // at the closing one
}

/**
 * The reader's code, using all the tensors that the file's own entry point uses. Lines keep their numbers.
 *
 * @param original text of the file
 * @param edited the reader's
 */
export function keepBindings(original: string, edited: string, entryPoint: string): string {
  const body = bodiesOf(edited).get(entryPoint);
  if (!body) return edited; // there is no such entry point, which the device will say
  const declared = bindingsOf(edited);
  const uses = bindingsUsed(original, entryPoint).filter((name) => declared.has(name));
  const pointers = uses.map((name) => ` _ = &${name};`).join("");
  return edited.slice(0, body.start) + pointers + edited.slice(body.start);
}

/** Names of the tensors that an entry point uses, itself or through the functions that it calls. */
function bindingsUsed(code: string, entryPoint: string): string[] {
  const text = withoutComments(code);
  const bodies = bodiesOf(code);
  const declared = bindingsOf(code);
  const reached = new Set([entryPoint]);
  const used = new Set<string>();
  for (const name of reached) {
    const { start, end } = bodies.get(name) ?? { start: 0, end: 0 };
    for (const [word] of text.slice(start, end).matchAll(/\b[A-Za-z_]\w*/g)) {
      if (bodies.has(word)) reached.add(word); // the loop comes to it
      if (declared.has(word)) used.add(word);
    }
  }
  return [...used];
}

function bindingsOf(code: string): Set<string> {
  const declaration = /@binding\(\s*\w+\s*\)[^;]*?\bvar\s*<[^>]*>\s*(\w+)/g;
  return new Set([...withoutComments(code).matchAll(declaration)].map(([, name]) => name));
}

/** Where the bodies of a file's functions are, by name. */
function bodiesOf(code: string): Map<string, Body> {
  const text = withoutComments(code);
  const bodies = new Map<string, Body>();
  for (const { 1: name, index } of text.matchAll(/\bfn\s+(\w+)\s*\(/g)) {
    const parameters = closing(text, text.indexOf("(", index), "(", ")");
    const start = text.indexOf("{", parameters) + 1;
    if (start > 0) bodies.set(name, { start, end: closing(text, start - 1, "{", "}") });
  }
  return bodies;
}

/** Where the bracket that is opened at `from` is closed; the end of the text if it is not. */
function closing(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === open) depth++;
    if (text[i] === close && --depth === 0) return i;
  }
  return text.length;
}

/** The same text with blanks for its comments, so that everything stays where it is. */
function withoutComments(code: string): string {
  return code.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "));
}
