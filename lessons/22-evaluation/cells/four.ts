// One line under three vocabularies, each with a small model of its own: what its tokens come to.

import { cuts, text } from "../recorded.ts";

const bytes = new TextEncoder().encode(text).length;

console.log("               tokens    nats   nats per  perplexity  bits per  bits per");
console.log("                         in all     token                 token      byte");
for (const { name, losses } of cuts) {
  const nats = losses.reduce((sum, loss) => sum + loss, 0);
  const perToken = nats / losses.length;
  const row = [
    String(losses.length).padStart(9),
    nats.toFixed(2).padStart(8),
    perToken.toFixed(3).padStart(11),
    Math.exp(perToken).toFixed(2).padStart(12),
    (perToken / Math.LN2).toFixed(3).padStart(10),
    (nats / Math.LN2 / bytes).toFixed(3).padStart(10),
  ];
  console.log(name.padEnd(12) + row.join(""));
}
