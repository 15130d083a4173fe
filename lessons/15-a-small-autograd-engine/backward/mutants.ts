// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it.

const toA = "a.grad[i] += out.grad[i] * b.data[j];";
const toB = "b.grad[j] += out.grad[i] * a.data[i];";
const seed = "loss.grad[0] = 1;";
const walk = "for (let k = tape.length - 1; k >= 0; k--) tape[k].back();";

export const mutants = [
  {
    name: "= for a",
    find: toA,
    replace: "a.grad[i] = out.grad[i] * b.data[j];",
    says: "a.grad is set where it should be added to: what other uses of a had already handed back is lost. x and y are both used twice here.",
  },
  {
    name: "= for b",
    find: toB,
    replace: "b.grad[j] = out.grad[i] * a.data[i];",
    says: "b.grad is set where it should be added to. What another use of b handed back is lost, and of a row that is used for all rows only the last one counts.",
  },
  {
    name: "= for both",
    find: `${toA}
        ${toB}`,
    replace: `a.grad[i] = out.grad[i] * b.data[j];
        b.grad[j] = out.grad[i] * a.data[i];`,
    says: "Both gradients are set where they should be added to. A value that is used in two places gets the sum of what both hand back: += instead of =.",
  },
  {
    name: "factors exchanged",
    find: `${toA}
        ${toB}`,
    replace: `a.grad[i] += out.grad[i] * a.data[i];
        b.grad[j] += out.grad[i] * b.data[j];`,
    says: "Each of the two gets its own factor. Move a, and a * b moves b times as far: a's gradient has b in it, and b's has a.",
  },
  {
    name: "the output for the factor",
    find: `${toA}
        ${toB}`,
    replace: `a.grad[i] += out.grad[i] * out.data[i];
        b.grad[j] += out.grad[i] * out.data[i];`,
    says: "Both get the product itself as their factor. The derivative of a * b with respect to a is b, and with respect to b it is a.",
  },
  {
    name: "what arrives forgotten",
    find: `${toA}
        ${toB}`,
    replace: `a.grad[i] += b.data[j];
        b.grad[j] += a.data[i];`,
    says: "These are the slopes of a * b alone. Each has to be multiplied by what arrives, out.grad[i]: without it nothing of the loss is in it.",
  },
  {
    name: "b forgotten",
    find: toB,
    replace: "",
    says: "a has its gradient, and b gets nothing. A product has two inputs, and hands a gradient back to both.",
  },
  {
    name: "a forgotten",
    find: toA,
    replace: "",
    says: "b has its gradient, and a gets nothing. A product has two inputs, and hands a gradient back to both.",
  },
  {
    name: "the broadcast gradient not summed",
    find: toB,
    replace: "b.grad[i] += out.grad[i] * a.data[i];",
    says: "b.grad is added to at i, where a and out have this number. In b it is at j: with one row for all, the gradients of all rows are summed into that row, and here only the first row's arrives.",
  },
  {
    name: "forward order",
    find: walk,
    replace: "for (let k = 0; k < tape.length; k++) tape[k].back();",
    says: "The tape is walked from its beginning. There the first operation is asked to hand back a gradient that has not arrived yet, so it hands back zeros, and only the last one, which is handed the 1, gives anything to w: begin at the end.",
  },
  {
    name: "not seeded",
    start: true,
    find: seed,
    replace: "",
    says: "Nothing has come back to x, g or w. Either the tape is not walked, or the walk begins with a gradient of 0: that of the loss with respect to itself is 1, and nothing puts it there but you.",
  },
  {
    name: "seeded with the loss",
    find: seed,
    replace: "loss.grad[0] = loss.data[0];",
    says: "Every gradient is multiplied by the loss: the walk begins with the loss itself. It has to begin with the derivative of the loss with respect to itself, 1.",
  },
  {
    name: "walked twice",
    find: walk,
    replace: `${walk}
  ${walk}`,
    says: "The tape is walked twice. On the second way each operation hands back once more what it had from the first, and what has arrived since: every entry is undone once.",
  },
  {
    name: "the first entry left out",
    find: "k >= 0",
    replace: "k > 0",
    says: "The walk ends one entry too soon: the first operation on the tape, y = x * g, has handed nothing back. It is entry 0, so the loop goes on to k = 0.",
  },
  {
    name: "values for gradients",
    find: `${toA}
        ${toB}`,
    replace: `a.grad[i] += out.data[i] * b.data[j];
        b.grad[j] += out.data[i] * a.data[i];`,
    says: "What is handed back is made of out.data, the value that was computed. What arrives from the loss is in out.grad.",
  },
  {
    name: "a at j",
    find: `${toA}
        ${toB}`,
    replace: `a.grad[j] += out.grad[i] * b.data[j];
        b.grad[j] += out.grad[i] * a.data[j];`,
    says: "a is read and written at j, the place in b. a has all R rows, as out has: its place is i.",
  },
  {
    name: "each undone twice",
    find: walk,
    replace: "for (let k = tape.length - 1; k >= 0; k--) for (const _ of [1, 2]) tape[k].back();",
    says: "Every entry is undone twice, and hands back what arrived twice each time. One call of back for each entry is all.",
  },
  {
    name: "a sum of factors",
    find: `${toA}
        ${toB}`,
    replace: `a.grad[i] += out.grad[i] + b.data[j];
        b.grad[j] += out.grad[i] + a.data[i];`,
    says: "What arrives and the other factor are added to each other. Along a path they are multiplied: out.grad[i] * b.data[j], and the same for b.",
  },
  {
    name: "the other one's gradient",
    find: `${toA}
        ${toB}`,
    replace: `a.grad[i] += out.grad[i] * b.grad[j];
        b.grad[j] += out.grad[i] * a.grad[i];`,
    says: "Each is multiplied by the other one's gradient. The slope of a * b with respect to a is b's value, b.data[j], and the other way round.",
  },
  {
    name: "b's gradient in one row",
    find: toB,
    replace: "b.grad[c] += out.grad[i] * a.data[i];",
    says: "b's gradient always goes to its first row. That is right where b has a single row; where it has as many as a, each gets its own, at j.",
  },
  {
    name: "a 1 for every output",
    find: seed,
    replace: "for (const { out } of tape) out.grad.fill(1);",
    says: "Every output on the tape begins with a 1. Only the loss does; what the others get is handed back to them.",
  },
];
