// The bar that stays while one is in the trainer: what is being done, how far it is, and the numbers that matter most.

import { createAnnouncer } from "../../page/announce.ts";

export class Bar {
  readonly #doing: HTMLElement;
  readonly #track: HTMLElement;
  readonly #announce: (text: string, now?: boolean) => void;

  /** @param place holds the sentence for the eye, the one that is read out, and the track */
  constructor(place: HTMLElement) {
    const part = (name: string) => place.querySelector(`[data-part="${name}"]`) as HTMLElement;
    this.#doing = part("doing");
    this.#track = part("track");
    this.#announce = createAnnouncer(part("status"));
  }

  /**
   * Says what is being done: at once for the eye; to a screen reader now and then, and at once where it matters.
   *
   * @param spoken where a screen reader should hear more
   */
  say(text: string, now = false, spoken = text): void {
    this.#doing.textContent = text;
    this.speak(spoken, now);
  }

  /** For a screen reader alone: the eye has the numbers. */
  speak(text: string, now = false): void {
    this.#announce(text, now);
  }

  /** @param done from 0 to 1; "unknown" while nobody can tell; null where nothing is under way */
  show(done: number | "unknown" | null): void {
    const track = this.#track;
    track.dataset.done = done === null ? "none" : done === "unknown" ? "unknown" : "known";
    track.hidden = done === null;
    if (typeof done === "number") {
      const percent = Math.round(100 * Math.min(1, done));
      track.setAttribute("aria-valuenow", String(percent));
      track.style.setProperty("--done", `${percent}%`);
    } else track.removeAttribute("aria-valuenow");
  }
}
