// Places in the block where people look first: each an edit of solution.ts, with what the page says about it.

export const mutants = [
  {
    name: "layers before not counted",
    find: "if (isPerLayer(k)) offset += l * lengths[k];",
    replace: "",
    says: "This is the tensor of layer 0, whichever layer is asked for. The layers of a tensor lie behind one another: before layer l there are l of its own kind.",
  },
  {
    name: "one layer of each tensor before",
    find: "lengths[before] * (isPerLayer(before) ? L : 1)",
    replace: "lengths[before]",
    says: "The tensors before it are counted with one layer each. Those of the blocks are there L times: all L layers of ln1w come before the first number of ln1b.",
  },
  {
    name: "L of every tensor before",
    find: "lengths[before] * (isPerLayer(before) ? L : 1)",
    replace: "lengths[before] * L",
    says: "Every tensor before it is counted L times, also wte and wpe, which the model has only once.",
  },
  {
    name: "the tensor itself counted as before",
    find: "before < k;",
    replace: "before <= k;",
    says: "The copy begins where the wanted tensor ends: what lies before tensor k are tensors 0 to k - 1.",
  },
  {
    name: "one tensor too few",
    find: "before < k;",
    replace: "before < k - 1;",
    says: "One tensor is missing in the count: what lies before tensor k are tensors 0 to k - 1, so the loop goes on while before < k.",
  },
  {
    name: "layer after layer",
    find: `  let offset = 0;
  for (let before = 0; before < k; before++) {
    offset += lengths[before] * (isPerLayer(before) ? L : 1);
  }
  // and the layers of its own tensor before this one.
  if (isPerLayer(k)) offset += l * lengths[k];
`,
    replace: `  const ofLayer = lengths.reduce((sum, length, tensor) => sum + (isPerLayer(tensor) ? length : 0), 0);
  let offset = 0;
  for (let before = 0; before < k; before++) offset += lengths[before];
  offset += (k > 13 ? L - 1 : l) * ofLayer;
`,
    says: "This would be right if each layer had its 12 tensors together. Here it is the other way round: each tensor has its L layers together, first all of ln1w, then all of ln1b.",
  },
  {
    name: "layers counted from 1",
    find: "if (isPerLayer(k)) offset += l * lengths[k];",
    replace: "offset += (l - 1) * lengths[k];",
    says: "The layers are counted from 1. l goes from 0 to L - 1: before layer 0 there is no other, and before layer l there are l.",
  },
  {
    name: "the next layer",
    find: "if (isPerLayer(k)) offset += l * lengths[k];",
    replace: "offset += (l + 1) * lengths[k];",
    says: "This is where the layer ends, not where it begins: before layer l there are l others, not l + 1.",
  },
  {
    name: "layer in steps of C",
    find: "if (isPerLayer(k)) offset += l * lengths[k];",
    replace: "offset += l * C;",
    says: "From one layer to the next it takes C numbers here. It takes as many as the tensor has in one layer, lengths[k].",
  },
  {
    name: "layer in steps of another tensor",
    find: "if (isPerLayer(k)) offset += l * lengths[k];",
    replace: "offset += l * lengths[4];",
    says: "From one layer to the next it takes the length of qkvw here, whatever tensor is asked for. Each tensor has its own: lengths[k].",
  },
  {
    name: "wpe forgotten",
    find: "let before = 0; before < k;",
    replace: "let before = 0; before < k && before !== 1;",
    says: "The count stops after wte. All of tensors 0 to k - 1 lie before tensor k.",
  },
];
