// The learning rate, step by step.

export type Schedule =
  | { readonly kind: "constant"; readonly lr: number }
  | {
      /** Rises linearly from 0 to lr over warmupSteps, then falls along half a cosine to floor at totalSteps. */
      readonly kind: "cosine";
      readonly lr: number;
      readonly warmupSteps: number;
      readonly totalSteps: number;
      readonly floor: number;
    };

/**
 * The learning rate of a step.
 *
 * @param step from 1
 */
export function learningRate(schedule: Schedule, step: number): number {
  throw new Error("not written yet");
}
