/** Asks the reader in a dialog, whose other button closes it. @returns whether they said yes */
export function confirmed(
  dialog: HTMLDialogElement,
  question: string,
  yes: string,
): Promise<boolean> {
  const [text, button] = [dialog.querySelector("p"), dialog.querySelector('button[value="yes"]')];
  if (text) text.textContent = question;
  if (button) button.textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
