// Opens the search over a page. What it takes to search is loaded when it is first opened.

const dialog = document.querySelector<HTMLDialogElement>("[data-search]");

function open(): void {
  if (!dialog || dialog.open) return;
  void import("./element.ts");
  dialog.showModal();
  dialog.querySelector<HTMLInputElement>('input[type="search"]')?.select();
}

/** Whether a key that is pressed there is text. */
const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
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
  const beside = event.target === dialog; // the backdrop
  if (beside || (event.target as Element).closest("a")) dialog.close();
});

// A field for searches takes the first Escape for itself, to empty it.
dialog?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  dialog.close();
});
