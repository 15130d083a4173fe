// From TypeScript files to the one script that a worker runs: types are stripped, imports become calls, and every file
// stands in the script as a function. Lines keep their numbers, so an error in the script is an error in a file.

import { transform } from "sucrase";
import { countRounds, manyRounds, mostRounds, patience } from "./loops.ts";
import { resolve } from "./resolve.ts";
import workerSource from "./worker.ts?raw";

/** A file ready to run. */
interface Unit {
  path: string;
  code: string; // as many lines as its source
  imports: Record<string, string>; // from what the import says to the path of the file
}

/** A script for a worker, and which of its lines belong to which file. */
export interface Script {
  text: string;
  files: { path: string; start: number; end: number }[]; // lines of the script, counted from 1; end not included
}

/** A place in a file. Lines are counted from 1. */
export interface Place {
  path: string;
  line: number;
}

/** The code does not follow the language's rules. */
export class CompileError extends Error {
  override name = "CompileError";
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

/** Where the sources of imported files come from. */
export interface Sources {
  sourcePaths: ReadonlySet<string>;
  readSource(path: string): Promise<string>;
}

/**
 * Makes the script that runs a module and all that it imports.
 *
 * @param path of the module, from the repository's root: what its relative imports are relative to
 * @param source its text, which need not be the file's
 * @param endLoops whether loops of the module are ended that go round without end
 * @throws CompileError if a file cannot be parsed
 */
export async function compile(
  path: string,
  source: string,
  sources: Sources,
  endLoops = false,
): Promise<Script> {
  const units = new Map<string, Unit>();
  const add = async (unit: Unit) => {
    units.set(unit.path, unit);
    for (const imported of Object.values(unit.imports)) {
      if (units.has(imported)) continue;
      await add(strip(imported, await sources.readSource(imported), sources.sourcePaths));
    }
  };
  await add(strip(path, source, sources.sourcePaths));
  let loops = 0;
  if (endLoops) {
    const unit = units.get(path) as Unit;
    const counted = countRounds(unit.code);
    units.set(path, { ...unit, code: counted.code });
    loops = counted.loops;
  }
  return assemble([...units.values()], path, loops);
}

const stripped = new Map<string, { source: string; unit: Unit }>(); // by path: most files stay as they are from run to run

function strip(path: string, source: string, paths: ReadonlySet<string>): Unit {
  const before = stripped.get(path);
  if (before?.source === source) return before.unit;
  let code: string;
  try {
    ({ code } = transform(source, {
      transforms: ["typescript", "imports"],
      disableESTransforms: true,
    }));
  } catch (error) {
    throw compileError(error, path);
  }
  const imports: Record<string, string> = {};
  for (const [, specifier] of code.matchAll(/\brequire\(\s*["']([^"'\n]+)["']\s*\)/g)) {
    const imported = resolve(specifier, path);
    // One that leads nowhere is reported when it is reached: it may stand in a comment.
    if (paths.has(imported)) imports[specifier] = imported;
  }
  const unit = { path, code, imports };
  stripped.set(path, { source, unit });
  return unit;
}

function compileError(error: unknown, path: string): unknown {
  const { message, loc } = error as { message?: string; loc?: { line: number } };
  if (!loc) return error;
  // "Error transforming x: Unexpected token (3:7)": the place is said elsewhere.
  const plain = (message ?? "")
    .replace(/^Error transforming .*?: /, "")
    .replace(/ \(\d+:\d+\)$/, "");
  return new CompileError(plain, { path, line: loc.line });
}

let worker: string | undefined;

function assemble(units: Unit[], main: string, loops: number): Script {
  worker ??= transform(workerSource, {
    transforms: ["typescript", "imports"],
    disableESTransforms: true,
  }).code;
  const files: Script["files"] = [];
  let text = `${prelude}const $rounds = new Float64Array(${loops});\n`;
  let line = countLines(text); // that comes next
  const append = (head: string, code: string) => {
    const start = line;
    const end = start + countLines(code);
    text += `${head}${code}\n};\n`;
    line = end + 1;
    return { start, end };
  };
  append("$files.worker = function (require, exports, module) {", worker);
  for (const { path, code, imports } of units) {
    // Only the module that is run may await at its top level: nothing imports it.
    const kind = path === main ? "async function" : "function";
    const name = JSON.stringify(path);
    const head = `$imports[${name}] = ${JSON.stringify(imports)}; $files[${name}] = ${kind} (require, exports, module) {`;
    files.push({ path, ...append(head, code) });
  }
  text += `$load("worker").exports.start(() => { const main = $load(${JSON.stringify(main)}); return main.ready.then(() => main.exports); }, $begin);\n})();\n`;
  return { text, files };
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

/** The name of the error with which a loop without end is ended. */
export const endlessLoop = "EndlessLoop";

// The whole module system: each file runs once, when it is first imported.
const prelude = `"use strict";
(() => {
const $files = Object.create(null), $imports = Object.create(null), $loaded = Object.create(null);
let $begun = performance.now();
function $begin() {
  $rounds.fill(0);
  $begun = performance.now();
}
function $left(loop) {
  $rounds[loop] = 0;
  return false;
}
function $turning(loop) {
  const rounds = $rounds[loop];
  if (rounds <= ${manyRounds}) return true;
  if (rounds <= ${mostRounds} && performance.now() - $begun < ${patience}) return true;
  const error = new Error("a loop has no end");
  error.name = "${endlessLoop}";
  throw error;
}
function $load(path) {
  if ($loaded[path]) return $loaded[path];
  const module = ($loaded[path] = { exports: {}, ready: undefined });
  const require = (name) => {
    const found = $imports[path][name];
    if (found) return $load(found).exports;
    throw new Error('cannot import "' + name + '": a cell can import the kernels, as "@llm.ts/kernels/layernorm/layernorm.ts", and files of its lesson, always with the ending .ts');
  };
  module.ready = $files[path](require, module.exports, module);
  return module;
}
`;

/** The place in a file that a line of the script came from; undefined for the script's own lines. */
export function placeOf(script: Script, line: number): Place | undefined {
  const file = script.files.find(({ start, end }) => line >= start && line < end);
  return file && { path: file.path, line: line - file.start + 1 };
}

/** The places that a stack passes through, innermost first. */
export function placesOf(script: Script, stack: string): Place[] {
  const places: Place[] = [];
  for (const [, line] of stack.matchAll(/(?:blob:|cell-script)[^\s()]*?:(\d+):\d+/g)) {
    const place = placeOf(script, Number(line));
    if (place) places.push(place);
  }
  return places;
}
