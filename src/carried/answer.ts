// What the figures ask of a model, and what it answers.

export interface Question {
  sentence: string; // empty: the beginning of a text
  /** How a token is drawn; null where nothing is written on. */
  sampling: { temperature: number; topP: number; seed: number } | null;
}

/** A token that may come next. */
export interface Guess {
  token: string;
  logit: number;
  probability: number;
}

/** A token that came, and what it had been given. */
export interface Came {
  token: string;
  probability: number;
  loss: number; // minus the logarithm of it
}

/** A token that may be drawn. */
export interface Share {
  token: string;
  before: number; // its probability at the temperature
  after: number; // what top-p leaves of it: 0, or its part of what is kept
}

export interface Answer {
  V: number;
  tokens: string[]; // of the sentence; the first, with which every text begins, is ""
  cut: boolean; // whether it has more
  largest: number; // logit after the last token
  sum: number; // of exp(logit - largest), over all V
  guesses: Guess[]; // the likeliest first
  came: Came[]; // each token of the sentence but the first
  drawn: { kept: number; shares: Share[]; text: string } | null;
}

/** A run of the reader's that is kept in this browser. */
export interface FoundRun {
  name: string;
  step: number;
  refusal: string | null; // why it does not read here
}

export type ModelName = "course" | "yours";

/** What the page says to the worker. */
export type Command =
  | { type: "find" }
  | { type: "ask"; number: number; model: ModelName; question: Question };

/** What the worker says. */
export type Report =
  | { type: "found"; run: FoundRun | null }
  | { type: "answer"; number: number; answer: Answer }
  | { type: "failed"; number: number; message: string };
