// The learning rate, step by step.

export type Schedule =
  | { readonly kind: "constant"; readonly lr: number }
  | {
      /**
       * Rises linearly to lr, which the last of the warmupSteps has and the step after it too; from there it falls along
       * half a cosine, or a line, towards floor, which it would reach in the step after totalSteps. So no step is without effect,
       * and a run of one step has lr. As in llm.c.
       */
      readonly kind: "cosine" | "linear";
      readonly lr: number;
      readonly warmupSteps: number;
      readonly totalSteps: number;
      readonly floor: number;
    };

/**
 * The learning rate of a step.
 *
 * @param step from 1
 * @throws RangeError if the step or a number of the schedule is out of its range
 */
export function learningRate(schedule: Schedule, step: number): number {
  checkNumber("step", step, Number.isSafeInteger(step) && step >= 1, "an integer from 1");
  checkNumber("lr", schedule.lr, schedule.lr >= 0 && schedule.lr < Infinity, "a number from 0");
  if (schedule.kind === "constant") return schedule.lr;

  const { lr, warmupSteps, totalSteps, floor } = schedule;
  checkNumber("floor", floor, floor >= 0 && floor <= lr, `a number from 0 to lr = ${lr}`);
  const isStep = Number.isSafeInteger(warmupSteps) && warmupSteps >= 0;
  checkNumber("warmupSteps", warmupSteps, isStep, "an integer from 0");
  const isAfter = Number.isSafeInteger(totalSteps) && totalSteps > warmupSteps;
  checkNumber("totalSteps", totalSteps, isAfter, `an integer above warmupSteps = ${warmupSteps}`);

  if (step <= warmupSteps) return (lr * step) / warmupSteps;
  if (step > totalSteps) return floor;
  const progress = (step - 1 - warmupSteps) / (totalSteps - warmupSteps); // from 0 to just below 1
  if (schedule.kind === "linear") return lr - (lr - floor) * progress;
  return floor + ((lr - floor) * (1 + Math.cos(Math.PI * progress))) / 2;
}

function checkNumber(name: string, value: number, right: boolean, expected: string): void {
  if (typeof value !== "number" || !right) {
    throw new RangeError(`learningRate: ${name} is ${value}, expected ${expected}`);
  }
}
