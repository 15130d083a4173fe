// How many numbers a table has that guesses from 1, 2, 3 or 4 tokens before.

const vocabularies = { letters: 27, "the small models": 1024, "GPT-2": 50257 };

export const sizes = Object.entries(vocabularies).map(([name, V]) => {
  const cells = [1, 2, 3, 4].map((before) => V ** (before + 1));
  console.log(`${name}, V = ${V}`);
  for (const [k, count] of cells.entries()) {
    const written = count < 1e9 ? count.toLocaleString("en") : count.toExponential(1);
    console.log(`  ${k + 1} before: ${written.padStart(13)}`);
  }
  return cells;
});
