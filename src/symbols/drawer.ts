// The lesson's tables of symbols as a drawer, from anywhere in the lesson.

let drawer: HTMLDialogElement | undefined;

function make(): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.className = "symbols-drawer";
  dialog.setAttribute("aria-label", "Symbols of this lesson");
  const form = document.createElement("form");
  form.method = "dialog";
  form.innerHTML = '<p class="label">Symbols</p><button class="button">Close</button>';
  dialog.append(form);
  for (const table of document.querySelectorAll(".prose .symbols table")) {
    const box = document.createElement("div");
    box.className = "symbols";
    const copy = table.cloneNode(true) as HTMLTableElement;
    for (const one of copy.querySelectorAll("[id], [tabindex]")) {
      one.removeAttribute("id");
      one.removeAttribute("tabindex");
    }
    box.append(copy);
    dialog.append(box);
  }
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close(); // the backdrop
  });
  document.body.append(dialog);
  return dialog;
}

/** Opens it. Escape closes it, and the focus returns to the button: both are the dialog's own doing. */
export function openDrawer(): void {
  drawer ??= make();
  drawer.showModal();
}
