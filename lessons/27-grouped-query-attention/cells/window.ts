// How far back a token's vector can have heard of others, layer by layer, where every query sees a window of tokens only.

const [T, L, windowSize] = [24, 5, 4];

// heard[t][t2]: whether anything of token t2 has reached token t.
let heard = Array.from({ length: T }, (_, t) => Array.from({ length: T }, (_, t2) => t2 === t));

for (let l = 1; l <= L; l++) {
  heard = heard.map((_, t) => {
    const seen = heard.slice(Math.max(0, t - windowSize + 1), t + 1);
    return Array.from({ length: T }, (_, t2) => seen.some((of) => of[t2]));
  });
  const last = heard[T - 1];
  const marks = last.map((has) => (has ? "#" : ".")).join("");
  console.log(
    `after ${l} ${l === 1 ? "layer: " : "layers:"} ${marks}  ${T - 1 - last.indexOf(true)} places back`,
  );
}
