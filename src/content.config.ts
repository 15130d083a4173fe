import { defineCollection } from "astro:content";
import { glob } from "astro/loaders";
import { z } from "astro/zod";

/** lessons/NN-name/index.mdx; its id, and so its address, is the folder's name without the number. */
const lessons = defineCollection({
  loader: glob({
    base: "./lessons",
    pattern: "*/index.mdx",
    generateId: ({ entry }) => {
      const folder = /^\d\d-([a-z0-9-]+)\/index\.mdx$/.exec(entry);
      if (!folder)
        throw new Error(`lessons/${entry}: the folder must be named NN-name, e.g. 05-layernorm`);
      return folder[1];
    },
  }),
  schema: z.object({
    number: z.number().int().min(1), // as in the folder's name
    title: z.string(),
    summary: z.string(), // one sentence: the page's description, and its line in the table of lessons
  }),
});

export const collections = { lessons };
