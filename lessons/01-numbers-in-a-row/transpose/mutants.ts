// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it.

const from = "(b * T + t) * C + i;";
const to = "(b * C + i) * T + t;";

export const mutants = [
  {
    name: "copied in the same order",
    find: to,
    replace: "(b * T + t) * C + i;",
    says: "out holds the numbers of inp in the same order. Its rows have T numbers, not C, so the offset of (b, i, t) in out is not that of (b, t, i) in inp.",
  },
  {
    name: "the rows of out C apart",
    find: to,
    replace: "(b * C + i) * C + t;",
    says: "The rows of out are written C numbers apart. A row of out has T numbers, one for each token, so the next one begins T further on.",
  },
  {
    name: "the rows of inp T apart",
    find: from,
    replace: "(b * T + t) * T + i;",
    says: "The rows of inp are read T numbers apart. A row of inp has C numbers, so the next one begins C further on.",
  },
  {
    name: "out without b",
    find: to,
    replace: "i * T + t;",
    says: "All sequences are written to the place of the first one. Before sequence b of out there are b * C rows.",
  },
  {
    name: "inp without b",
    find: from,
    replace: "t * C + i;",
    says: "Every sequence of out is made from the first sequence of inp. Before sequence b of inp there are b * T rows.",
  },
  {
    name: "T rows before sequence b of out",
    find: to,
    replace: "(b * T + i) * T + t;",
    says: "In out, sequence b begins after b * T rows. A sequence of out has C rows, one for each channel, so b * C of them come before it.",
  },
  {
    name: "C rows before sequence b of inp",
    find: from,
    replace: "(b * C + t) * C + i;",
    says: "In inp, sequence b is read from row b * C on. A sequence of inp has T rows, one for each token, so b * T of them come before it.",
  },
  {
    name: "the strides of inp in out",
    find: to,
    replace: "(b * T + i) * C + t;",
    says: "out is written with the strides of inp, T * C for b and C for i. A row of out has T numbers, and a sequence has C rows: (b * C + i) * T + t.",
  },
  {
    name: "neither with b",
    find: `${from} // strides T*C, C, 1
        const to = (b * C + i) * T + t;`,
    replace: "t * C + i;\n        const to = i * T + t;",
    says: "Only the first sequence is copied, again and again: b is missing in both offsets. A step in b passes a whole sequence, of T * C numbers.",
  },
  {
    name: "t and i swapped in out",
    find: to,
    replace: "(b * C + t) * T + i;",
    says: "In the offset of out, t and i are swapped. The rows of out are the channels, and t runs along them: (b * C + i) * T + t.",
  },
  {
    name: "the two offsets exchanged",
    find: "out[to] = inp[from];",
    replace: "out[from] = inp[to];",
    says: "The two offsets are exchanged: the one of (b, t, i) belongs to inp, the one of (b, i, t) to out.",
  },
  {
    name: "no parentheses in either",
    find: `${from} // strides T*C, C, 1
        const to = (b * C + i) * T + t;`,
    replace: "b * T + t * C + i;\n        const to = b * C + i * T + t;",
    says: "In both offsets b takes too small a step: it has to pass a whole sequence. Mind the parentheses, (b * T + t) * C + i in inp.",
  },
  {
    name: "no parentheses in inp",
    find: from,
    replace: "b * T + t * C + i;",
    says: "In the offset of inp, b takes steps of T. It has to pass over whole rows: (b * T + t) * C + i, with the parentheses, makes its step T * C.",
  },
  {
    name: "no parentheses in out",
    find: to,
    replace: "b * C + i * T + t;",
    says: "In the offset of out, b takes steps of C. It has to pass over whole rows: (b * C + i) * T + t, with the parentheses, makes its step C * T.",
  },
  {
    name: "b and t swapped in inp",
    find: from,
    replace: "(t * B + b) * C + i;",
    says: "inp is read as if its shape were (T, B, C). In (B, T, C) all tokens of one sequence are together, so b takes the larger steps.",
  },
  {
    name: "all dimensions reversed",
    find: to,
    replace: "(i * T + t) * B + b;",
    says: "out is written as if its shape were (C, T, B). Only the last two dimensions change places: b stays in front, with the largest step.",
  },
  {
    name: "b behind the channel in out",
    find: to,
    replace: "(i * B + b) * T + t;",
    says: "out is written as if its shape were (C, B, T). Its shape is (B, C, T): all channels of one sequence are together.",
  },
  {
    name: "the loop over i runs to T",
    find: "i < C; i++",
    replace: "i < T; i++",
    says: "The loop over i runs to T. i counts channels, and there are C of them.",
  },
  {
    name: "the loop over t runs to C",
    find: "t < T; t++",
    replace: "t < C; t++",
    says: "The loop over t runs to C. t counts tokens, and there are T of them.",
  },
  {
    name: "the first channel left out",
    find: "let i = 0;",
    replace: "let i = 1;",
    says: "The loop over i begins at 1, so channel 0 is never copied. Code counts from 0.",
  },
  {
    name: "the last channel left out",
    find: "i < C; i++",
    replace: "i < C - 1; i++",
    says: "The loop over i ends one channel early. The last channel is C - 1, and i < C reaches it.",
  },
  {
    name: "the last token left out",
    find: "t < T; t++",
    replace: "t < T - 1; t++",
    says: "The loop over t ends one token early. The last token is T - 1, and t < T reaches it.",
  },
];
