// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

export const mutants = [
  {
    name: "the first layer each time",
    find: "tensor.subarray(l * length, (l + 1) * length);",
    replace: "tensor.subarray(0, length);",
    says: "Every layer reads the parameters of the first. Layer l of a tensor begins after l layers of its own length.",
  },
  {
    name: "the last layer each time",
    find: "tensor.subarray(l * length, (l + 1) * length);",
    replace: "tensor.subarray((L - 1) * length, L * length);",
    says: "Every layer reads the parameters of the last one. Layer l begins after l layers, and l changes from round to round.",
  },
  {
    name: "layers in the opposite order",
    find: "tensor.subarray(l * length, (l + 1) * length);",
    replace: "tensor.subarray((L - 1 - l) * length, (L - l) * length);",
    says: "The layers are there, but in the opposite order: layer 0 comes first in memory.",
  },
  {
    name: "blocks of one layer together",
    find: "tensor.subarray(l * length, (l + 1) * length);",
    replace:
      "tensor.subarray(Math.min(l * (12 * C * C + 13 * C), tensor.length - length)).subarray(0, length);",
    says: "This step would be right if each layer had its 12 tensors together. Here every tensor has its own L layers together, so the step is the length of one of them.",
  },
  {
    name: "a length shared among the layers",
    find: "tensor.subarray(l * length, (l + 1) * length);",
    replace: "tensor.subarray((l * length) / L, (l * length) / L + length);",
    says: "The step from layer to layer is now divided by L. length is what one layer has of the tensor: l * length numbers come before layer l.",
  },
  {
    name: "the stream of the layer before",
    find: `    residualForward(stream, stream, proj, B * T * C);

    layernormForward(ln, mean, rstd, stream, layer(ln2w, C)`,
    replace: `    const before = stream.slice();
    residualForward(stream, stream, proj, B * T * C);

    layernormForward(ln, mean, rstd, before, layer(ln2w, C)`,
    says: "The second layernorm reads the stream as it was before attention added to it. Each half of a block begins with what the stream holds by then.",
  },
  {
    name: "one layer too few",
    find: "l < L; l++",
    replace: "l < L - 1; l++",
    says: "The last layer is left out.",
  },
];
