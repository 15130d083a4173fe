// What the page asks the worker of the language service, and what it answers. One answer comes for each question, in order.

import type { Details, Offer, TypeProblem } from "./service.ts";

/** A file as it is being edited: its whole text, though the reader may see one function of it. */
export interface Edited {
  path: string;
  text: string;
}

/** Questions by name: what comes with each, and what is answered. */
export interface Questions {
  /** Gives the paths of all files that can be imported. */
  know: { ask: { paths: string[] }; answer: null };
  /** Which of the files that this one needs have not been given. */
  missing: { ask: Edited; answer: string[] };
  /** Gives a file that was missing. */
  give: { ask: Edited; answer: null };
  complete: { ask: Edited & { offset: number }; answer: Offer | null };
  explain: { ask: Edited & { offset: number; name: string }; answer: Details | null };
  problems: { ask: Edited; answer: TypeProblem[] };
}

export type Kind = keyof Questions;

export type Question = { [K in Kind]: { kind: K } & Questions[K]["ask"] }[Kind];

export type Answer = { value: Questions[Kind]["answer"] } | { failure: string };
