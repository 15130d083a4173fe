// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const clear = `  for (const { inputs } of tape) {
    for (const { grad } of inputs) grad.fill(0);
  }
`;
const step = "    tape[k].back();";

export const mutants = [
  {
    name: "nothing cleared but outputs",
    find: "for (const { grad } of inputs) grad.fill(0);",
    replace: "",
    says: "Nothing is cleared now, or only what operations have put out, and what x, g and w held before is still in them. The leaves are inputs and no outputs.",
  },
  {
    name: "cleared after the seed",
    find: `${clear}  loss.grad[0] = 1;`,
    replace: `  loss.grad[0] = 1;
  for (const { inputs, out } of tape) {
    for (const { grad } of [out, ...inputs]) grad.fill(0);
  }`,
    says: "All gradients are 0. The walk begins with the loss's gradient, 1, and it has been cleared along with the rest or was never set: clear first, seed after that, and clear nothing on the way.",
  },
  {
    name: "only the first input, on the way",
    find: `${clear}  loss.grad[0] = 1;
  for (let k = tape.length - 1; k >= 0; k--) {
${step}`,
    replace: `  loss.grad[0] = 1;
  for (let k = tape.length - 1; k >= 0; k--) {
    tape[k].inputs[0].grad.fill(0);
${step}`,
    says: "Clearing the first input alone leaves the old numbers in g and w, and x, the first input of two operations, is still cleared in between. When is the last moment at which x may be cleared?",
  },
  {
    name: "only the second input, on the way",
    find: `${clear}  loss.grad[0] = 1;
  for (let k = tape.length - 1; k >= 0; k--) {
${step}`,
    replace: `  loss.grad[0] = 1;
  for (let k = tape.length - 1; k >= 0; k--) {
    tape[k].inputs[1]?.grad.fill(0);
${step}`,
    says: "Clearing the second input alone saves what had arrived at x, and keeps what was in x before this step as well. All have to be cleared, and before anything has arrived.",
  },
  {
    name: "the first operation not undone",
    find: "k >= 0",
    replace: "k > 0",
    says: "g is cleared and gets nothing, and x lacks what comes through tanh: the walk ends before the first operation, x * g. Entry 0 has to be undone too.",
  },
];
