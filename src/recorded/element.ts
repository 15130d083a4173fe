// Plays a recorded run: once by itself, when it is in view, then under the reader's hand. The page is whole without it; it
// moves a marker and changes a few texts.

import type { Recording } from "../training/recording.ts";
import { between, type Frame, frameOf } from "./curve.ts";
import { numbersOf, spoken, writingOf } from "./words.ts";

const wholeRun = 11; // seconds
const restBefore = 0.8; // seconds, in which the eye finds the place
const restOfHand = 600; // milliseconds without a move, after which what was written is read out

class RecordingElement extends HTMLElement {
  #recording: Recording | undefined;
  #frame: Frame | undefined;
  #place = 0; // see `between`
  #shown = -1; // the stop whose texts are shown
  #playing = 0; // of requestAnimationFrame; 0: it does not play
  #touched = false; // the reader's hand was on it
  #reading: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#button.hidden = still;
    if (still) this.#place = Number(this.#range.max);
    else this.#range.value = "0";
    this.#range.addEventListener("input", () => void this.#moved());
    this.#button.addEventListener("click", () => void this.#pressed());
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        void this.#seen(still);
      },
      { threshold: 0.6 },
    );
    observer.observe(this);
  }

  get #range(): HTMLInputElement {
    return this.#part("range");
  }

  get #button(): HTMLButtonElement {
    return this.#part("play");
  }

  #part<E extends HTMLElement>(name: string): E {
    return this.querySelector(`[data-part="${name}"]`) as E;
  }

  async #seen(still: boolean): Promise<void> {
    if (still) return;
    await this.#load();
    setTimeout(() => {
      if (!this.#touched) this.#play();
    }, 1000 * restBefore);
  }

  /** The reader's hand: what plays by itself stops. */
  async #moved(): Promise<void> {
    this.#touched = true;
    this.#pause();
    await this.#load();
    this.#show(Number(this.#range.value));
    clearTimeout(this.#reading);
    this.#reading = setTimeout(() => this.#readOut(), restOfHand);
  }

  async #pressed(): Promise<void> {
    this.#touched = true;
    await this.#load();
    if (this.#playing) this.#pause();
    else this.#play();
  }

  async #load(): Promise<void> {
    if (this.#recording) return;
    const response = await fetch(this.dataset.src ?? "");
    if (!response.ok || this.#recording) return;
    const recording: Recording = await response.json();
    this.#frame = frameOf(recording);
    this.#recording = recording;
  }

  /** From where it is, or from the beginning where it is at the end. */
  #play(): void {
    if (!this.#recording || this.#playing) return;
    const last = this.#recording.stops.length - 1;
    if (this.#place >= last) this.#place = 0;
    let before = Number.POSITIVE_INFINITY;
    const frame = (now: number) => {
      const seconds = Math.max(0, Math.min(0.1, (now - before) / 1000)); // a tab that was hidden goes on where it was
      before = now;
      this.#show(Math.min(last, this.#place + (last * seconds) / wholeRun));
      this.#playing = requestAnimationFrame(frame);
      if (this.#place >= last) this.#pause();
    };
    this.#playing = requestAnimationFrame(frame);
    this.#nameButton();
  }

  #pause(): void {
    cancelAnimationFrame(this.#playing);
    this.#playing = 0;
    this.#nameButton();
  }

  #nameButton(): void {
    this.#part("play-name").textContent = this.#playing ? "Pause" : "Play";
    this.toggleAttribute("data-playing", this.#playing !== 0);
  }

  #show(place: number): void {
    const [recording, frame] = [this.#recording, this.#frame];
    if (!recording || !frame) return;
    this.#place = place;
    this.dataset.on = "";
    const { x, y } = between(recording.stops, frame, place);
    this.style.setProperty("--x", x.toFixed(4));
    this.style.setProperty("--y", y.toFixed(4));
    const index = Math.floor(place);
    if (index === this.#shown) return;
    this.#shown = index;
    const stop = recording.stops[index];
    this.#range.value = String(index);
    this.#range.setAttribute("aria-valuetext", spoken(stop));
    this.#part("writing").textContent = writingOf(stop);
    for (const [name, text] of Object.entries(numbersOf(stop))) this.#part(name).textContent = text;
    recording.baselines.forEach((loss, order) => {
      this.#part(`baseline-${order}`).toggleAttribute("data-beaten", stop.loss < loss);
    });
  }

  #readOut(): void {
    const stop = this.#recording?.stops[this.#shown];
    if (stop) this.#part("status").textContent = `At ${spoken(stop)}: ${writingOf(stop)}`;
  }
}

customElements.define("llm-recording", RecordingElement);
