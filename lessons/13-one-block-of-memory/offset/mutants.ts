// Places in the block where people look first: each an edit of solution.ts, with what the page says about it.

const count = `  for (let before = 0; before < k; before++) {
    offset += lengths[before] * (isPerLayer(before) ? L : 1);
  }
  // and the layers of its own tensor before this one.
  if (isPerLayer(k)) offset += l * lengths[k];
`;

export const mutants = [
  {
    name: "layers before not counted",
    find: "if (isPerLayer(k)) offset += l * lengths[k];",
    replace: "",
    says: "This is the tensor of layer 0, whichever layer is asked for. The layers of a tensor follow one another: before layer l there are l of its own kind.",
  },
  {
    name: "one layer of each tensor before",
    find: "lengths[before] * (isPerLayer(before) ? L : 1)",
    replace: "lengths[before]",
    says: "The tensors before it are counted with one layer each. Those that every layer has are there L times: all L layers of ln1w come before the first number of ln1b.",
  },
  {
    name: "L of every tensor before",
    find: "lengths[before] * (isPerLayer(before) ? L : 1)",
    replace: "lengths[before] * L",
    says: "Every tensor before it is counted L times, even wte and wpe, which the model has only once.",
  },
  {
    name: "the tensor itself counted as before",
    find: "before < k;",
    replace: "before <= k;",
    says: "The copy begins where the wanted tensor ends: before tensor k come tensors 0 to k - 1.",
  },
  {
    name: "one tensor too few",
    find: "before < k;",
    replace: "before < k - 1;",
    says: "One tensor is missing from the count: before tensor k come tensors 0 to k - 1, so the loop goes on while before < k.",
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
    says: "The step from one layer to the next is C numbers here. It should be as many as the tensor has in one layer, lengths[k].",
  },
  {
    name: "layer in steps of another tensor",
    find: "if (isPerLayer(k)) offset += l * lengths[k];",
    replace: "offset += l * lengths[4];",
    says: "The step from one layer to the next is the length of qkvw here, whichever tensor is asked for. Each tensor has its own: lengths[k].",
  },
  {
    name: "wpe forgotten",
    find: "let before = 0; before < k;",
    replace: "let before = 0; before < k && before !== 1;",
    says: "The count stops after wte. All of tensors 0 to k - 1 come before tensor k.",
  },
  {
    name: "the beginning of the block",
    start: true,
    find: count,
    replace: "",
    says: "These are the first numbers of the block, whichever tensor is asked for: the offset is still 0. Count what comes before tensor k.",
  },
  {
    name: "only its own layers",
    find: count,
    replace: "  if (isPerLayer(k)) offset += l * lengths[k];\n",
    says: "Only the layers of the tensor itself are counted. Before them come all layers of tensors 0 to k - 1.",
  },
  {
    name: "one layer of each, and its own not counted",
    find: count,
    replace: "  for (let before = 0; before < k; before++) offset += lengths[before];\n",
    says: "The lengths before tensor k are added up as if each were there once. Two things are missing: those that every layer has are there L times, and the layers of tensor k itself before layer l have to be counted too.",
  },
  {
    name: "L of every tensor, and its own not counted",
    find: count,
    replace: "  for (let before = 0; before < k; before++) offset += lengths[before] * L;\n",
    says: "Two things are wrong with the count: wte and wpe are there only once, not L times, and the layers of tensor k itself before layer l are missing.",
  },
  {
    name: "as many as the wanted tensor has",
    find: "isPerLayer(before) ?",
    replace: "isPerLayer(k) ?",
    says: "How often a tensor before it is counted is decided by k. Each of them decides for itself: isPerLayer(before).",
  },
  {
    name: "l of each tensor before",
    find: "? L : 1)",
    replace: "? l : 1)",
    says: "For the tensors before it, l layers are counted. All L layers of each come before tensor k; l concerns tensor k alone.",
  },
  {
    name: "once and L times exchanged",
    find: "? L : 1)",
    replace: "? 1 : L)",
    says: "It is the other way round: the tensors that every layer has are there L times, wte and wpe once.",
  },
  {
    name: "the wanted tensor's length in the count",
    find: "offset += lengths[before]",
    replace: "offset += lengths[k]",
    says: "The tensors before it are counted with the length of tensor k. Each has its own, lengths[before].",
  },
  {
    name: "= for += in the loop",
    find: "offset += lengths[before]",
    replace: "offset = lengths[before]",
    says: "Only the last of the tensors before it is counted: the offset is set in the loop where it should grow. Write += instead of =.",
  },
  {
    name: "= for += after the loop",
    find: "offset += l * lengths[k]",
    replace: "offset = l * lengths[k]",
    says: "What the loop has counted is lost for tensors that every layer has: the offset is set after it where it should grow. Write += instead of =.",
  },
  {
    name: "all layers of its own",
    find: "offset += l * lengths[k]",
    replace: "offset += L * lengths[k]",
    says: "All L layers of the tensor are counted, so the copy begins where the next tensor does. Before layer l there are l of them.",
  },
  {
    name: "the layer's number alone",
    find: "offset += l * lengths[k]",
    replace: "offset += l",
    says: "The step from one layer to the next is one number here. It should be as many as the tensor has in one layer: l * lengths[k].",
  },
  {
    name: "tensors counted from 1",
    find: "let before = 0;",
    replace: "let before = 1;",
    says: "wte is missing from the count: it is tensor 0, and comes before all others.",
  },
  {
    name: "one number again and again",
    find: "out[i] = params[offset + i];",
    replace: "out[i] = params[offset];",
    says: "Every place of out has the same number. The copy has to go on in the block as in out: params[offset + i].",
  },
];
