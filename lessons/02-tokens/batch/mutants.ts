// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it.

const input = "inputs[b * T + t] = tokens[start + t];";
const target = "targets[b * T + t] = tokens[start + t + 1];";

export const mutants = [
  {
    name: "targets not shifted",
    find: target,
    replace: "targets[b * T + t] = tokens[start + t];",
    says: "The targets are the inputs themselves. The target of a token is the one that follows it in the text, at start + t + 1: a model that has to predict what it was just given would learn to copy.",
  },
  {
    name: "targets shifted the wrong way",
    find: target,
    replace: "targets[b * T + t] = tokens[start + t - 1];",
    says: "The targets are the tokens before the inputs. The model is to predict what comes next, not what came last: start + t + 1.",
  },
  {
    name: "targets shifted by two",
    find: target,
    replace: "targets[b * T + t] = tokens[start + t + 2];",
    says: "The targets are shifted by two. The target is the very next token.",
  },
  {
    name: "targets from the inputs",
    find: target,
    replace: "targets[b * T + t] = t + 1 < T ? tokens[start + t + 1] : 0;",
    says: "The last target of each row is missing. It is the token after the window, which is no input at all: take it from tokens, not from inputs.",
  },
  {
    name: "targets from the next row",
    find: target,
    replace:
      "targets[b * T + t] = t + 1 < T ? tokens[start + t + 1] : b + 1 < B ? tokens[starts[b + 1]] : 0;",
    says: "The last target of each row is the first input of the next row. The rows of a batch have nothing to do with each other: the token that follows is at start + t + 1 in the text.",
  },
  {
    name: "targets that wrap around",
    find: target,
    replace: "targets[b * T + t] = tokens[start + ((t + 1) % T)];",
    says: "The last target of each row is the row's first token. The text goes on after the window, and so does the shift.",
  },
  {
    name: "windows one token late",
    find: "const start = starts[b];",
    replace: "const start = starts[b] + 1;",
    says: "Inputs and targets fit together, but each window begins one token late. The first input of row b is tokens[starts[b]] itself.",
  },
  {
    name: "windows one token early",
    find: "const start = starts[b];",
    replace: "const start = starts[b] - 1;",
    says: "Inputs and targets fit together, but each window begins one token early. The first input of row b is tokens[starts[b]] itself.",
  },
  {
    name: "targets a window further",
    find: target,
    replace: "targets[b * T + t] = tokens[start + T + t];",
    says: "The targets are the T tokens after the window. Each input has a target of its own, the very next token: start + t + 1.",
  },
  {
    name: "targets from inputs not filled yet",
    find: target,
    replace: "targets[b * T + t] = inputs[b * T + t + 1];",
    says: "The targets are read from inputs one place further on, where nothing has been written yet. The last one of a row would not be there either: take them from tokens.",
  },
  {
    name: "the number of the row for its start",
    find: "const start = starts[b];",
    replace: "const start = b;",
    says: "Window b begins at token b. Where it begins is in starts: starts[b].",
  },
  {
    name: "all windows in the first row",
    find: `${input}\n      ${target}`,
    replace: "inputs[t] = tokens[start + t];\n      targets[t] = tokens[start + t + 1];",
    says: "All windows are written into the first row, each over the one before. Row b begins at b * T.",
  },
  {
    name: "rows B apart",
    find: `${input}\n      ${target}`,
    replace:
      "inputs[b * B + t] = tokens[start + t];\n      targets[b * B + t] = tokens[start + t + 1];",
    says: "The rows are written B places apart. A row has T tokens, so row b begins at b * T.",
  },
  {
    name: "the last row left out",
    find: "b < B;",
    replace: "b < B - 1;",
    says: "The last row is not filled. The loop over b ends one too early: b < B.",
  },
  {
    name: "starts counted in windows",
    find: "const start = starts[b];",
    replace: "const start = starts[b] * T;",
    says: "Each window begins at starts[b] * T. What starts holds are places in the text already, not numbers of windows.",
  },
  {
    name: "windows one after the other",
    find: "const start = starts[b];",
    replace: "const start = b * T;",
    says: "The windows are taken from the beginning of the text, one after the other. Window b begins at starts[b].",
  },
  {
    name: "the first window in each row",
    find: "const start = starts[b];",
    replace: "const start = starts[0];",
    says: "Every row has the window that begins at starts[0]. Row b has a start of its own.",
  },
  {
    name: "the start of a token",
    find: "const start = starts[b];\n    for (let t = 0; t < T; t++) {",
    replace: "for (let t = 0; t < T; t++) {\n      const start = starts[t % B];",
    says: "The start is looked up with t. There is one start for each row, so its index is b.",
  },
  {
    name: "rows written over each other",
    find: `${input}\n      ${target}`,
    replace: "inputs[b + t] = tokens[start + t];\n      targets[b + t] = tokens[start + t + 1];",
    says: "The rows are written over each other, at b + t. In an array of shape (B, T), row b begins at b * T.",
  },
  {
    name: "the batch lies on its side",
    find: `${input}\n      ${target}`,
    replace:
      "inputs[t * B + b] = tokens[start + t];\n      targets[t * B + b] = tokens[start + t + 1];",
    says: "The batch is written as if its shape were (T, B), at t * B + b. Its shape is (B, T): the tokens of one window are next to each other, at b * T + t.",
  },
  {
    name: "inputs and targets swapped",
    find: `${input}\n      ${target}`,
    replace:
      "targets[b * T + t] = tokens[start + t];\n      inputs[b * T + t] = tokens[start + t + 1];",
    says: "Inputs and targets have changed places. The input is the token at start + t, the target the one after it.",
  },
  {
    name: "the last token left out",
    find: "t < T; t++",
    replace: "t < T - 1; t++",
    says: "The last place of each row is not filled. A row has T inputs and T targets, so the text has to supply T + 1 tokens.",
  },
  {
    name: "the first row left out",
    find: "let b = 0;",
    replace: "let b = 1;",
    says: "The first row is not filled. Rows are counted from 0.",
  },
];
