// Which arrays of an answer are right, and what has changed since the attempt before: part of an exercise may be done.

import { list } from "./sentences.ts";

/** How one array came out, over all calls. */
export interface Standing {
  name: string;
  right: boolean;
  wrong: number; // numbers of the fixed calls, which are the same in every attempt
  count: number;
}

/**
 * Where the answer is, in a sentence or two; "" where there is nothing to say.
 *
 * @param before the attempt before this one, if there was one
 */
export function describeStanding(
  now: readonly Standing[],
  before: readonly Standing[] = [],
): string {
  const was = new Map(before.map((one) => [one.name, one]));
  const names = (of: readonly Standing[]) => list(of.map(({ name }) => name));
  const be = (of: readonly Standing[], one: string, several: string) =>
    of.length === 1 ? one : several;
  const right = now.filter((one) => one.right);
  const come = right.filter(({ name }) => was.get(name)?.right === false);
  const gone = now.filter(({ name, right }) => !right && was.get(name)?.right);
  const fewer = now.filter(({ name, right, wrong }) => {
    const earlier = was.get(name);
    return !right && earlier && !earlier.right && wrong > 0 && wrong < earlier.wrong;
  });
  const whole = right.length === now.length;
  const says: string[] = [];
  if (come.length > 0) {
    const last = `With this change ${names(come)} ${be(come, "has", "have")} come right`;
    says.push(
      whole ? `${last}, and nothing is left.` : `${last}: ${right.length} of ${now.length}.`,
    );
  } else if (right.length > 0 && !whole) {
    says.push(`${names(right)} ${be(right, "is", "are")} right: ${right.length} of ${now.length}.`);
  }
  if (gone.length > 0) {
    says.push(`${names(gone)} ${be(gone, "was", "were")} right before this change.`);
  }
  for (const { name, wrong, count } of fewer) {
    const [now, all, earlier] = [wrong, count, was.get(name)?.wrong].map((of) =>
      of?.toLocaleString("en"),
    );
    says.push(
      `Over all sizes, ${now} of ${all} numbers of ${name} are wrong now; before, ${earlier} were.`,
    );
  }
  return says.join(" ");
}

/** The arrays as a row, each right or not yet; the ones that came right now are lit. Nothing for a single one. */
export function showStanding(
  now: readonly Standing[],
  before: readonly Standing[] = [],
): HTMLElement | null {
  if (now.length < 2) return null;
  const row = document.createElement("p");
  row.className = "cell-arrays";
  row.ariaHidden = "true"; // the sentence says it
  for (const { name, right } of now) {
    const item = document.createElement("span");
    item.className = right ? "right" : "open";
    if (right && before.some((one) => one.name === name && !one.right)) item.classList.add("came");
    item.textContent = name;
    row.append(item);
  }
  return row;
}
