// TypeScript's own language service over a cell and the files that it imports: what fits at the cursor, and which types
// do not agree. It runs in a worker (src/workers/language.ts) and knows only what it has been given.

import ts from "typescript";
import { resolve } from "../cells/resolve.ts";

/** Something that can be written at the cursor. */
export interface Entry {
  name: string;
  kind: string; // as TypeScript calls it: "function", "const", "method"
  order: string; // entries are offered in the order of these
}

/** Entries, and the part of the text that one of them replaces: offsets in the file. */
export interface Offer {
  from: number;
  to: number;
  entries: Entry[];
}

/** What an entry is: its type as one would declare it, and the beginning of its comment. */
export interface Details {
  type: string;
  says: string;
}

/** Types that do not agree, or a rule of the language that is broken. */
export interface TypeProblem {
  from: number;
  to: number;
  message: string;
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  resolvePackageJsonImports: false, // there are no packages, nor a folder to look in
  noEmit: true,
  strict: true,
  types: [],
  lib: ["lib.es2023.d.ts"],
};

/** Whether a message says only that a type was left out, which a reader's own helper may do. */
const leftOut = (code: number) => code >= 7005 && code <= 7053;

/** The answers to one reader's editors. */
export class LanguageService {
  readonly #texts: Map<string, { text: string; version: number }>;
  readonly #services = new Map<string, ts.LanguageService>(); // one for each file that is edited

  /** @param libraries declarations of the language and of a cell's surroundings, by name: "lib.es5.d.ts" */
  constructor(libraries: Record<string, string>) {
    this.#texts = new Map(
      Object.entries(libraries).map(([name, text]) => [name, { text, version: 0 }]),
    );
  }

  /** Gives a file, or its new text. */
  put(path: string, text: string): void {
    const before = this.#texts.get(path);
    if (before?.text !== text) this.#texts.set(path, { text, version: (before?.version ?? 0) + 1 });
  }

  /** Which of the files that a file imports, themselves or through others, have not been given. */
  missing(path: string, known: ReadonlySet<string>): string[] {
    const missing = new Set<string>();
    const seen = new Set<string>();
    const visit = (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      const given = this.#texts.get(file);
      if (!given) {
        missing.add(file);
        return;
      }
      for (const { fileName } of ts.preProcessFile(given.text).importedFiles) {
        const imported = resolve(fileName, file);
        if (known.has(imported)) visit(imported);
      }
    };
    visit(path);
    return [...missing];
  }

  /** What fits at an offset of a file; null: nothing. */
  complete(path: string, offset: number): Offer | null {
    const found = this.#service(path).getCompletionsAtPosition(path, offset, {});
    if (!found || found.entries.length === 0) return null;
    const text = this.#texts.get(path)?.text ?? "";
    const begun = /[\w$]*$/.exec(text.slice(0, offset))?.[0].length ?? 0;
    return {
      from: offset - begun,
      to: offset,
      entries: found.entries
        .filter(({ kind }) => kind !== ts.ScriptElementKind.warning)
        .map(({ name, kind, sortText }) => ({ name, kind, order: sortText })),
    };
  }

  /** What one of the entries is that were offered at an offset. */
  explain(path: string, offset: number, name: string): Details | null {
    const service = this.#service(path);
    const found = service.getCompletionEntryDetails(
      path,
      offset,
      name,
      {},
      undefined,
      {},
      undefined,
    );
    if (!found) return null;
    const says = ts.displayPartsToString(found.documentation).split(/\n\s*\n/)[0];
    const [type] = ts.displayPartsToString(found.displayParts).split("\nimport ");
    return { type: type.replace("(alias) ", ""), says };
  }

  /** What is wrong in a file. Of a text that cannot be parsed, only that is told. */
  problems(path: string): TypeProblem[] {
    const service = this.#service(path);
    const unparsed = service.getSyntacticDiagnostics(path);
    const all = unparsed.length > 0 ? unparsed : service.getSemanticDiagnostics(path);
    return all
      .filter(({ code }) => !leftOut(code))
      .map(({ start = 0, length = 0, messageText }) => ({
        from: start,
        to: start + length,
        // A cell cannot change the libraries, so that the advice to do so is left out.
        message: ts
          .flattenDiagnosticMessageText(messageText, "\n")
          .replace(/ (Do you need|Try chang).*library.*$/s, ""),
      }));
  }

  #service(path: string): ts.LanguageService {
    const made = this.#services.get(path);
    if (made) return made;
    const service = ts.createLanguageService(this.#host(path), registry);
    this.#services.set(path, service);
    return service;
  }

  #host(path: string): ts.LanguageServiceHost {
    const texts = this.#texts;
    return {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [path, "cell.d.ts"],
      getScriptVersion: (name) => String(texts.get(name)?.version ?? 0),
      getScriptSnapshot: (name) => {
        const given = texts.get(name);
        return given && ts.ScriptSnapshot.fromString(given.text);
      },
      getCurrentDirectory: () => "",
      getDefaultLibFileName: () => "lib.es2023.d.ts",
      fileExists: (name) => texts.has(name),
      readFile: (name) => texts.get(name)?.text,
      resolveModuleNameLiterals: (literals, from) =>
        literals.map(({ text }) => {
          const resolvedFileName = resolve(text, from);
          return {
            resolvedModule: texts.has(resolvedFileName)
              ? { resolvedFileName, extension: ts.Extension.Ts, isExternalLibraryImport: false }
              : undefined,
          };
        }),
    };
  }
}

const registry = ts.createDocumentRegistry(); // so that the declarations are parsed once for all files
