// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const zeroed = "[dresidual2, dfcproj, dfchgelu, dfch, dln2]";

export const mutants = [
  {
    name: "the stream's gradient not cleared",
    find: zeroed,
    replace: "[dfcproj, dfchgelu, dfch, dln2]",
    says: "dresidual2 is no longer set to 0: from the second layer on it still holds what an earlier one left there.",
  },
  {
    name: "nothing cleared",
    find: zeroed,
    replace: "[] as Float32Array[]",
    says: "Nothing is set to 0 at the beginning of a layer. Every kernel adds to its gradients, so each of these arrays still holds what the layer above left there.",
  },
  {
    name: "the gradients of the weights cleared too",
    find: zeroed,
    replace: "[dresidual2, dfcproj, dfchgelu, dfch, dln2, at(dfcw), at(dfcb)]",
    says: "dfcw and dfcb lose what they held before the call. The gradients of parameters add up over several batches; they are set to 0 when a step begins, not by the backward pass.",
  },
  {
    name: "from the first layer to the last",
    find: "let l = L - 1; l >= 0; l--",
    replace: "let l = 0; l < L; l++",
    says: "The layers are worked through from the first to the last. dout belongs to the end of the last layer, so the way back begins there.",
  },
  {
    name: "the streams not exchanged",
    find: "[dresidual3, dresidual2] = [dresidual2, dresidual3];",
    replace: "if (l === 0) [dresidual3, dresidual2] = [dresidual2, dresidual3];",
    says: "Every layer begins with dout again. What a layer hands down, dresidual2, is the dresidual3 of the layer below.",
  },
  {
    name: "the first layer left out",
    find: "l >= 0",
    replace: "l > 0",
    says: "Layer 0 is left out: the way back ends one layer too early.",
  },
  {
    name: "two names for one stream",
    find: "[dresidual3, dresidual2] = [dresidual2, dresidual3];",
    replace: "dresidual3 = dresidual2;",
    says: "After the first round both names mean the same array, which is set to 0 before anything is read from it. Exchange the two, or make a new array for each layer.",
  },
];
