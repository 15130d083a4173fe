// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const one = "dqkv[first] = da * cos + db * sin;";
const other = "dqkv[first + apart] = -da * sin + db * cos;";
const both = `${one}
        ${other}`;
const read = `const da = dqkv[first];
        const db = dqkv[first + apart];`;
const cos = "const cos = cis[angle + i];";
const sin = "const sin = cis[angle + pairs + i];";
const first = "row + Math.floor(i / apart) * 2 * apart + (i % apart)";
const row = "(bt * (NH + 2 * NKV) + head) * hs";
const place = "(bt % T) * hs";
const heads = "head < NH + NKV";

export const mutants = [
  {
    name: "turned on",
    find: both,
    replace: `dqkv[first] = da * cos - db * sin;
        dqkv[first + apart] = da * sin + db * cos;`,
    says: "The gradient is turned on, by the same angle as in the forward pass. It has to be turned back: both terms with sin change their sign, steps 5 to 7.",
  },
  {
    name: "the first line as in the forward pass",
    find: one,
    replace: "dqkv[first] = da * cos - db * sin;",
    says: "The first line has the sign of the forward pass. a goes into b' with plus sin, and what comes back along that path keeps the plus: step 5.",
  },
  {
    name: "the second line as in the forward pass",
    find: other,
    replace: "dqkv[first + apart] = da * sin + db * cos;",
    says: "The second line has the sign of the forward pass. b goes into a' with minus sin, and that minus belongs to da: step 6.",
  },
  {
    name: "the second line with both signs changed",
    find: other,
    replace: "dqkv[first + apart] = da * sin - db * cos;",
    says: "The second line is the negative of what it should be: -da sin + db cos, step 6.",
  },
  {
    name: "the wrong term turned round in the second line",
    find: other,
    replace: "dqkv[first + apart] = -da * sin - db * cos;",
    says: "In the second line the term with cos has a minus too many. b goes into b' with plus cos: step 6.",
  },
  {
    name: "one path to a",
    find: one,
    replace: "dqkv[first] = da * cos;",
    says: "The first line has one path alone. a goes into both a' and b', so that two gradients come back to it: step 5.",
  },
  {
    name: "one path to b",
    find: other,
    replace: "dqkv[first + apart] = db * cos;",
    says: "The second line has one path alone. b goes into both a' and b', so that two gradients come back to it: step 6.",
  },
  {
    name: "da and db changed places",
    find: both,
    replace: `dqkv[first] = db * cos + da * sin;
        dqkv[first + apart] = -db * sin + da * cos;`,
    says: "da and db have changed places. da is the gradient of the channel at first, and goes with cos in the first line: step 5.",
  },
  {
    name: "the first overwritten before the second is made",
    find: `${read}
        ${both}`,
    replace: `dqkv[first] = dqkv[first] * cos + dqkv[first + apart] * sin;
        dqkv[first + apart] = -dqkv[first] * sin + dqkv[first + apart] * cos;`,
    says: "The second line reads what the first has just written. Both need the numbers that were there before: take them into da and db first, step 7.",
  },
  {
    name: "the second overwritten before the first is made",
    find: `${read}
        ${both}`,
    replace: `dqkv[first + apart] = -dqkv[first] * sin + dqkv[first + apart] * cos;
        dqkv[first] = dqkv[first] * cos + dqkv[first + apart] * sin;`,
    says: "The line for the first channel reads the second, which has just been written over. Both lines need the numbers that were there before: step 7.",
  },
  {
    name: "added",
    find: both,
    replace: `dqkv[first] += da * cos + db * sin;
        dqkv[first + apart] += -da * sin + db * cos;`,
    says: "The gradients are added to those of what came out. This pass works in place: what dqkv held has been turned into something else, and must not remain: step 7.",
  },
  {
    name: "cos and sin exchanged",
    find: `${cos}
        ${sin}`,
    replace: `const sin = cis[angle + i];
        const cos = cis[angle + pairs + i];`,
    says: "cos and sin have changed places. In a row of cis the cosines come first.",
  },
  {
    name: "the cosine twice",
    find: sin,
    replace: "const sin = cis[angle + i];",
    says: "sin is read where the cosine is. The sines of a place come hs/2 numbers after its cosines.",
  },
  {
    name: "cosines and sines in turns",
    find: `${cos}
        ${sin}`,
    replace: `const cos = cis[angle + 2 * i];
        const sin = cis[angle + 2 * i + 1];`,
    says: "cis is read as if cosines and sines took turns. In its row all cosines come first, then all sines.",
  },
  {
    name: "rows of the table half as long",
    find: place,
    replace: "(bt % T) * pairs",
    says: "The rows of cis are taken to be hs/2 long. Each has a cosine and a sine for every pair: hs numbers.",
  },
  {
    name: "the row of the whole batch",
    find: place,
    replace: "bt * hs",
    byNaN: true,
    says: "From the second text on the angle is read past the end of cis. Every text begins at place 0: the row is bt % T.",
  },
  {
    name: "the row of the text",
    find: place,
    replace: "Math.floor(bt / T) * hs",
    byNaN: true,
    says: "The angle is that of the text's number in the batch. It is the token's place in its text that counts: bt % T.",
  },
  {
    name: "the table never left its first row",
    find: place,
    replace: "0 * hs",
    says: "All tokens are turned by the angles of the first. Each has the angles of its own place: bt % T.",
  },
  {
    name: "neighbours only",
    find: first,
    replace: "row + 2 * i",
    says: "Pair i begins at channel 2i only where neighbours make a pair. Where halves do, it begins at channel i.",
  },
  {
    name: "halves only",
    find: first,
    replace: "row + i",
    says: "Pair i begins at channel i only where channel i + hs/2 is its partner. Where neighbours make a pair, it begins at channel 2i.",
  },
  {
    name: "the partner always next to it",
    find: `${read}
        ${both}`,
    replace: `const da = dqkv[first];
        const db = dqkv[first + 1];
        dqkv[first] = da * cos + db * sin;
        dqkv[first + 1] = -da * sin + db * cos;`,
    says: "The partner is taken to be the next channel. It is apart channels further, which is 1 in one layout only.",
  },
  {
    name: "values turned too",
    find: heads,
    replace: "head < NH + 2 * NKV",
    says: "The gradients of the values are turned as well. The forward pass left the values alone, and theirs come back as they are.",
  },
  {
    name: "keys left alone",
    find: heads,
    replace: "head < NH",
    says: "The keys are left alone. They were turned in the forward pass as the queries were.",
  },
  {
    name: "queries left alone",
    find: "let head = 0; ",
    replace: "let head = NH; ",
    says: "The queries are left alone. They were turned in the forward pass as the keys were.",
  },
  {
    name: "as many keys as there are queries",
    find: heads,
    replace: "head < 2 * NH",
    says: "The loop goes over 2 NH heads, as if there were a head of keys for each of queries. There are NH + NKV to be turned.",
  },
  {
    name: "the row of a model with as many keys as queries",
    find: row,
    replace: "(bt * 3 * NH + head) * hs",
    byNaN: true,
    says: "A token is taken to have 3 NH heads. It has NH of queries, NKV of keys and NKV of values.",
  },
  {
    name: "the values not counted in the row",
    find: row,
    replace: "(bt * (NH + NKV) + head) * hs",
    says: "The rows are too short: the values of a token are not turned, but they are there. A token has NH + 2 NKV heads.",
  },
  {
    name: "the last pair left out",
    find: "i < pairs;",
    replace: "i < pairs - 1;",
    says: "The last pair of each head is left out: the loop has to run while i < pairs.",
  },
  {
    name: "divided by cos",
    find: one,
    replace: "dqkv[first] = (da + db * sin) / cos;",
    says: "The first line divides by cos, as if one equation of the forward pass were solved for a. The gradient needs no solving: it is a sum of two paths, step 5.",
  },
];
