// A row of keys for an editor that is used by finger: what code is full of, and what a phone's keyboard hides on its second and
// third page, or lacks. It comes with the editor's first focus and stays below the code; while the editor has the focus it is
// held above the phone's own keyboard.

import { cursorCharLeft, cursorCharRight, indentMore, undo } from "@codemirror/commands";
import type { Extension } from "@codemirror/state";
import { type Command, EditorView, tooltips } from "@codemirror/view";

interface Key {
  shows: string;
  says: string; // to a screen reader
  press: Command;
}

/** Types as a keyboard would, so that what is offered after a point comes here too. */
const types =
  (sign: string): Command =>
  (view) => {
    view.dispatch(view.state.replaceSelection(sign), {
      scrollIntoView: true,
      userEvent: "input.type",
    });
    return true;
  };

const sign = (shows: string, says: string): Key => ({ shows, says, press: types(shows) });

// The first eight or nine are seen at once on a phone.
const keys: readonly Key[] = [
  { shows: "↶", says: "Undo", press: undo },
  { shows: "⇥", says: "Indent", press: indentMore },
  { shows: "←", says: "Cursor left", press: cursorCharLeft },
  { shows: "→", says: "Cursor right", press: cursorCharRight },
  sign("[", "Opening square bracket"),
  sign("]", "Closing square bracket"),
  sign("(", "Opening bracket"),
  sign(")", "Closing bracket"),
  sign("=", "Equals"),
  sign("+", "Plus"),
  sign("*", "Times"),
  sign("-", "Minus"),
  sign("/", "Slash"),
  sign(";", "Semicolon"),
  sign(".", "Point"),
  sign("<", "Less than"),
  sign(">", "Greater than"),
  sign("{", "Opening brace"),
  sign("}", "Closing brace"),
];

/**
 * Adds the row to an editor, which is in the page by the time it gets the focus.
 *
 * @param label names the row for a screen reader
 */
export function withKeys(label: string): Extension {
  let row: HTMLElement | undefined;
  let given = false; // that there are keys: a keyboard is attached
  const take = (view: EditorView): void => {
    if (row || given) return;
    row = makeRow(view, label);
    view.dom.after(row);
  };
  return [
    EditorView.domEventHandlers({
      focus: (_event, view) => take(view),
      keydown(event) {
        if (!attached(event)) return;
        given = true;
        row?.remove();
      },
    }),
    // The cursor, and the list of what could be written, keep clear of the row and of the phone's keyboard.
    EditorView.updateListener.of(({ view, docChanged, selectionSet }) => {
      if (row && (docChanged || selectionSet)) keepClear(view, row);
    }),
    tooltips({
      tooltipSpace() {
        const { clientWidth: right } = document.documentElement;
        const bar = document.querySelector(".place")?.getBoundingClientRect();
        return { top: bar?.bottom ?? 0, left: 0, right, bottom: lowest(row) };
      },
    }),
  ];
}

/** Keys that no keyboard on a screen has. */
const attached = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  ctrlKey || metaKey || altKey || key === "Escape";

function makeRow(view: EditorView, label: string): HTMLElement {
  const row = document.createElement("div");
  row.className = "cell-keys";
  row.setAttribute("role", "toolbar");
  row.setAttribute("aria-label", label);
  for (const { shows, says, press } of keys) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = shows;
    button.setAttribute("aria-label", says);
    button.addEventListener("click", () => {
      press(view);
      view.focus();
    });
    row.append(button);
  }
  // A press leaves the focus, and with it the phone's keyboard, where it is.
  for (const type of ["pointerdown", "mousedown"]) {
    row.addEventListener(type, (event) => event.preventDefault());
  }
  const rise = () => row.style.setProperty("--keyboard", `${keyboard()}px`);
  visualViewport?.addEventListener("resize", rise);
  visualViewport?.addEventListener("scroll", rise);
  visualViewport?.addEventListener("resize", () => keepClear(view, row)); // its keyboard has come
  rise();
  return row;
}

/** Where what is seen above the row ends, in pixels from the top of the window. */
const lowest = (row?: HTMLElement): number =>
  document.documentElement.clientHeight - keyboard() - (row?.offsetHeight ?? 0);

/** Scrolls on where the cursor is below the row. */
function keepClear(view: EditorView, row: HTMLElement): void {
  view.requestMeasure({
    key: row,
    read: () => view.hasFocus && view.coordsAtPos(view.state.selection.main.head),
    write(cursor) {
      const below = cursor ? cursor.bottom - lowest(row) : 0;
      if (below > 0) scrollBy({ top: below, behavior: "instant" });
    },
  });
}

/** How much of the page's window the phone's keyboard covers, in pixels. */
function keyboard(): number {
  if (!visualViewport) return 0;
  const { clientHeight } = document.documentElement;
  return Math.max(0, clientHeight - visualViewport.height - visualViewport.offsetTop);
}
