// The plane in which points of many dimensions are spread widest: the two eigenvectors of their covariance with the largest
// eigenvalues. They are found by subspace iteration: a few directions are multiplied with the covariance over and over, which
// turns them to the widest ones, and kept at right angles. Within what they span, Jacobi's rotations then sort them out.
// Sources: Pearson 1901; Rutishauser 1969, "Computational aspects of F. L. Bauer's simultaneous iteration method".

import { normal, openStream } from "@llm.ts/kernels/runtime/random.ts";

export interface Plane {
  /** (N, 2): the points, measured from their mean, along the two axes. */
  points: Float64Array;
  /** (2, C): the axes, each of length 1, its largest component positive. */
  axes: Float64Array;
  /** Part of the variance along each axis. */
  shares: readonly [number, number];
  /** All directions that were followed: where to begin when the points have moved a little. */
  directions: readonly Float64Array[];
}

const directions = 8; // more than two: the widest are told from the next the sooner
const mostTurns = 300;
const exact = 1e-9; // a change of the two largest eigenvalues, as a part of them, that no longer counts

/**
 * @param values (N, C)
 * @param before the plane of a while ago: the new axes point its way, so that a picture does not flip
 */
export function principalPlane(
  values: ArrayLike<number>,
  N: number,
  C: number,
  before?: Plane,
): Plane {
  const centred = centre(values, N, C);
  const covariance = covarianceOf(centred, N, C);
  let variance = 0;
  for (let i = 0; i < C; i++) variance += covariance[i * C + i];
  const { vectors, eigenvalues } = widest(covariance, C, before?.directions);

  const axes = new Float64Array(2 * C);
  for (let a = 0; a < Math.min(2, vectors.length); a++) {
    const axis = vectors[a];
    const old = before?.axes.subarray(a * C, (a + 1) * C);
    const way = old ? dot(axis, old) : axis[largestOf(axis)];
    for (let i = 0; i < C; i++) axes[a * C + i] = way < 0 ? -axis[i] : axis[i];
  }
  const points = new Float64Array(2 * N);
  for (let n = 0; n < N; n++) {
    const point = centred.subarray(n * C, (n + 1) * C);
    for (let a = 0; a < 2; a++) points[2 * n + a] = dot(point, axes.subarray(a * C, (a + 1) * C));
  }
  const share = (a: number) => (variance > 0 ? (eigenvalues[a] ?? 0) / variance : 0);
  return { points, axes, shares: [share(0), share(1)], directions: vectors };
}

/** Every column minus its mean. */
function centre(values: ArrayLike<number>, N: number, C: number): Float64Array {
  const centred = Float64Array.from(values);
  for (let i = 0; i < C; i++) {
    let mean = 0;
    for (let n = 0; n < N; n++) mean += centred[n * C + i] / N;
    for (let n = 0; n < N; n++) centred[n * C + i] -= mean;
  }
  return centred;
}

/** (C, C) */
function covarianceOf(centred: Float64Array, N: number, C: number): Float64Array {
  const covariance = new Float64Array(C * C);
  for (let n = 0; n < N; n++) {
    const point = centred.subarray(n * C, (n + 1) * C);
    for (let i = 0; i < C; i++) {
      const value = point[i] / N;
      for (let j = 0; j <= i; j++) covariance[i * C + j] += value * point[j];
    }
  }
  for (let i = 0; i < C; i++)
    for (let j = 0; j < i; j++) covariance[j * C + i] = covariance[i * C + j];
  return covariance;
}

/** The eigenvectors of a symmetric matrix with the largest eigenvalues, and these, the largest first. */
function widest(matrix: Float64Array, C: number, begin?: readonly Float64Array[]) {
  const start = openStream(1, 0);
  const count = Math.min(directions, C);
  const random = (k: number) =>
    Float64Array.from({ length: C }, (_, i) => normal(start, k * C + i));
  let vectors = Array.from({ length: count }, (_, k) => begin?.[k].slice() ?? random(k));
  let eigenvalues: number[] = [];
  for (let turn = 0; turn < mostTurns; turn++) {
    orthonormalise(vectors);
    const images = vectors.map((vector) => multiply(matrix, vector));
    const rotated = rotate(vectors, images);
    const settled = [0, 1].every((a) => {
      const change = (rotated.eigenvalues[a] ?? 0) - (eigenvalues[a] ?? Number.POSITIVE_INFINITY);
      return Math.abs(change) <= exact * Math.abs(rotated.eigenvalues[0]);
    });
    eigenvalues = rotated.eigenvalues;
    if (settled || turn === mostTurns - 1) return { vectors: rotated.vectors, eigenvalues };
    vectors = rotated.images;
  }
  return { vectors, eigenvalues };
}

/** Turns directions within what they span so that the matrix does not mix them: the widest first. */
function rotate(vectors: readonly Float64Array[], images: readonly Float64Array[]) {
  const { values, turns } = jacobi(vectors.map((a) => images.map((b) => dot(a, b))));
  const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a]);
  const mix = (of: readonly Float64Array[], k: number) => {
    const mixed = new Float64Array(of[0].length);
    for (const [j, vector] of of.entries()) {
      const part = turns[j][k];
      for (let i = 0; i < mixed.length; i++) mixed[i] += part * vector[i];
    }
    return mixed;
  };
  return {
    eigenvalues: order.map((k) => values[k]),
    vectors: order.map((k) => mix(vectors, k)),
    images: order.map((k) => mix(images, k)),
  };
}

/** The eigenvalues of a small symmetric matrix, and its eigenvectors as columns. */
function jacobi(matrix: number[][]): { values: number[]; turns: number[][] } {
  const n = matrix.length;
  const turns = matrix.map((_, i) => matrix.map((_, j) => Number(i === j)));
  for (let sweep = 0; sweep < 20; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (matrix[p][q] === 0) continue;
        const angle = 0.5 * Math.atan2(2 * matrix[p][q], matrix[q][q] - matrix[p][p]);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (const row of [...matrix, ...turns]) {
          [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
        }
        for (let k = 0; k < n; k++) {
          const [a, b] = [matrix[p][k], matrix[q][k]];
          [matrix[p][k], matrix[q][k]] = [c * a - s * b, s * a + c * b];
        }
        matrix[p][q] = 0;
        matrix[q][p] = 0;
      }
    }
  }
  return { values: matrix.map((row, i) => row[i]), turns };
}

/** Makes each of length 1 and at right angles to those before it. One that has nothing of its own becomes 0. */
function orthonormalise(vectors: readonly Float64Array[]): void {
  for (const [k, vector] of vectors.entries()) {
    const length = Math.sqrt(dot(vector, vector));
    for (let again = 0; again < 2; again++) {
      for (const other of vectors.slice(0, k)) {
        const common = dot(vector, other);
        for (let i = 0; i < vector.length; i++) vector[i] -= common * other[i];
      }
    }
    const rest = Math.sqrt(dot(vector, vector));
    const scale = rest > 1e-12 * length ? 1 / rest : 0;
    for (let i = 0; i < vector.length; i++) vector[i] *= scale;
  }
}

function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const C = vector.length;
  return vector.map((_, i) => dot(matrix.subarray(i * C, (i + 1) * C), vector));
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function largestOf(vector: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 1; i < vector.length; i++) {
    if (Math.abs(vector[i]) > Math.abs(vector[largest])) largest = i;
  }
  return largest;
}
