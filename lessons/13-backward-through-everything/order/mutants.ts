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
    says: "Only dfcprojw and dfcprojb are right, and nothing has come to those further back: a kernel is called before the gradient that it needs has been made, and is handed zeros. What the forward pass makes last is undone first: the matmul to fcproj, then GELU, then the other matmul, then LayerNorm.",
  },
  {
    name: "layernorm before the first matmul",
    find: `${first}

  // layernormForward(ln2, ln2mean, ln2rstd, residual2, ln2w, ln2b, B, T, C)
${norm}`,
    replace: `${norm}
${first}`,
    says: "layernormBackward is called before dln2 has been made, and so hands on zeros: the gradients of ln2w and ln2b are missing, and dresidual2 has only what came along the stream. dln2 is made by the matmul that stands between the two.",
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
    says: "dresidual3 is in dresidual2 twice. The stream has gone past the MLP once, and residualBackward has already added it.",
  },
  {
    name: "the mlp path forgotten",
    find: "residualBackward(dresidual2, dfcproj, dresidual3, B * T * C);",
    replace: "for (let i = 0; i < B * T * C; i++) dresidual2[i] += dresidual3[i];",
    says: "dresidual2 has what came along the stream, but nothing has entered the MLP: dfcproj is 0, and with it all gradients of its weights. An addition hands its gradient to both of its terms.",
  },
  {
    name: "gelu at its output",
    find: gelu,
    replace: "  geluBackward(dfch, dfchgelu, fchgelu, B * T * 4 * C);",
    says: "geluBackward is handed fchgelu, what GELU has made. Its slope is taken at what went into it: fch.",
  },
  {
    name: "gelu skipped",
    find: gelu,
    replace: "  dfch.set(dfchgelu);",
    says: "The gradient passes GELU unchanged. It has to be multiplied by GELU's slope at fch, which geluBackward does.",
  },
  {
    name: "the second matmul reads what is before gelu",
    find: "dfcproj, fchgelu, fcprojw,",
    replace: "dfcproj, fch, fcprojw,",
    says: "Only dfcprojw is wrong: it is made from fch. The input of the second matmul in the forward pass is what GELU has made, fchgelu.",
  },
  {
    name: "the first matmul reads the stream",
    find: "dfch, ln2, fcw,",
    replace: "dfch, residual2, fcw,",
    says: "Only dfcw is wrong: it is made from residual2. The input of the first matmul in the forward pass is what LayerNorm has made, ln2.",
  },
  {
    name: "layernorm reads its output",
    find: "dln2, residual2, ln2w,",
    replace: "dln2, ln2, ln2w,",
    says: "layernormBackward is handed ln2, its own output. It makes norm again from its input, residual2, with the mean and rstd of that input.",
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
];
