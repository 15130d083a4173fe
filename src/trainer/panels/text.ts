// A text of the reader's own: the file, and whether the separators in it are to be read as such.

import { integer } from "../../page/numbers.ts";
import { countSeparators } from "../../training/separators.ts";
import { markError } from "../form.ts";
import type { OwnText } from "../protocol.ts";

const largestCounted = 50_000_000; // bytes; a larger text is refused when it is read

export class TextPanel {
  readonly #form: HTMLFormElement;
  readonly #place: HTMLElement;

  /** @param place in the form */
  constructor(form: HTMLFormElement, place: HTMLElement) {
    this.#form = form;
    this.#place = place;
    this.#input("file")?.addEventListener("change", () => void this.#offer());
  }

  /** The reader's text, null for the site's, undefined where a file is still to be chosen, which is then said. */
  chosen(): OwnText | null | undefined {
    if (!this.#place.querySelector('[name="text"][value="own"]:checked')) return null;
    const file = this.#file();
    if (file) return { file, separators: this.#input("separators")?.checked ?? false };
    markError(this.#form, "file", "choose a text file first");
    this.#input("file")?.focus();
    return undefined;
  }

  /** Shows the choice, where the text has separators in it. */
  async #offer(): Promise<void> {
    const label = this.#place.querySelector<HTMLElement>('[data-part="separators"]');
    const file = this.#file();
    const box = this.#input("separators");
    if (!label || !box) return;
    label.hidden = true;
    box.checked = true;
    const count = file && file.size <= largestCounted ? countSeparators(await file.text()) : 0;
    if (count === 0 || file !== this.#file()) return; // another was chosen meanwhile
    const [times, words] = label.querySelectorAll("[data-count]");
    times.textContent = count === 1 ? "once" : `${integer(count)} times`;
    words.textContent = count === 1 ? "it" : "each";
    label.hidden = false;
  }

  #file(): File | undefined {
    return this.#input("file")?.files?.[0];
  }

  #input(name: string): HTMLInputElement | null {
    return this.#place.querySelector(`input[name="${name}"]`);
  }
}
