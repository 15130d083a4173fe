// The numbers of a run, step by step.

/** What is known of each step, in the order in which it is kept in a checkpoint. */
export interface LossRow {
  step: number;
  loss: number;
  norm: number; // length of the whole gradient, before clipping
  seconds: number; // that the step took
}

export interface ValidationRow {
  step: number;
  loss: number;
}

/** Of a setting, while the run went. */
export interface Change {
  step: number; // after which it was changed: the next one is the first to know of it
  setting: "learningRate" | "steps";
  from: number;
  to: number;
}

/** How many of a task's unseen problems a model answers rightly, where it always takes the likeliest token. */
export interface ScoreRow {
  step: number;
  right: number;
  asked: number;
}

export interface History {
  losses: LossRow[];
  validations: ValidationRow[];
  scores?: ScoreRow[]; // of a task; without it there were none
  changes?: Change[]; // in their order; without it there were none
}
