// The functions of the course that a reader writes and that training runs: what "your own GPT-2" can be made of.

/** One of them. */
export interface OwnFunction {
  kernel: string; // its name, and that of the backend's member whose place it takes
  lesson: string; // slug
  exercise: string;
  title: string; // of the lesson
}

export const ownFunctions: readonly OwnFunction[] = [
  { kernel: "encoderBackward", lesson: "encoder", exercise: "backward", title: "Encoder" },
  { kernel: "layernormBackward", lesson: "layernorm", exercise: "backward", title: "LayerNorm" },
  { kernel: "matmulBackward", lesson: "matmul", exercise: "backward", title: "Matmul" },
  { kernel: "attentionBackward", lesson: "attention", exercise: "backward", title: "Attention" },
  { kernel: "geluBackward", lesson: "gelu", exercise: "backward", title: "GELU" },
  { kernel: "residualBackward", lesson: "residual", exercise: "backward", title: "Residual" },
  {
    kernel: "crossentropySoftmaxBackward",
    lesson: "crossentropy",
    exercise: "fused",
    title: "Cross-entropy",
  },
  { kernel: "adamwUpdate", lesson: "adamw", exercise: "update", title: "AdamW" },
];

/** The exercise's name in the reader's storage: "layernorm/backward". */
export const keyOf = ({ lesson, exercise }: OwnFunction): string => `${lesson}/${exercise}`;
