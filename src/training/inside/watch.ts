// When to look into a model that is training: every second or so, and rarer where looking takes long.

import type { Session } from "../session.ts";
import type { Inside, Question } from "./inside.ts";

/** What looking takes of the time. */
export interface Cost {
  seconds: number; // of this look
  share: number | null; // of the time until this look, in those before it, since training went on; null in the first
}

const secondsBetween = 1; // looks, at least

export class Watch {
  #question: Question | null = null;
  #at = Infinity; // when to look next, in milliseconds; Infinity: nobody wants to know
  #since: number | null = null; // when the first look since training went on began, in milliseconds
  #spent = 0; // in it and those after it
  readonly #longestShare: number;

  /** @param longestShare of the time that looking may take */
  constructor(longestShare: number) {
    this.#longestShare = longestShare;
  }

  get question(): Question | null {
    return this.#question;
  }

  get due(): boolean {
    return performance.now() >= this.#at;
  }

  /** @param question what to look at from now on; null: nothing */
  ask(question: Question | null): void {
    this.#question = question;
    this.#at = question ? 0 : Infinity;
    this.restart();
  }

  /** The training stands still, or goes on: the time in between does not count. */
  restart(): void {
    this.#since = null;
    this.#spent = 0;
  }

  /** @throws TextError if the sentence cannot be encoded: it is not tried again */
  async look<Tensor, Ids>(
    session: Session<Tensor, Ids>,
  ): Promise<{ inside: Inside; cost: Cost } | null> {
    if (!this.#question) return null;
    this.#at = Infinity;
    const began = performance.now();
    const inside = await session.look(this.#question);
    const now = performance.now();
    const took = now - began;
    const share = this.#since === null ? null : this.#spent / (began - this.#since);
    this.#since ??= began;
    this.#spent += took;
    this.#at = now + Math.max(1000 * secondsBetween, took / this.#longestShare);
    return { inside, cost: { seconds: took / 1000, share } };
  }
}
