// Tensors that are too large to be bound whole, and work for more workgroups than a dimension takes.

import { GpuFault } from "./fault.ts";
import { alignment, type GpuTensor, view } from "./tensor.ts";

/** Some rows of a tensor that is too large to be bound whole. */
export interface Piece {
  readonly tensor: GpuTensor;
  readonly row: number; // the first
  readonly rows: number;
}

/** Of several tensors the same rows. */
export interface Cut {
  readonly rows: number;
  readonly tensors: GpuTensor[];
}

/**
 * Cuts a tensor into parts of whole rows, each small enough to be bound. All but the last have a multiple of 64 rows, so
 * that each begins where a GPU can bind it.
 *
 * @param rowLength values in a row
 * @param maxBinding bytes that can be bound at once
 * @throws GpuFault if 64 rows are too many
 */
export function pieces(tensor: GpuTensor, rowLength: number, maxBinding: number): Piece[] {
  const total = tensor.length / rowLength;
  const most = Math.floor(maxBinding / (4 * rowLength * alignment)) * alignment;
  if (tensor.length * 4 <= maxBinding) return [{ tensor, row: 0, rows: total }];
  if (most === 0) {
    throw new GpuFault(
      `${alignment} rows of ${rowLength} values are more than this GPU can bind at once (${maxBinding} bytes)`,
    );
  }
  const parts = Math.ceil(total / most);
  const step = Math.ceil(total / parts / alignment) * alignment; // parts of nearly the same size
  const pieces: Piece[] = [];
  for (let row = 0; row < total; row += step) {
    const rows = Math.min(step, total - row);
    const length = Math.round(rows * rowLength); // the last piece may end within a row
    pieces.push({ tensor: view(tensor, row * rowLength, length), row, rows });
  }
  return pieces;
}

/**
 * Cuts several tensors with the same number of rows at the same rows, so that a part of each can be bound.
 *
 * @param total rows of each tensor, whatever their length
 */
export function cut(tensors: readonly GpuTensor[], total: number, maxBinding: number): Cut[] {
  const largest = tensors.reduce((most, tensor) => (tensor.length > most.length ? tensor : most));
  return pieces(largest, largest.length / total, maxBinding).map(({ row, rows }) => ({
    rows,
    tensors: tensors.map((tensor) => {
      const rowLength = tensor.length / total;
      return view(tensor, row * rowLength, rows * rowLength);
    }),
  }));
}

/** So many workgroups in x and y: a near-square grid where they are more than fit in x. */
export function gridOf(count: number, maxWorkgroups: number): [number, number] {
  if (count <= maxWorkgroups) return [count, 1];
  const x = Math.ceil(Math.sqrt(count));
  return [x, Math.ceil(count / x)];
}
