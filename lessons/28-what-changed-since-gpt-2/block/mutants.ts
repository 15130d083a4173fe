// Ways to wire a block of a Llama wrongly: each an edit of solution.ts, with what the page says about it.

const turn = `  ropeForward(qkv, cis, hs / 2, B, T, NH, NKV, hs);`;
const attend = `  attentionGroupedForward(atty, lse, qkv, Infinity, B, T, NH, NKV, hs);`;
const norm2 = `  rmsnormForward(ln2, rstd, residual2, ln2w, eps, B, T, C);`;
const add2 = `  residualForward(residual2, residual, attproj, B * T * C);`;
const add3 = `  residualForward(residual3, residual2, fcproj, B * T * C);`;

export const mutants = [
  {
    name: "queries and keys not turned",
    find: turn,
    replace: "",
    says: "Queries and keys are as they came out of the matmul, so no token knows where it is. There is no wpe that would tell: ropeForward turns them, before attention looks at them.",
  },
  {
    name: "nothing after the first norm",
    start: true,
    find: `  matmulForward(qkv, ln1, qkvw, null, B, T, C, rows);
${turn}
${attend}
  matmulForward(attproj, atty, attprojw, null, B, T, NH * hs, C);
${add2}

  // The MLP: the norm, gates and values, the bend, back to C channels, onto the stream.
${norm2}
  matmulForward(fch, ln2, fcw, null, B, T, C, 2 * F);
  swigluForward(fchgated, fch, B, T, F);
  matmulForward(fcproj, fchgated, fcprojw, null, B, T, F, C);
${add3}`,
    replace: "",
    says: "ln1 is right, and nothing else has been computed. Next come queries, keys and values: a matmul from ln1 to qkv, with the weight qkvw and rows channels.",
  },
  {
    name: "turned after attention",
    find: `${turn}
${attend}`,
    replace: `${attend}
${turn}`,
    says: "qkv is turned, but attention has seen it as it was before. ropeForward comes between the matmul and attention.",
  },
  {
    name: "neighbours turned together",
    find: "cis, hs / 2, B",
    replace: "cis, 1, B",
    says: "Neighbouring channels were turned together. These weights pair channel i with channel i + hs / 2, as Hugging Face's files do: apart is hs / 2.",
  },
  {
    name: "turned twice",
    find: turn,
    replace: `${turn}
${turn}`,
    says: "Queries and keys are turned twice, so that every token seems to be twice as far along. ropeForward works in place: one call is enough.",
  },
  {
    name: "each token sees itself alone",
    find: "qkv, Infinity, B",
    replace: "qkv, 1, B",
    says: "Each token has looked at itself alone: the window is 1. Without a window it is Infinity.",
  },
  {
    name: "a window of two",
    find: "qkv, Infinity, B",
    replace: "qkv, 2, B",
    says: "Each token has looked at itself and the one before it: the window is 2. Without a window it is Infinity.",
  },
  {
    name: "the first matmul reads the stream",
    find: "qkv, ln1, qkvw",
    replace: "qkv, residual, qkvw",
    says: "Queries, keys and values are made from the stream itself. What the matmul reads is what the norm has written: ln1.",
  },
  {
    name: "the norms' weights exchanged",
    find: `residual, ln1w, eps, B, T, C);`,
    replace: `residual, ln2w, eps, B, T, C);`,
    says: "The first norm was handed ln2w, the scales of the second. They are as many, so nothing complains; its own are ln1w.",
  },
  {
    name: "the second norm with the first's weights",
    find: "residual2, ln2w, eps",
    replace: "residual2, ln1w, eps",
    says: "The second norm was handed ln1w, the scales of the first. They are as many, so nothing complains; its own are ln2w.",
  },
  {
    name: "the stream is not added to",
    find: add2,
    replace: "  residual2.set(attproj);",
    says: "residual2 is what attention has added, without the stream that it was to be added to: residualForward takes residual and attproj.",
  },
  {
    name: "the heads' answers are added without the projection",
    find: "residual2, residual, attproj",
    replace: "residual2, residual, atty",
    says: "What was added to the stream is atty, the answers of the heads side by side. A matmul with attprojw comes in between: it makes attproj of them, and that is added.",
  },
  {
    name: "the stream normed",
    find: norm2,
    replace: `${norm2}
  residual2.set(ln2);`,
    says: "residual2 holds what the second norm has made of the stream. The norm writes into ln2 alone, and residual2 stays what it was: the MLP's part is added to it.",
  },
  {
    name: "an eps of its own in the first norm",
    find: "residual, ln1w, eps",
    replace: "residual, ln1w, 1e-5",
    says: "The first norm has an eps of its own. Models differ in it, so it is an argument: eps.",
  },
  {
    name: "an eps of its own in the second norm",
    find: "residual2, ln2w, eps",
    replace: "residual2, ln2w, 1e-5",
    says: "The second norm has an eps of its own. Models differ in it, so it is an argument: eps.",
  },
  {
    name: "attention's answer is added to the norm's output",
    find: "residual2, residual, attproj",
    replace: "residual2, ln1, attproj",
    says: "What attention computed was added to ln1. The stream goes past the norm: it is residual that attproj is added to.",
  },
  {
    name: "the norm after the addition forgotten",
    find: "fch, ln2, fcw",
    replace: "fch, residual2, fcw",
    says: "The MLP reads the stream itself. What its first matmul reads is what the second norm has written: ln2.",
  },
  {
    name: "the second norm of the first stream",
    find: "ln2, rstd, residual2,",
    replace: "ln2, rstd, residual,",
    says: "The second norm reads the stream as it was before attention. By now it is residual2.",
  },
  {
    name: "the second norm of what attention adds",
    find: "ln2, rstd, residual2,",
    replace: "ln2, rstd, attproj,",
    says: "The second norm reads attproj, which is only what attention adds. The MLP sees the whole stream: residual2.",
  },
  {
    name: "a gate through GELU",
    find: `import { swigluForward } from "@llm.ts/kernels/swiglu/swiglu.ts";`,
    replace: `import { gegluForward as swigluForward } from "@llm.ts/kernels/swiglu/swiglu.ts";`,
    says: "The gate goes through GELU, as in Gemma. A Llama's goes through silu: swigluForward.",
  },
  {
    name: "no gate",
    find: "  swigluForward(fchgated, fch, B, T, F);",
    replace: `  for (let row = 0; row < B * T; row++)
    for (let i = 0; i < F; i++) fchgated[row * F + i] = fch[(2 * row + 1) * F + i];`,
    says: "fchgated holds the values as they came out of the matmul, and no gate has opened or closed for any of them: swigluForward does that.",
  },
  {
    name: "the MLP is added to the old stream",
    find: "residual3, residual2, fcproj",
    replace: "residual3, residual, fcproj",
    says: "The MLP's part was added to the stream as it was before the block, so that attention's is lost. By now the stream is residual2.",
  },
  {
    name: "the MLP is added to its norm's output",
    find: "residual3, residual2, fcproj",
    replace: "residual3, ln2, fcproj",
    says: "The MLP's part was added to ln2. The stream goes past the norm: it is residual2 that fcproj is added to.",
  },
  {
    name: "the MLP's part alone",
    find: add3,
    replace: "  residual3.set(fcproj);",
    says: "residual3 is what the MLP has added, without the stream that it was to be added to: residualForward takes residual2 and fcproj.",
  },
];
