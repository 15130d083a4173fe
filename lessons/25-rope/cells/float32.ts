// Angles computed in float32 and in float64: by how much is the cosine off, at most, in the 1,000 places up to here?

const [base, hs] = [500_000, 128];
const frequency = base ** (-2 / hs); // of pair 1: pair 0 turns by exactly 1 radian

console.log("  place     float64     float32  cosine off by");
for (const t of [1000, 8000, 32_000, 130_000]) {
  let worst = 0;
  for (let k = t - 999; k <= t; k++) {
    const error = Math.abs(Math.cos(angle32(k)) - Math.cos(k * frequency));
    worst = Math.max(worst, error);
  }
  console.log(
    String(t).padStart(7),
    (t * frequency).toFixed(4).padStart(11),
    angle32(t).toFixed(4).padStart(11),
    worst.toFixed(6).padStart(13),
  );
}

/** With each number rounded to float32, as a program that has only these would. */
function angle32(t: number): number {
  return Math.fround(t * Math.fround(frequency));
}
