// The long lines of an editor are broken where it ends, as those of a listing are: see code.css.

import { type Extension, Prec, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import { indentOf } from "./indent.ts";
import { wholesOf } from "./whole.ts";

const whole = Decoration.mark({ class: "whole" });

/** The indent of each line, and what stays whole in it. */
function breaks(doc: Text): DecorationSet {
  const lines = Array.from({ length: doc.lines }, (_, i) => doc.line(i + 1));
  return Decoration.set(
    lines.flatMap(({ from, text }) => [
      Decoration.line({ attributes: { style: `--in: ${indentOf(text)}` } }).range(from),
      ...wholesOf(text).map(([start, end]) => whole.range(from + start, from + end)),
    ]),
  );
}

const told = StateField.define<DecorationSet>({
  create: ({ doc }) => breaks(doc),
  update: (shown, { docChanged, newDoc }) => (docChanged ? breaks(newDoc) : shown),
  // Around the marks of all others: one that is cut in pieces could be broken between them.
  provide: (field) => Prec.lowest(EditorView.decorations.from(field)),
});

export const wrapped: Extension = [EditorView.lineWrapping, told];
