// What is added to a reader's shader before it runs. Everything is put into lines that are there, so lines keep their
// numbers.

interface Body {
  head: number; // where the function begins
  start: number; // after the opening bracket
  end: number; // at the closing one
}

/** A text to put in at a place. */
interface Insertion {
  at: number;
  text: string;
}

/** Rounds after which a loop is ended. The tensors of the checks are small: a loop over one needs some hundred. */
export const mostRounds = 65_536;

/**
 * A reader's shader, using all the tensors that the file's own entry point uses.
 *
 * A device binds an entry point to what the entry point uses. A reader who leaves `* weight[i]` out would be told that
 * weight cannot be bound, and nothing about the numbers. So a pointer to each tensor is taken, and dropped.
 *
 * @param original text of the file
 * @param edited the reader's
 */
export function keepBindings(original: string, edited: string, entryPoint: string): string {
  const uses = bindingsUsed(original, entryPoint);
  return insert(edited, pointersTo(edited, entryPoint, uses));
}

/**
 * The same, with an end to every loop. A GPU cannot be interrupted: a loop that never ends would take the browser with it.
 * A loop that has gone round too often is left, and the number of its line stored in a further tensor.
 *
 * @param binding number of that tensor: one value, which holds 0
 */
export function endLoops(
  original: string,
  edited: string,
  entryPoint: string,
  binding: number,
): string {
  const alone = withoutOtherEntryPoints(edited, entryPoint); // which may have a tensor of that number
  const code = `${alone}\n@group(0) @binding(${binding}) var<storage, read_write> endless_: atomic<u32>;\n`;
  const uses = [...bindingsUsed(original, entryPoint), "endless_"];
  return insert(code, [...pointersTo(code, entryPoint, uses), ...guardsOf(code)]);
}

/** The same text with blanks for all entry points but one. */
function withoutOtherEntryPoints(code: string, entryPoint: string): string {
  const text = withoutComments(code);
  let alone = code;
  for (const { 0: head, 1: name, index } of text.matchAll(
    /@compute\b(?:\s*@\w+(?:\s*\([^)]*\))?)*\s*fn\s+(\w+)/g,
  )) {
    const end = bodiesOf(code).get(name)?.end ?? index + head.length;
    if (name === entryPoint) continue;
    const blank = code.slice(index, end + 1).replace(/[^\n]/g, " ");
    alone = alone.slice(0, index) + blank + alone.slice(end + 1);
  }
  return alone;
}

/** Every loop counts its rounds, in a variable of its own: where all threads go round alike, the compiler can see it. */
function guardsOf(code: string): Insertion[] {
  const text = withoutComments(code);
  const insertions: Insertion[] = [];
  for (const { start, end } of bodiesOf(code).values()) {
    // Where a statement begins; an attribute before the loop is not worth the trouble.
    for (const { 0: found, 1: word, index } of text
      .slice(start, end)
      .matchAll(/(?<=(?:^|[;{}])\s*)\b(for|while|loop)\b/g)) {
      const at = start + index;
      const head =
        word === "for" ? closing(text, text.indexOf("(", at), "(", ")") : at + found.length;
      const open = text.indexOf("{", head) + 1;
      if (open === 0) continue;
      const line = text.slice(0, at).split("\n").length;
      const name = `rounds${at}_`;
      insertions.push(
        { at: start, text: ` var ${name} = 0u;` },
        {
          at: open,
          text: ` if (${name} == ${mostRounds}u) { atomicMax(&endless_, ${line}u); break; } ${name}++;`,
        },
      );
    }
  }
  return insertions;
}

function pointersTo(code: string, entryPoint: string, names: readonly string[]): Insertion[] {
  const body = bodiesOf(code).get(entryPoint);
  if (!body) return []; // there is no such entry point, which the device will say
  const declared = bindingsOf(code);
  const text = names.filter((name) => declared.has(name)).map((name) => ` _ = &${name};`);
  return [{ at: body.start, text: text.join("") }];
}

function insert(code: string, insertions: readonly Insertion[]): string {
  let from = 0;
  let text = "";
  for (const { at, text: added } of insertions.toSorted((a, b) => a.at - b.at)) {
    text += code.slice(from, at) + added;
    from = at;
  }
  return text + code.slice(from);
}

/** Names of the tensors that an entry point uses, itself or through the functions that it calls. */
function bindingsUsed(code: string, entryPoint: string): string[] {
  const text = withoutComments(code);
  const bodies = bodiesOf(code);
  const declared = bindingsOf(code);
  const reached = new Set([entryPoint]);
  const used = new Set<string>();
  for (const name of reached) {
    const { head, start, end } = bodies.get(name) ?? { head: 0, start: 0, end: 0 };
    const local = localNames(text.slice(head, start), text.slice(start, end));
    for (const [word] of text.slice(start, end).matchAll(/\b[A-Za-z_]\w*/g)) {
      if (local.has(word)) continue; // a tensor of the same name is out of sight
      if (bodies.has(word)) reached.add(word); // the loop comes to it
      if (declared.has(word)) used.add(word);
    }
  }
  return [...used];
}

/** Names that a function gives to parameters and variables of its own. */
function localNames(head: string, body: string): Set<string> {
  const parameters = head.matchAll(/(\w+)\s*:/g);
  const variables = body.matchAll(/\b(?:var|let|const)\s+(\w+)/g);
  return new Set([...parameters, ...variables].map(([, name]) => name));
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
    if (start > 0)
      bodies.set(name, { head: index, start, end: closing(text, start - 1, "{", "}") });
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
