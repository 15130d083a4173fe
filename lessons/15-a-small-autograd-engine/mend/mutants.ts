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
    says: "All gradients are 0. Either the walk has no 1 to hand back, since it was cleared along with the rest or never set; or what arrived was cleared again; or the walk goes from the beginning. Clear first, seed after that, then walk from the end, and clear nothing more.",
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
    name: "walked twice",
    find: `  for (let k = tape.length - 1; k >= 0; k--) {
${step}
  }`,
    replace: `  for (let k = tape.length - 1; k >= 0; k--) tape[k].back();
  for (let k = tape.length - 1; k >= 0; k--) tape[k].back();`,
    says: "All is cleared in time, and then the tape is walked twice: what is between leaves and loss still has its gradient from the first walk, and hands it on again. One walk is enough.",
  },
  {
    name: "the first operation not undone",
    find: "k >= 0",
    replace: "k > 0",
    says: "g is cleared and gets nothing, and x lacks what comes through tanh: the walk ends before the first operation, x * g. Entry 0 has to be undone too.",
  },
  {
    name: "only the first inputs, before the walk",
    find: "for (const { grad } of inputs) grad.fill(0);",
    replace: "inputs[0].grad.fill(0);",
    says: "Only the first input of each operation is cleared. g and w are second inputs of a product, and still have their old numbers.",
  },
  {
    name: "outputs cleared as they are undone",
    find: `${clear}  loss.grad[0] = 1;
  for (let k = tape.length - 1; k >= 0; k--) {
${step}`,
    replace: `  loss.grad[0] = 1;
  for (let k = tape.length - 1; k >= 0; k--) {
    tape[k].out.grad.fill(0);
${step}`,
    says: "The gradient of an output is cleared just before it is handed back, so 0 is handed back, and x, g and w keep their old numbers.",
  },
];
