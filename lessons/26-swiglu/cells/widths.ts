// How many weights an MLP has: two matrices of width 4C, or three of a width F that makes as many of them.

const models = [
  { name: "GPT-2 124M", C: 768, matrices: 2, F: 4 * 768 },
  { name: "as many, gated", C: 768, matrices: 3, F: (8 / 3) * 768 },
  { name: "Llama 2 7B", C: 4096, matrices: 3, F: roundUp((8 / 3) * 4096, 256) },
  { name: "Llama 3 8B", C: 4096, matrices: 3, F: 14336 },
];

console.log("                    C       F   F / C      weights");
export const weights = models.map(({ name, C, matrices, F }) => {
  const count = matrices * C * F;
  const columns = [String(C).padStart(6), String(F).padStart(8), (F / C).toFixed(3).padStart(8)];
  console.log(name.padEnd(15) + columns.join("") + count.toLocaleString("en").padStart(13));
  return count;
});
export const widths = models.map(({ F }) => F);

function roundUp(x: number, multiple: number): number {
  return Math.ceil(x / multiple) * multiple;
}
