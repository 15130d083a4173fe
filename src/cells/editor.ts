// The editor that takes the place of a listing. Loaded when the reader first turns to one.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, RangeSet, StateEffect, StateField } from "@codemirror/state";
import { EditorView, GutterMarker, gutterLineClass, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export interface Editor {
  readonly element: HTMLElement;
  text(): string;
  /** Replaces all of the text; undo brings it back. */
  replace(text: string): void;
  /** Marks a line, counted from 1 at the head of the editor; null takes the mark away. */
  mark(problem: { line: number; message: string } | null): void;
  /** Puts the cursor where the pointer is, else leaves it where it was. */
  focus(pointer?: { x: number; y: number }): void;
}

export interface EditorOptions {
  text: string;
  label: string;
  describedBy: string;
  firstLine: number; // the number of the first line in its file
  onChange: () => void;
  onRun: () => void;
}

/** Makes an editor. Until the reader types or clicks in it, Tab goes on to the next control; after that it indents. */
export function createEditor(options: EditorOptions): Editor {
  const { text, label, describedBy, firstLine, onChange, onRun } = options;
  const runs = () => {
    onRun();
    return true;
  };
  const view: EditorView = new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers({ formatNumber: (line) => String(line + firstLine - 1) }),
        badLine,
        history(),
        indentOnInput(),
        indentUnit.of("  "),
        EditorState.tabSize.of(2),
        bracketMatching(),
        javascript({ typescript: true }),
        syntaxHighlighting(colours),
        keymap.of([
          { key: "Mod-Enter", run: runs },
          indentWithTab,
          ...defaultKeymap.filter(({ key }) => key !== "Mod-Enter"),
          ...historyKeymap,
        ]),
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": describedBy }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          view.setTabFocusMode(false);
          onChange();
        }),
        EditorView.domEventHandlers({ mousedown: () => view.setTabFocusMode(false) }),
      ],
    }),
  });
  view.setTabFocusMode(true);

  return {
    element: view.dom,
    text: () => view.state.doc.toString(),
    replace: (insert) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } }),
    mark(problem) {
      const { doc } = view.state;
      const line = problem && problem.line <= doc.lines ? doc.line(problem.line) : null;
      const from = line ? line.from + (/^\s*/.exec(line.text)?.[0].length ?? 0) : 0;
      const diagnostics =
        line && problem
          ? [{ from, to: line.to, severity: "error" as const, message: problem.message }]
          : [];
      view.dispatch(setDiagnostics(view.state, diagnostics));
      view.dispatch({
        effects: [
          setBadLine.of(line ? line.from : null),
          ...(line ? [EditorView.scrollIntoView(line.from, { y: "nearest" })] : []),
        ],
      });
    },
    focus(pointer) {
      const at = pointer && view.posAtCoords(pointer);
      if (at !== undefined && at !== null) {
        view.dispatch({ selection: { anchor: at } });
        view.setTabFocusMode(false);
      }
      view.focus();
    },
  };
}

const setBadLine = StateEffect.define<number | null>();

class BadLine extends GutterMarker {
  override elementClass = "cell-bad-line";
}

/** The number of the line with the error is marked, until the text changes. */
const badLine = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(marked, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setBadLine)) continue;
      return effect.value === null
        ? RangeSet.empty
        : RangeSet.of(new BadLine().range(effect.value));
    }
    return transaction.docChanged ? RangeSet.empty : marked;
  },
  provide: (field) => gutterLineClass.from(field),
});

/** The colours of the listings; see cell.css. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operator, tags.modifier], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--code-string)" },
  { tag: [tags.comment], color: "var(--code-comment)" },
  { tag: [tags.number, tags.bool, tags.null, tags.self], color: "var(--code-constant)" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: "var(--code-function)",
  },
  { tag: [tags.typeName, tags.className], color: "var(--code-type)" },
]);
