// The table of contents of the whole course. A lesson that is written has a folder in lessons/; its frontmatter then says
// the title and the line shown.

import type { CollectionEntry } from "astro:content";

export interface Entry {
  number: number;
  slug: string; // the lesson's address is /lessons/<slug>/
  title: string;
  line: string; // what the reader learns, in one sentence
}

export const course: Entry[] = [
  {
    number: 1,
    slug: "numbers-in-a-row",
    title: "Numbers in a row",
    line: "A tensor is a view on one flat array: shapes, offsets, and what float32 keeps and loses.",
  },
  {
    number: 2,
    slug: "tokens",
    title: "Tokens",
    line: "Text becomes numbers: byte-pair merges step by step, then batches of tinyshakespeare.",
  },
  {
    number: 3,
    slug: "encoder",
    title: "Encoder",
    line: "Each token becomes a vector: a row of one table for what it is, plus a row of another for where it is.",
  },
  {
    number: 4,
    slug: "layernorm",
    title: "LayerNorm",
    line: "Every vector is brought to mean 0 and variance 1, and the gradient is derived in full.",
  },
  {
    number: 5,
    slug: "matmul",
    title: "Matmul",
    line: "Three products, one forward and two backward: nearly all the work of training.",
  },
  {
    number: 6,
    slug: "attention",
    title: "Attention",
    line: "Each token looks back at those before it and takes from them what it needs.",
  },
  {
    number: 7,
    slug: "gelu",
    title: "GELU",
    line: "The bend in the network, without which all its layers would collapse into one.",
  },
  {
    number: 8,
    slug: "residual",
    title: "Residual",
    line: "One addition, and why the gradient passes through twelve blocks without fading.",
  },
  {
    number: 9,
    slug: "softmax",
    title: "Softmax",
    line: "Scores become probabilities, without overflow, and without giving padding a share.",
  },
  {
    number: 10,
    slug: "crossentropy",
    title: "Cross-entropy",
    line: "The loss: how surprised the model was, and why its gradient is so simple next to softmax.",
  },
  {
    number: 11,
    slug: "adamw",
    title: "AdamW",
    line: "From gradient to step: momentum, scale, weight decay, clipping and a schedule.",
  },
  {
    number: 12,
    slug: "one-block-of-memory",
    title: "One block of memory",
    line: "The parameter table, the activations, and the forward pass of the whole of GPT-2.",
  },
  {
    number: 13,
    slug: "backward-through-everything",
    title: "Backward through everything",
    line: "The chain rule from the loss to every parameter, with PyTorch's gradients and PyTorch's losses.",
  },
  {
    number: 14,
    slug: "onto-the-gpu",
    title: "Onto the GPU",
    line: "WGSL from nothing: layernorm and matmul from naive to fast, each rung timed in the page.",
  },
  {
    number: 15,
    slug: "sampling",
    title: "Sampling",
    line: "From probabilities to text: temperature, top-k, top-p, and why it is slow without a cache.",
  },
  {
    number: 16,
    slug: "training",
    title: "Training GPT-2",
    line: "Everything wired together: GPT-2 learns Shakespeare in this tab, and you watch the loss fall.",
  },
];

/** The address of a lesson. */
export const lessonPath = (slug: string): string => `/lessons/${slug}/`;

/**
 * The lessons that are written, in the order of the course.
 *
 * @throws Error if a lesson's folder and the table above disagree about its number
 */
export function inOrder(lessons: CollectionEntry<"lessons">[]): CollectionEntry<"lessons">[] {
  for (const { id, data } of lessons) {
    const entry = course.find(({ slug }) => slug === id);
    if (entry?.number !== data.number) {
      throw new Error(
        `lessons: ${id} says number ${data.number}, expected ${entry?.number ?? "an entry in src/course.ts"}`,
      );
    }
  }
  return lessons.toSorted((a, b) => a.data.number - b.data.number);
}
