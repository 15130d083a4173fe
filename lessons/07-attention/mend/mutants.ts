// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const weight = "const weight = att[table + t * T + t2];";
const score = "const dscore = dpreatt[table + t * T + t2] * scale;";
const loop = "for (let t = t2; t < T; t++) {";

export const mutants = [
  {
    name: "only att mended",
    whole: true,
    find: score,
    replace: "const dscore = dpreatt[table + t2 * T + t] * scale;",
    says: "The values are right now. The keys still read dpreatt with t and t2 swapped.",
  },
  {
    name: "only dpreatt mended",
    whole: true,
    find: weight,
    replace: "const weight = att[table + t2 * T + t];",
    says: "The keys are right now. The values still read att with t and t2 swapped.",
  },
  {
    name: "the loop turned round",
    find: `${loop}
          ${weight}
          ${score}`,
    replace: `for (let t = 0; t <= t2; t++) {
          const weight = att[table + t2 * T + t];
          const dscore = dpreatt[table + t2 * T + t] * scale;`,
    says: "Key t2 and value t2 now get something from the tokens up to t2. They were used by t2 and by the tokens after it.",
  },
  {
    name: "without the token itself",
    find: loop,
    replace: "for (let t = t2 + 1; t < T; t++) {",
    says: "The row is found now, but the loop begins after t2. A token looks at itself too.",
  },
  {
    name: "one token for all",
    find: `${loop}
          ${weight}
          ${score}`,
    replace: `${loop}
          const weight = att[table + t2 * T + t2];
          const dscore = dpreatt[table + t2 * T + t2] * scale;`,
    says: "Every token from t2 on is given the weight that t2 has for itself. Each t has a weight of its own for t2, in row t of the table.",
  },
  {
    name: "the table of head 0",
    find: `          ${weight}
          ${score}`,
    replace: `          const weight = att[b * NH * T * T + t * T + t2];
          const dscore = dpreatt[b * NH * T * T + t * T + t2] * scale;`,
    says: "Row and column are right now, but they are looked up in the table of head 0.",
  },
];
