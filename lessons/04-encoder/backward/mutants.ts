// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const token = "const token = inp[bt] * C;";
const position = "const position = t * C;";
const toWte = "dwte[token + i] += dout[row + i];";
const toWpe = "dwpe[position + i] += dout[row + i];";
const channels = "for (let i = 0; i < C; i++) {";

export const mutants = [
  {
    name: "= for += in dwte",
    find: toWte,
    replace: "dwte[token + i] = dout[row + i];",
    says: "dwte holds what came back from the last place of each token; each place has written over the one before, and over what was there. Use += instead of =: the places of a token add up, step 4.",
  },
  {
    name: "= for += in dwpe",
    find: toWpe,
    replace: "dwpe[position + i] = dout[row + i];",
    says: "dwpe holds what came back from the last sequence alone: each sequence has written over the one before, and over what was there. Use += instead of =: step 5.",
  },
  {
    name: "dwpe by token",
    find: toWpe,
    replace: "dwpe[token + i] += dout[row + i];",
    says: "dwpe is written at the rows of the tokens. Its rows are positions: in the forward pass, place (b, t) took row t of wpe, whatever token stood there. Step 5.",
  },
  {
    name: "dwte by position",
    find: toWte,
    replace: "dwte[position + i] += dout[row + i];",
    says: "dwte is written at the rows of the positions. Its rows are tokens: in the forward pass, place (b, t) took the row inp[b * T + t] of wte. Step 1.",
  },
  {
    name: "tables swapped",
    find: `${toWte}\n        ${toWpe}`,
    replace: "dwte[position + i] += dout[row + i];\n        dwpe[token + i] += dout[row + i];",
    says: "The two tables are swapped: dwte gets its gradients by position and dwpe by token. It is the other way round: step 1.",
  },
  {
    name: "the position is b",
    find: position,
    replace: "const position = b * C;",
    says: "dwpe is written at row b. The position of a token is its place t within its sequence; b is the number of the sequence. Step 5.",
  },
  {
    name: "the position is bt",
    find: position,
    replace: "const position = row;",
    says: "dwpe is written at row b * T + t, as if every sequence had positions of its own. All sequences of the batch use the same T rows of wpe: the position is t. Step 5.",
  },
  {
    name: "positions from 1",
    find: position,
    replace: "const position = (t + 1) * C;",
    says: "Every row of dwpe has landed one row too low. Positions count from 0: the first token of a sequence took row 0 of wpe.",
  },
  {
    name: "positions backwards",
    find: position,
    replace: "const position = (T - 1 - t) * C;",
    says: "The rows of dwpe are in the opposite order: positions are counted from the end of the sequence. Position t has row t.",
  },
  {
    name: "position not times C",
    find: position,
    replace: "const position = t;",
    says: "In dwpe, the rows of neighbouring positions overlap. A row has C numbers, so row t begins at t * C, not at t.",
  },
  {
    name: "dwte at the row of the place",
    find: toWte,
    replace: "dwte[row + i] += dout[row + i];",
    says: "dwte is written at the rows of the places. Its rows are tokens: what a place hands back belongs to the row that its token took, inp[b * T + t] * C. Step 1.",
  },
  {
    name: "one token for each sequence",
    find: token,
    replace: "const token = inp[b] * C;",
    says: "The token is read at b, one for a whole sequence. inp has one id for each place: b * T + t.",
  },
  {
    name: "half for each table",
    find: `${toWte}\n        ${toWpe}`,
    replace:
      "dwte[token + i] += dout[row + i] / 2;\n        dwpe[position + i] += dout[row + i] / 2;",
    says: "Both tables get half of dout. A sum does not share out its gradient: whichever of its two terms grows, the output grows by as much, so each gets all of it. Step 2.",
  },
  {
    name: "the mean over the sequences",
    find: toWpe,
    replace: "dwpe[position + i] += dout[row + i] / B;",
    says: "dwpe holds the mean over the sequences where the sum belongs. Each of the B paths moves the loss by itself: step 5.",
  },
  {
    name: "the first channel of dout for all",
    find: `${toWte}\n        ${toWpe}`,
    replace: "dwte[token + i] += dout[row];\n        dwpe[position + i] += dout[row];",
    says: "Every channel gets the gradient of channel 0. dout is read where its row begins, and i is missing there.",
  },
  {
    name: "all channels into the first of dwte",
    find: toWte,
    replace: "dwte[token] += dout[row + i];",
    says: "In dwte all channels of a place are added to the first number of the row: on the left i is missing.",
  },
  {
    name: "all channels into the first of dwpe",
    find: toWpe,
    replace: "dwpe[position] += dout[row + i];",
    says: "In dwpe all channels of a place are added to the first number of the row: on the left i is missing.",
  },
  {
    name: "one channel too many",
    find: channels,
    replace: "for (let i = 0; i <= C; i++) {",
    says: "The loop over i goes one too far, to i = C. That is the first channel of the next row, and after the last row there is nothing: i < C.",
  },
  {
    name: "dout in steps of T",
    find: "const row = bt * C;",
    replace: "const row = bt * T;",
    says: "The rows of dout are taken to be T numbers long. A row has the C channels of one place, so it begins at (b * T + t) * C.",
  },
  {
    name: "token not times C",
    find: token,
    replace: "const token = inp[bt];",
    says: "In dwte, the rows of neighbouring tokens overlap. A row has C numbers, so the row of a token begins at its id times C.",
  },
  {
    name: "token times T",
    find: token,
    replace: "const token = inp[bt] * T;",
    says: "In dwte, rows are taken to be T numbers long. A row of wte holds the C channels of one token, so it begins at the id times C.",
  },
  {
    name: "ids from 1",
    find: token,
    replace: "const token = (inp[bt] - 1) * C;",
    says: "Every row of dwte has landed one row too high. Ids count from 0: token 0 has the first row of wte.",
  },
  {
    name: "dwpe from the first sequence",
    find: toWpe,
    replace: `if (b === 0) ${toWpe}`,
    says: "dwpe has the gradients of the first sequence and of no other. The rows of wpe are shared by the whole batch, so each of the B sequences adds to them: step 5.",
  },
  {
    name: "dwpe without the first sequence",
    find: toWpe,
    replace: `if (b > 0) ${toWpe}`,
    says: "dwpe lacks what the first sequence of the batch hands back. The sum runs over all B sequences, from b = 0 on: step 5.",
  },
  {
    name: "only the first place of a token",
    find: toWte,
    replace: `if (inp.indexOf(inp[bt]) === bt) ${toWte}`,
    says: "dwte has what came back from the first place of each token, and the other places are missing. Each place of a token has a path to the loss, and the paths add up: step 4.",
  },
  {
    name: "the mean over the places of a token",
    find: toWte,
    replace: "dwte[token + i] += dout[row + i] / inp.filter((id) => id === inp[bt]).length;",
    says: "dwte holds the mean over the places of a token where the sum belongs. A number that is used twice moves the loss twice: step 4.",
  },
  {
    name: "times the id",
    find: toWte,
    replace: "dwte[token + i] += inp[bt] * dout[row + i];",
    says: "dwte is multiplied by the token's id. The id says which row is meant and is not a quantity; the slope from that row to the output is 1. Step 2.",
  },
  {
    name: "the tokens of the first sequence",
    find: token,
    replace: "const token = inp[t] * C;",
    says: "The token is read at t, so every sequence is taken to hold the tokens of the first one. inp has the shape (B, T): read it at b * T + t.",
  },
  {
    name: "inp read at the row",
    find: token,
    replace: "const token = inp[row] * C;",
    says: "The token is read at row, which is an offset in an array of shape (B, T, C). inp has one id for each place, so it is read at b * T + t.",
  },
  {
    name: "inp read with sequences and tokens swapped",
    find: token,
    replace: "const token = inp[t * B + b] * C;",
    says: "The token is read at t * B + b. The shape of inp is (B, T), so t runs fastest in memory, and a step in b is a step of T.",
  },
  {
    name: "dout of the first sequence",
    find: "const row = bt * C;",
    replace: "const row = t * C;",
    says: "dout is read at t * C, so every sequence hands back the gradients of the first one. The row of place (b, t) begins at (b * T + t) * C.",
  },
  {
    name: "dout at bt",
    find: "const row = bt * C;",
    replace: "const row = bt;",
    says: "dout is read at b * T + t, but its rows are C long: the row of a place begins at (b * T + t) * C.",
  },
  {
    name: "dout at b + t",
    find: "const row = bt * C;",
    replace: "const row = (b + t) * C;",
    says: "dout is read at (b + t) * C, which is the same row for several places. A step in b passes T rows: (b * T + t) * C.",
  },
  {
    name: "dout with sequences and tokens swapped",
    find: "const row = bt * C;",
    replace: "const row = (t * B + b) * C;",
    says: "dout is read as if its shape were (T, B, C). It is (B, T, C), so the row of a place begins at (b * T + t) * C.",
  },
  {
    name: "dout at the token's row",
    find: toWte,
    replace: "dwte[token + i] += dout[token + i];",
    says: "For dwte, dout is read at the token's row. Its rows are places, not tokens: what comes back to place (b, t) is in row b * T + t. Step 3.",
  },
  {
    name: "dout at the position's row",
    find: toWpe,
    replace: "dwpe[position + i] += dout[position + i];",
    says: "For dwpe, dout is read at row t: that is place t of the first sequence, again and again. Each sequence has rows of its own in dout. Step 5.",
  },
  {
    name: "dwpe from dwte",
    find: toWpe,
    replace: "dwpe[position + i] += dwte[token + i];",
    says: "dwpe is handed what has gathered in dwte, which comes from other places too. Both tables get the same dout of this place: steps 2 and 3.",
  },
  {
    name: "dwte from dwpe",
    find: `${toWte}\n        ${toWpe}`,
    replace: `${toWpe}\n        dwte[token + i] += dwpe[position + i];`,
    says: "dwte is handed what has gathered in dwpe, which comes from other sequences too. Both tables get the same dout of this place: steps 2 and 3.",
  },
  {
    name: "the last channel left out",
    find: channels,
    replace: "for (let i = 0; i < C - 1; i++) {",
    says: "The last channel of each row gets nothing: the loop over i ends one too early. It has to run to C - 1 and include it: i < C.",
  },
  {
    name: "the first channel left out",
    find: channels,
    replace: "for (let i = 1; i < C; i++) {",
    says: "The first channel of each row gets nothing: the loop over i begins at 1. Channels count from 0.",
  },
  {
    name: "the last token left out",
    find: "for (let t = 0; t < T; t++) {",
    replace: "for (let t = 0; t < T - 1; t++) {",
    says: "The last token of each sequence hands nothing back: the loop over t ends one too early. All T places used a row of each table.",
  },
  {
    name: "the first token left out",
    find: "for (let t = 0; t < T; t++) {",
    replace: "for (let t = 1; t < T; t++) {",
    says: "The first token of each sequence hands nothing back: the loop over t begins at 1. Places count from 0.",
  },
  {
    name: "the last sequence left out",
    find: "for (let b = 0; b < B; b++) {",
    replace: "for (let b = 0; b < B - 1; b++) {",
    says: "The last sequence of the batch hands nothing back: the loop over b ends one too early.",
  },
  {
    name: "only the first sequence",
    find: "for (let b = 0; b < B; b++) {",
    replace: "for (let b = 0; b < 1; b++) {",
    says: "Only the first sequence of the batch hands something back. The sums run over b too: steps 4 and 5.",
  },
];
