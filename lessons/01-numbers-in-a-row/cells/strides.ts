// Six numbers, and two ways to walk over them.

const memory = Float32Array.of(1, 2, 3, 4, 5, 6);

print("(2, 3), strides 3 and 1", 2, 3, 3, 1);
print("(3, 2), strides 1 and 3", 3, 2, 1, 3);

/** Prints a matrix: element (r, c) is memory[r * rowStride + c * columnStride]. */
function print(title: string, R: number, C: number, rowStride: number, columnStride: number): void {
  console.log(title);
  for (let r = 0; r < R; r++) {
    let line = " ";
    for (let c = 0; c < C; c++) line += ` ${memory[r * rowStride + c * columnStride]}`;
    console.log(line);
  }
}
