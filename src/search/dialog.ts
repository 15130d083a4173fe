// Opens the search over a page. What it takes to search is loaded when it is first opened. An open search is a place in the
// browser's history: back closes it, and back from what was found leads to the search as it was.

const dialog = document.querySelector<HTMLDialogElement>("[data-search]");
const input = dialog?.querySelector<HTMLInputElement>('input[type="search"]');

/** What is kept of an open search: the term. */
interface Place {
  search: string;
}

const isPlace = (state: unknown): state is Place => typeof (state as Place)?.search === "string";

let leaving = false; // the search is closed, and history has yet to go back
let again = false; // and it was opened again before that

function show(term?: string): void {
  if (!dialog || !input || dialog.open) return;
  if (term !== undefined) input.value = term;
  const loaded = customElements.get("llm-search");
  void import("./element.ts");
  dialog.showModal();
  input.select();
  if (term && loaded) input.dispatchEvent(new Event("input", { bubbles: true }));
}

function open(): void {
  if (!dialog || dialog.open) return;
  if (leaving) again = true;
  else history.pushState({ search: input?.value ?? "" } satisfies Place, "");
  show();
}

input?.addEventListener("input", () => {
  if (isPlace(history.state) && !leaving) history.replaceState({ search: input.value }, "");
});

dialog?.addEventListener("close", () => {
  again = false;
  if (leaving || !isPlace(history.state)) return;
  leaving = true;
  history.back();
});

addEventListener("popstate", () => {
  leaving = false;
  if (again) history.pushState({ search: input?.value ?? "" } satisfies Place, "");
  else if (isPlace(history.state)) show(history.state.search);
  else dialog?.close();
  again = false;
});

// Back from another page, or after the page was loaded again.
if (isPlace(history.state)) show(history.state.search);

/** Whether a key that is pressed there is text. A field that has just been closed has the focus a moment longer. */
const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.checkVisibility() &&
  (target.isContentEditable || target.matches("input, textarea, select"));

addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  const asked =
    (key === "/" && !ctrlKey && !metaKey && !altKey && !isWriting(target)) ||
    (key.toLowerCase() === "k" && (ctrlKey || metaKey));
  if (!asked || !dialog || event.defaultPrevented) return;
  event.preventDefault();
  open();
});

document.querySelector("[data-opens-search]")?.addEventListener("click", (event) => {
  const { ctrlKey, metaKey, shiftKey } = event as MouseEvent;
  if (!dialog || ctrlKey || metaKey || shiftKey) return; // in a tab of its own it is a page
  event.preventDefault();
  open();
});

dialog?.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close(); // the backdrop
  const link = (event.target as Element).closest("a");
  // What was found on this very page is seen once the search is out of the way; history has gone on, and not back.
  if (link?.pathname === location.pathname && link.target === "") {
    setTimeout(() => dialog.close());
  }
});

// A field for searches takes the first Escape for itself, to empty it.
dialog?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  dialog.close();
});
