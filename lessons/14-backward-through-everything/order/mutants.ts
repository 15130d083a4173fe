// Ways to wire a backward pass wrongly: each an edit of solution.ts, with what the page says about it.

const norm = `  layernormBackward(dresidual2, dln2w, dln2b, dln2, residual2, ln2w, ln2mean, ln2rstd, B, T, C);`;
const first = `  matmulBackward(dln2, dfcw, dfcb, dfch, ln2, fcw, B, T, C, 4 * C);`;
const gelu = `  geluBackward(dfch, dfchgelu, fch, B * T * 4 * C);`;
const second = `  matmulBackward(dfchgelu, dfcprojw, dfcprojb, dfcproj, fchgelu, fcprojw, B, T, 4 * C, C);`;

export const mutants = [
  {
    name: "in the order of the forward pass",
    find: `${second}

  // geluForward(fchgelu, fch, B * T * 4 * C)
${gelu}

  // matmulForward(fch, ln2, fcw, fcb, B, T, C, 4 * C)
${first}

  // layernormForward(ln2, ln2mean, ln2rstd, residual2, ln2w, ln2b, B, T, C)
${norm}`,
    replace: `${norm}
${first}
${gelu}
${second}`,
    says: "The second matmul is undone, and nothing has come back further than that. Next is GELU, from dfchgelu to dfch, then the first matmul, then LayerNorm. If all these calls are there, their order is wrong: a kernel that is called before its dout has been computed is handed zeros.",
  },
  {
    name: "layernorm before the first matmul",
    find: `${first}

  // layernormForward(ln2, ln2mean, ln2rstd, residual2, ln2w, ln2b, B, T, C)
${norm}`,
    replace: `${norm}
${first}`,
    says: "Nothing has come back through LayerNorm: dln2w and dln2b are as they were, and dresidual2 has only what came along the stream. Either layernormBackward is not called yet, or it is called before the matmul that computes dln2, and is handed zeros.",
  },
  {
    name: "the residual path forgotten",
    find: "residualBackward(dresidual2, dfcproj, dresidual3, B * T * C);",
    replace: "dfcproj.set(dresidual3);",
    says: "dresidual2 has only the part that came through the MLP. The stream itself goes past it: residual3 is residual2 plus fcproj, so the whole of dresidual3 goes into dresidual2 as well.",
  },
  {
    name: "the residual path taken twice",
    find: norm,
    replace: `${norm}
  residualBackward(dresidual2, new Float32Array(B * T * C), dresidual3, B * T * C);`,
    says: "dresidual3 is in dresidual2 twice. The stream goes past the MLP once, and residualBackward has already added it.",
  },
  {
    name: "the mlp path forgotten",
    start: true,
    find: "residualBackward(dresidual2, dfcproj, dresidual3, B * T * C);",
    replace: "for (let i = 0; i < B * T * C; i++) dresidual2[i] += dresidual3[i];",
    says: "dresidual2 has what came along the stream, and nothing has come back through the MLP: either the matmul that made fcproj has not been undone yet, or it was while dfcproj still held 0. residualBackward hands dresidual3 to dfcproj as well, so it comes first, and then that matmul: step 1.",
  },
  {
    name: "gelu at its output",
    find: gelu,
    replace: "  geluBackward(dfch, dfchgelu, fchgelu, B * T * 4 * C);",
    says: "geluBackward is handed fchgelu, the output of GELU. Its slope is taken at its input, fch: step 3.",
    madeIn: "dfcb",
  },
  {
    name: "gelu skipped",
    find: gelu,
    replace: "  dfch.set(dfchgelu);",
    says: "The gradient passes through GELU unchanged. It has to be multiplied by GELU's slope at fch, which geluBackward does.",
    madeIn: "dfcb",
  },
  {
    name: "the second matmul reads what is before gelu",
    find: "dfcproj, fchgelu, fcprojw,",
    replace: "dfcproj, fch, fcprojw,",
    says: "dfcprojw is made from fch. The input of the second matmul in the forward pass is the output of GELU, fchgelu: step 3.",
  },
  {
    name: "the first matmul reads the stream",
    find: "dfch, ln2, fcw,",
    replace: "dfch, residual2, fcw,",
    says: "dfcw is made from residual2. The input of the first matmul in the forward pass is the output of LayerNorm, ln2: step 3.",
  },
  {
    name: "layernorm reads its output",
    find: "dln2, residual2, ln2w,",
    replace: "dln2, ln2, ln2w,",
    says: "layernormBackward is handed ln2, its own output. It computes norm again from its input, residual2, with the mean and rstd of that input.",
  },
  {
    name: "gradients of weight and bias swapped in layernorm",
    find: "dresidual2, dln2w, dln2b,",
    replace: "dresidual2, dln2b, dln2w,",
    says: "dln2w and dln2b have changed places in the call of layernormBackward: first dinp, then dweight, then dbias.",
  },
  {
    name: "layernorm's part takes the place of the stream's",
    find: norm,
    replace: `  const through = new Float32Array(B * T * C);
  layernormBackward(through, dln2w, dln2b, dln2, residual2, ln2w, ln2mean, ln2rstd, B, T, C);
  dresidual2.set(through);`,
    says: "dresidual2 holds what came through the MLP and nothing else: what was added to it before is overwritten. Two paths lead to it, and what comes along them adds up.",
  },
  {
    name: "layernorm's part goes elsewhere",
    find: norm,
    replace: `  layernormBackward(dln2, dln2w, dln2b, dln2.slice(), residual2, ln2w, ln2mean, ln2rstd, B, T, C);`,
    says: "dresidual2 has what came along the stream, and lacks what came through the MLP, although dln2w and dln2b have it. The dinp of layernormBackward is dresidual2: the kernel adds to what is there. Step 2.",
  },
  {
    name: "layernorm from the stream's gradient",
    find: "dln2b, dln2, residual2",
    replace: "dln2b, dresidual3, residual2",
    says: "layernormBackward is handed dresidual3 as its dout, as if there were no MLP after it. What comes back to LayerNorm's output is what the first matmul has computed: dln2. Step 2.",
    madeIn: "dln2b",
  },
  {
    name: "mean and rstd exchanged",
    find: "ln2w, ln2mean, ln2rstd,",
    replace: "ln2w, ln2rstd, ln2mean,",
    says: "mean and rstd have changed places in the call of layernormBackward: first mean, then rstd.",
  },
  {
    name: "the first matmul's gradient straight into the stream",
    find: first,
    replace: "  matmulBackward(dresidual2, dfcw, dfcb, dfch, ln2, fcw, B, T, C, 4 * C);",
    says: "The first matmul has added its dinp to dresidual2. What it read was not the stream but ln2, so its dinp is dln2, and LayerNorm comes between that and dresidual2. Step 2.",
  },
  {
    name: "the weight of the first matmul in the second",
    find: "fchgelu, fcprojw, B",
    replace: "fchgelu, fcw, B",
    says: "The second matmul is undone with fcw, the weight of the first. The two have the same number of values, so nothing complains; the one that made fcproj is fcprojw.",
    madeIn: "dfcb",
  },
  {
    name: "the weight of the second matmul in the first",
    find: "ln2, fcw, B",
    replace: "ln2, fcprojw, B",
    says: "The first matmul is undone with fcprojw, the weight of the second. The two have the same number of values, so nothing complains; the one that made fch is fcw.",
    madeIn: "dln2b",
  },
  {
    name: "each matmul with the other's weight",
    find: `fchgelu, fcprojw, B, T, 4 * C, C);

  // geluForward(fchgelu, fch, B * T * 4 * C)
${gelu}

  // matmulForward(fch, ln2, fcw, fcb, B, T, C, 4 * C)
  matmulBackward(dln2, dfcw, dfcb, dfch, ln2, fcw, B`,
    replace: `fchgelu, fcw, B, T, 4 * C, C);
${gelu}
  matmulBackward(dln2, dfcw, dfcb, dfch, ln2, fcprojw, B`,
    says: "fcw and fcprojw have changed places. They have the same number of values, so nothing complains: fcw belongs to the matmul that made fch, fcprojw to the one that made fcproj.",
  },
  {
    name: "the second matmul from the stream's sum",
    find: "dfcproj, fchgelu,",
    replace: "dresidual2, fchgelu,",
    says: "The second matmul is handed dresidual2 as its dout, which gathers what comes to the stream and held something before the call. The gradient of fcproj alone is dfcproj.",
    madeIn: "dfcprojb",
  },
];
