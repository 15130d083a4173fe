// The vectors of the tokens that a text has most of, seen in the plane in which they differ most.

import type { AnyModel } from "@llm.ts/kernels/models.ts";
import { dot, type Plane, principalPlane } from "./pca.ts";

/** A token in the plane. */
export interface Word {
  token: string;
  count: number; // in the training text
  x: number;
  y: number;
  near: string[]; // those whose vectors point most nearly the same way, in all C dimensions, the nearest first
}

export interface Embeddings {
  words: Word[]; // the most frequent first
  C: number;
  shares: readonly [number, number]; // of the variance, along x and y
}

const mostWords = 300;
const mostNear = 3;
const valuesAtOnce = 1 << 20; // that are read: not all of a large table stands in memory

/** The tokens that a text has most of: their ids, and how often each is there. */
export function frequent(text: ArrayLike<number>, V: number): { id: number; count: number }[] {
  const counts = new Uint32Array(V);
  for (let i = 0; i < text.length; i++) counts[text[i]]++;
  return Array.from(counts, (count, id) => ({ id, count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || a.id - b.id)
    .slice(0, mostWords);
}

/** Remembers from one look to the next which tokens are frequent, and how the plane lay. */
export function createEmbeddings(text: ArrayLike<number>) {
  let words: { id: number; count: number }[] | undefined;
  let plane: Plane | undefined;
  return async function embeddings<Tensor, Ids>(
    model: AnyModel<Tensor, Ids>,
    spell: (id: number) => string,
  ): Promise<Embeddings> {
    const { V, C } = model.config;
    words ??= frequent(text, V);
    const ids = words.map(({ id }) => id);
    const values = await readRows(model, ids);
    const seen = principalPlane(values, ids.length, C, plane);
    plane = seen;
    const near = neighbours(values, ids.length, C);
    return {
      C,
      shares: seen.shares,
      words: words.map(({ id, count }, n) => ({
        token: spell(id),
        count,
        x: seen.points[2 * n],
        y: seen.points[2 * n + 1],
        near: near[n].map((other) => spell(ids[other])),
      })),
    };
  };
}

/** Rows of wte, (ids, C). */
async function readRows<Tensor, Ids>(
  { backend, config, parameters }: AnyModel<Tensor, Ids>,
  ids: readonly number[],
): Promise<Float32Array> {
  const { C, V } = config;
  const values = new Float32Array(ids.length * C);
  const rows = Math.max(1, Math.floor(valuesAtOnce / C));
  for (let first = 0; first < V; first += rows) {
    const count = Math.min(rows, V - first);
    const wanted = ids.map((id, n) => ({ row: id - first, n }));
    const here = wanted.filter(({ row }) => row >= 0 && row < count);
    if (here.length === 0) continue;
    const part = await backend.read(backend.view(parameters.wte, first * C, count * C));
    for (const { row, n } of here) values.set(part.subarray(row * C, (row + 1) * C), n * C);
  }
  return values;
}

/** For each vector those that it has the largest cosine with. */
export function neighbours(values: Float32Array, N: number, C: number): number[][] {
  const vectors = Array.from({ length: N }, (_, n) => values.subarray(n * C, (n + 1) * C));
  const lengths = vectors.map((vector) => Math.sqrt(dot(vector, vector)));
  const cosines = vectors.map(() => new Float64Array(N));
  for (let a = 0; a < N; a++) {
    for (let b = 0; b < a; b++) {
      const cosine = dot(vectors[a], vectors[b]) / (lengths[a] * lengths[b]);
      cosines[a][b] = cosine;
      cosines[b][a] = cosine;
    }
  }
  return cosines.map((row, n) => {
    const others = Array.from(row, (_, other) => other).filter((other) => other !== n);
    return others.sort((a, b) => row[b] - row[a] || a - b).slice(0, mostNear);
  });
}
