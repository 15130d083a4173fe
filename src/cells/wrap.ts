// On a phone the long lines of an editor are broken where the page ends, as those of a listing are.

import { Compartment, type Extension, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin } from "@codemirror/view";
import { indentOf } from "./indent.ts";

const narrow = matchMedia("(width < 40rem)"); // as in code.css

function indents(doc: Text): DecorationSet {
  const lines = Array.from({ length: doc.lines }, (_, i) => doc.line(i + 1));
  return Decoration.set(
    lines.map(({ from, text }) =>
      Decoration.line({ attributes: { style: `--in: ${indentOf(text)}` } }).range(from),
    ),
  );
}

const told = StateField.define<DecorationSet>({
  create: ({ doc }) => indents(doc),
  update: (shown, { docChanged, newDoc }) => (docChanged ? indents(newDoc) : shown),
  provide: (field) => EditorView.decorations.from(field),
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
