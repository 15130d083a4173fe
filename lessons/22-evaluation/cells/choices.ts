// 24 choices between four endings: which one has the highest sum, and which the highest mean.

import { scored } from "./scored.ts";

const asked = scored.length;
const highest = (values: number[]) => values.indexOf(Math.max(...values));

export const bySum = scored.map(({ sums }) => highest(sums));
export const byMean = scored.map(({ sums, tokens }) =>
  highest(sums.map((sum, i) => sum / tokens[i])),
);

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
for (const [name, chosen] of Object.entries({ sum: bySum, mean: byMean })) {
  const right = chosen.filter((choice, i) => choice === scored[i].label).length;
  const share = right / asked;
  const error = Math.sqrt((share * (1 - share)) / asked);
  const shortest = chosen.filter(
    (choice, i) => scored[i].tokens[choice] === Math.min(...scored[i].tokens),
  );
  console.log(
    `by ${name.padEnd(5)}${right} of ${asked} right: ${percent(share)},`,
    `standard error ${percent(error)};`,
    `the shortest ending ${shortest.length} times`,
  );
}
