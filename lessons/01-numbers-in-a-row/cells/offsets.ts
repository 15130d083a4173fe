// Two sequences of three tokens, four channels each, in one flat array.

const [B, T, C] = [2, 3, 4];
const inp = new Float32Array(B * T * C);

// Every element gets a number that says where it belongs: 12 is b = 0, t = 1, i = 2.
for (let b = 0; b < B; b++) {
  for (let t = 0; t < T; t++) {
    for (let i = 0; i < C; i++) {
      inp[(b * T + t) * C + i] = 100 * b + 10 * t + i;
    }
  }
}

console.log("in memory", inp);
console.log("(1, 2, 3) is", inp[(1 * T + 2) * C + 3]);
