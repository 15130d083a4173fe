// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

export const mutants = [
  {
    name: "the branch not cleared",
    find: "  dbranch.fill(0);\n",
    replace: "",
    says: "The stream is right now, but dbranch still holds the second block's gradient when the first block adds its own. A buffer that is used again has to be set to 0 first.",
  },
  {
    name: "inp for mid",
    find: "geluBackward(dmid, dbranch, mid, N);",
    replace: "geluBackward(dmid, dbranch, inp, N);",
    says: "The slope of the second block's GELU is taken at inp. That block read mid.",
  },
  {
    name: "mid for inp",
    find: "geluBackward(dinp, dbranch, inp, N);",
    replace: "geluBackward(dinp, dbranch, mid, N);",
    says: "The slope of the first block's GELU is taken at mid. That block read inp.",
  },
  {
    name: "the first block is given dout",
    find: "residualBackward(dinp, dbranch, dmid, N);",
    replace: "residualBackward(dinp, dbranch, dout, N);",
    says: "Nothing comes back through the second block's GELU: the first block gets dout, as if the second were not there. Either it is handed dout instead of the gradient of mid, or geluBackward is called before dbranch has been filled.",
  },
  {
    name: "the first branch before its sum",
    find: `  residualBackward(dinp, dbranch, dmid, N);
  geluBackward(dinp, dbranch, inp, N);`,
    replace: `  geluBackward(dinp, dbranch, inp, N);
  residualBackward(dinp, dbranch, dmid, N);`,
    says: "Nothing comes back through the first block's GELU, which is asked before dbranch has been filled. Backward, the sum comes first: it was the last thing done forward.",
  },
  {
    name: "one buffer for both in the second block",
    find: "residualBackward(dmid, dbranch, dout, N);",
    replace: "residualBackward(dmid, dmid, dout, N);",
    says: "In the second block, stream and branch are given the same array, so the stream has dout twice and the branch nothing. That is right for mid + mid alone.",
  },
  {
    name: "one buffer for both in the first block",
    find: "residualBackward(dinp, dbranch, dmid, N);",
    replace: "residualBackward(dinp, dinp, dmid, N);",
    says: "In the first block, stream and branch are given the same array, so the stream has its gradient twice and the branch nothing. That is right for inp + inp alone.",
  },
  {
    name: "copies of the stream",
    find: `  const dmid = new Float32Array(N); // (N), the gradient of the stream between the blocks
  const dbranch = new Float32Array(N); // (N), that of what a block adds to the stream; both blocks use it

  // out = mid + gelu(mid)
  residualBackward(dmid, dbranch, dout, N);
  geluBackward(dmid, dbranch, mid, N);

  // mid = inp + gelu(inp)
  dbranch.fill(0);
  residualBackward(dinp, dbranch, dmid, N);
  geluBackward(dinp, dbranch, inp, N);
`,
    replace: `  const dstream = dout.slice();
  const dbranch = new Float32Array(N);
  residualBackward(dstream, dbranch, dstream.slice(), N);
  geluBackward(dstream, dbranch, mid, N);
  dbranch.fill(0);
  residualBackward(dstream, dbranch, dstream.slice(), N);
  geluBackward(dstream, dbranch, inp, N);
  for (let i = 0; i < N; i++) dinp[i] += dstream[i];
`,
    says: "The branch is right now, but the stream is doubled in each block: residualBackward adds the gradient to an array that holds it already. What it adds to has to begin at 0.",
  },
  {
    name: "the second block's GELU past the stream",
    find: "geluBackward(dmid, dbranch, mid, N)",
    replace: "geluBackward(dinp, dbranch, mid, N)",
    says: "What comes back through the second block's GELU goes to dinp at once. It belongs to the stream between the blocks, and has to pass through the first block as well.",
  },
];
