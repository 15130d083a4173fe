// What makes an editor know types: it completes what is written, and tells when types do not agree. The service behind it
// is loaded when the reader has begun to write.

import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import type { Extension, Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { Edited } from "./protocol.ts";
import type { Details, TypeProblem } from "./service.ts";

export interface Typed {
  /** The whole file with what is in the editor, and where in it the editor's text begins. */
  whole(text: string): Promise<Edited & { begins: number }>;
  /** Told what does not agree, by offsets in the editor, half a second after the last change, at first two seconds. */
  onProblems(problems: TypeProblem[]): void;
  /** Told once that there will be no types, and why. */
  onFailure(reason: string): void;
}

// Milliseconds after the last change; at first more, as the service is not worth loading for a change that is run and done with.
const pause = 500;
const firstPause = 2000;

/** The extension for an editor of TypeScript. */
export function typed({ whole, onProblems, onFailure }: Typed): Extension {
  let failed = false;
  let loaded = false;
  let timer = 0;
  const failing = <T>(asked: Promise<T>): Promise<T | null> =>
    asked.catch((error: Error) => {
      if (!failed) onFailure(error.message);
      failed = true;
      return null;
    });

  const check = async (view: EditorView) => {
    const { doc } = view.state;
    const found = await failing(problemsOf(doc, whole));
    loaded ||= found !== null;
    if (found && view.state.doc.eq(doc)) onProblems(found);
  };
  return [
    autocompletion({
      override: [(context) => (failed ? null : failing(complete(context, whole)))],
      icons: false,
    }),
    EditorView.updateListener.of(({ docChanged, view }) => {
      if (!docChanged || failed) return;
      clearTimeout(timer);
      timer = window.setTimeout(() => check(view), loaded ? pause : firstPause);
    }),
  ];
}

async function problemsOf(doc: Text, whole: Typed["whole"]): Promise<TypeProblem[]> {
  const { begins, ...file } = await whole(doc.toString());
  const { ask } = await import("./client.ts");
  const problems = await ask("problems", file);
  return problems
    .map(({ from, to, message }) => ({ from: from - begins, to: to - begins, message }))
    .filter(({ from, to }) => from >= 0 && to <= doc.length);
}

async function complete(
  context: CompletionContext,
  whole: Typed["whole"],
): Promise<CompletionResult | null> {
  const before = context.matchBefore(/[\w$]+|\.\s*[\w$]*/);
  if (!context.explicit && !before) return null;
  const { begins, ...file } = await whole(context.state.doc.toString());
  const { ask } = await import("./client.ts");
  const offset = begins + context.pos;
  const offer = await ask("complete", { ...file, offset });
  if (!offer || context.aborted) return null;
  return {
    from: offer.from - begins,
    to: offer.to - begins,
    validFor: /^[\w$]*$/,
    options: offer.entries.map(
      ({ name, kind, order }): Completion => ({
        label: name,
        type: kind,
        boost: 20 - (Number.parseInt(order, 10) || 20), // what is declared near comes before what is everywhere
        info: async () => {
          const details = await ask("explain", { ...file, offset, name }).catch(() => null);
          return details && describe(details);
        },
      }),
    ),
  };
}

function describe({ type, says }: Details): Node {
  const box = document.createElement("div");
  const code = document.createElement("code");
  code.textContent = type;
  box.append(code);
  if (says) {
    const sentence = document.createElement("p");
    sentence.textContent = says;
    box.append(sentence);
  }
  return box;
}
