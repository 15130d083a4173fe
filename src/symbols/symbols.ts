// A lesson's symbols tell their meaning, and the bar's button opens the table. What that takes is loaded at the first touch.

const table = document.querySelector(".symbols table");
const said = ".katex-display, .katex, code, pre, .cm-content, [data-symbol]";

if (table) {
  // A formula on a line of its own is one tab stop, which tells of all its symbols.
  for (const formula of document.querySelectorAll<HTMLElement>(".prose .katex-display")) {
    formula.tabIndex = 0;
    formula.dataset.formula = "";
    formula.setAttribute("role", "group");
    formula.setAttribute("aria-label", "Formula");
  }

  const button = document.querySelector<HTMLButtonElement>("[data-opens-symbols]");
  button?.addEventListener("click", () => {
    void import("./drawer.ts").then(({ openDrawer }) => openDrawer());
  });

  const kinds = ["pointermove", "click", "focusin"] as const;
  // A tap is a focus and then a click: what comes while the rest is loading counts, the last of it.
  let last: Event | undefined;
  const wake = (event: Event): void => {
    if (!(event.target as Element).closest(said)) return;
    const first = last === undefined;
    last = event;
    if (!first) return;
    void import("./meanings.ts").then(({ begin }) => {
      for (const kind of kinds) document.removeEventListener(kind, wake);
      if (last) begin(last);
    });
  };
  for (const kind of kinds) document.addEventListener(kind, wake, { passive: true });
}
