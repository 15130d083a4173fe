// How many problems of a task the model gets: the last count, and the curve of all.

import { integer } from "../../page/numbers.ts";
import type { ScoreRow } from "../../training/history.ts";

const [width, height] = [200, 40]; // of the figure

/** @param steps of the whole run */
export function showScore(place: HTMLElement, scores: readonly ScoreRow[] = [], steps = 1): void {
  const part = (name: string) => place.querySelector(`[data-score="${name}"]`) as Element;
  const last = scores.at(-1);
  place.hidden = !last;
  if (!last) return;
  part("right").textContent = `${last.right} of ${last.asked}`;
  part("note").textContent =
    `problems that it never saw answered rightly at step ${integer(last.step)}`;
  const points = scores.map(({ step, right, asked }) => {
    const x = (width * step) / steps;
    const y = height - 1 - ((height - 2) * right) / asked;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  part("curve").setAttribute("points", points.join(" "));
}
