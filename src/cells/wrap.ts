// On a phone the long lines of an editor are broken where the page ends, as those of a listing are.

import { Compartment, type Extension, Prec, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin } from "@codemirror/view";
import { indentOf } from "./indent.ts";
import { wholesOf } from "./whole.ts";

const narrow = matchMedia("(width < 40rem)"); // as in code.css

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

/** Breaks long lines, for as long as the window is narrow. */
export function wrapped(): Extension {
  const lines = new Compartment();
  const wanted = () => (narrow.matches ? [EditorView.lineWrapping, told] : []);
  return [
    lines.of(wanted()),
    ViewPlugin.define((view) => {
      const turn = () => view.dispatch({ effects: lines.reconfigure(wanted()) });
      narrow.addEventListener("change", turn);
      return { destroy: () => narrow.removeEventListener("change", turn) };
    }),
  ];
}
