// The editor that takes the place of a listing. Loaded when the reader first turns to one.

import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
  isolateHistory,
} from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, RangeSet, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  GutterMarker,
  gutterLineClass,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type Typed, typed } from "../language/extension.ts";
import { byFinger } from "../page/finger.ts";
import { withKeys } from "./keys.ts";
import { wgsl } from "./wgsl.ts";
import { wrapped } from "./wrap.ts";

export interface Editor {
  readonly element: HTMLElement;
  text(): string;
  /** Replaces all of the text, and puts the cursor at the head of a line if one is named; undo brings the old text back. */
  replace(text: string, line?: number): void;
  /** Marks what is wrong, in the place of all earlier marks. */
  mark(problems: readonly Problem[]): void;
  /** Lights a line, and no other; null: none. */
  light(line: number | null): void;
  /** Puts the cursor where the pointer is, else leaves it where it was. */
  focus(pointer?: { x: number; y: number }): void;
}

/** Something wrong in a line. */
export interface Problem {
  line: number; // counted from 1 at the head of the editor
  message: string;
  severity?: "error" | "warning" | "info"; // "error" if it is not said
  column?: number; // counted from 1; the beginning of the line if it is not said
  length?: number; // to the end of the line if it is not said, or 0
}

export interface EditorOptions {
  text: string;
  language: "typescript" | "wgsl";
  label: string;
  describedBy: string;
  firstLine: number; // the number of the first line in its file
  /** The whole file with what is in the editor: see Typed. */
  whole: Typed["whole"];
  /** Told how many types do not agree, or why types are not known. */
  onTypes: (problems: number | string) => void;
  onChange: () => void;
  onRun: () => void;
}

/** Makes an editor. Until the reader types or clicks in it, Tab goes on to the next control; after that it indents. */
export function createEditor(options: EditorOptions): Editor {
  const { text, language, label, describedBy, firstLine, whole, onTypes, onChange, onRun } =
    options;
  let marked: Diagnostic[] = []; // by the last run, until the text changes
  let types: Diagnostic[] = []; // that do not agree
  const show = () => {
    const all = [...marked, ...types].sort((a, b) => a.from - b.from);
    view.dispatch(setDiagnostics(view.state, all));
  };
  const knowsTypes = typed({
    whole,
    onProblems(problems) {
      types = problems.map((problem) => ({ ...problem, severity: "error" }));
      show();
      onTypes(types.length);
    },
    onFailure: onTypes,
  });
  const runs = () => {
    onRun();
    return true;
  };
  const view: EditorView = new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers({ formatNumber: (line) => String(line + firstLine - 1) }),
        badLines,
        litLine,
        history(),
        indentOnInput(),
        indentUnit.of("  "),
        EditorState.tabSize.of(2),
        bracketMatching(),
        wrapped,
        byFinger ? withKeys(`Keys. ${label}`) : [],
        language === "wgsl" ? wgsl : [javascript({ typescript: true }), knowsTypes],
        syntaxHighlighting(colours),
        keymap.of([
          { key: "Mod-Enter", run: runs },
          indentWithTab,
          ...defaultKeymap.filter(({ key }) => key !== "Mod-Enter"),
          ...historyKeymap,
          ...lintKeymap,
        ]),
        EditorView.contentAttributes.of({
          "aria-label": label,
          "aria-describedby": describedBy,
          tabindex: "0", // says that the keyboard reaches what scrolls, which an editable element does not say by itself
        }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          view.setTabFocusMode(false);
          marked = [];
          types = [];
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
    replace(insert, line) {
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert },
        annotations: isolateHistory.of("full"), // undone by itself, not with what was typed just before
      });
      if (line === undefined) return;
      const { from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
      view.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: "center" }),
      });
    },
    mark(problems) {
      const { doc } = view.state;
      marked = problems
        .filter(({ line }) => line >= 1 && line <= doc.lines)
        .map(({ line, message, severity = "error", column, length }) => {
          const { from, to, text } = doc.line(line);
          const start = column ? column - 1 : (/^\s*/.exec(text)?.[0].length ?? 0);
          const begin = Math.min(from + start, to);
          return { from: begin, to: length ? Math.min(begin + length, to) : to, severity, message };
        })
        .sort((a, b) => a.from - b.from);
      show();
      const bad = marked
        .filter(({ severity }) => severity === "error")
        .map(({ from }) => doc.lineAt(from).from);
      view.dispatch({
        effects: [
          setBadLines.of(bad),
          ...(bad.length > 0 ? [EditorView.scrollIntoView(bad[0], { y: "nearest" })] : []),
        ],
      });
    },
    light(line) {
      const { doc } = view.state;
      const at = line !== null && line >= 1 && line <= doc.lines ? doc.line(line).from : null;
      view.dispatch({
        effects: [
          setLitLine.of(at),
          ...(at === null ? [] : [EditorView.scrollIntoView(at, { y: "nearest" })]),
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

const setBadLines = StateEffect.define<number[]>();

class BadLine extends GutterMarker {
  override elementClass = "cell-bad-line";
}

/** The numbers of lines with errors are marked, until the text changes. */
const badLines = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(marked, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setBadLines)) continue;
      return RangeSet.of([...new Set(effect.value)].map((at) => new BadLine().range(at)));
    }
    return transaction.docChanged ? RangeSet.empty : marked;
  },
  provide: (field) => gutterLineClass.from(field),
});

const setLitLine = StateEffect.define<number | null>();
const lit = Decoration.line({ class: "cell-lit" });

/** The line of a write that is played, until the text changes. */
const litLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setLitLine)) continue;
      return effect.value === null ? Decoration.none : Decoration.set([lit.range(effect.value)]);
    }
    return transaction.docChanged ? Decoration.none : shown;
  },
  provide: (field) => EditorView.decorations.from(field),
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
