// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const toBias = "if (dbias !== null) dbias[o] += d;";
const toInp = "dinp[bt * C + i] += d * weight[o * C + i];";
const toWeight = "dweight[o * C + i] += d * inp[bt * C + i];";
const inner = `      for (let i = 0; i < C; i++) {
        ${toInp}`;

export const mutants = [
  {
    name: "weight read transposed",
    find: toInp,
    replace: "dinp[bt * C + i] += d * weight[i * OC + o];",
    says: "dinp is multiplied by the transposed weight: it is read at i * OC + o, as if its shape were (C, OC). A row of weight belongs to one o and has C numbers: o * C + i, step 3.",
  },
  {
    name: "stride OC in weight",
    find: toInp,
    replace: "dinp[bt * C + i] += d * weight[o * OC + i];",
    says: "dinp takes its weights from rows that are OC apart. A row of weight has C numbers, so row o begins at o * C.",
  },
  {
    name: "rows of dinp OC apart",
    find: toInp,
    replace: "dinp[bt * OC + i] += d * weight[o * C + i];",
    says: "The rows of dinp are taken to be OC numbers long. dinp has the shape of inp, (B, T, C), so row bt begins at bt * C.",
  },
  {
    name: "rows of inp OC apart",
    find: toWeight,
    replace: "dweight[o * C + i] += d * inp[bt * OC + i];",
    says: "dweight takes inp from rows that are OC apart. A row of inp has C numbers, so row bt begins at bt * C.",
  },
  {
    name: "rows of dout C apart",
    find: "const d = dout[bt * OC + o];",
    replace: "const d = dout[bt * C + o];",
    says: "dout is read from rows that are C apart, and all three gradients come out wrong. A row of dout has OC numbers, so row bt begins at bt * OC.",
  },
  {
    name: "dout read transposed",
    find: "const d = dout[bt * OC + o];",
    replace: "const d = dout[o * B * T + bt];",
    says: "dout is read as if it were (OC, B*T), and all three gradients come out wrong. Its shape is (B*T, OC): the row is bt, and o counts within it.",
  },
  {
    name: "dweight written transposed",
    find: toWeight,
    replace: "dweight[i * OC + o] += d * inp[bt * C + i];",
    says: "dweight holds the right numbers in the wrong places: it is written transposed, as (C, OC). It has the shape of weight, (OC, C): o * C + i, step 2.",
  },
  {
    name: "dweight from the weight",
    find: toWeight,
    replace: "dweight[o * C + i] += d * weight[o * C + i];",
    says: "dweight is made from the weight itself. What the weight multiplies in the forward pass is inp, so inp belongs in its gradient: step 2.",
  },
  {
    name: "dinp from inp",
    find: toInp,
    replace: "dinp[bt * C + i] += d * inp[bt * C + i];",
    says: "dinp is made from inp itself. What the input multiplies in the forward pass is the weight, so the weight belongs in its gradient: step 3.",
  },
  {
    name: "inp and weight exchanged",
    find: `${toInp}
        ${toWeight}`,
    replace: `dinp[bt * C + i] += d * inp[bt * C + i];
        dweight[o * C + i] += d * weight[o * C + i];`,
    says: "inp and weight have changed places. In a product, the gradient of one factor holds the other factor: weight belongs in dinp, inp in dweight, steps 2 and 3.",
  },
  {
    name: "weight forgotten in dinp",
    find: toInp,
    replace: "dinp[bt * C + i] += d;",
    says: "dinp is what it would be if every weight were 1. The gradient has to pass through the weights on its way back: step 3.",
  },
  {
    name: "inp forgotten in dweight",
    find: toWeight,
    replace: "dweight[o * C + i] += d;",
    says: "dweight is what it would be if every input were 1: each of its rows holds the gradient of the bias. The weight multiplies inp in the forward pass: step 2.",
  },
  {
    name: "dout forgotten in dinp",
    find: toInp,
    replace: "dinp[bt * C + i] += weight[o * C + i];",
    says: "dinp adds up the weights alone. That is the slope from inp to the outputs; it has to be multiplied by what comes back from each output, dout: step 3.",
  },
  {
    name: "dout forgotten in dweight",
    find: toWeight,
    replace: "dweight[o * C + i] += inp[bt * C + i];",
    says: "dweight adds up the inputs alone. That is the slope from the weight to the outputs; it has to be multiplied by what comes back from each output, dout: step 2.",
  },
  {
    name: "dout forgotten in both",
    find: `${toInp}
        ${toWeight}`,
    replace: `dinp[bt * C + i] += weight[o * C + i];
        dweight[o * C + i] += inp[bt * C + i];`,
    says: "dinp and dweight lack dout: the slopes are there, and have to be multiplied by what comes back from each output, steps 2 and 3.",
  },
  {
    name: "dbias counts the tokens",
    find: toBias,
    replace: "if (dbias !== null) dbias[o] += 1;",
    says: "dbias grows by 1 for each token. That is the slope from the bias to the output; it has to be multiplied by dout: step 1.",
  },
  {
    name: "the forward product in dinp",
    find: toInp,
    replace: "dinp[bt * C + i] += inp[bt * C + i] * weight[o * C + i];",
    says: "dinp is made from inp and weight, which are multiplied in the forward pass. On the way back dout takes the place of the one whose gradient it is: step 3.",
  },
  {
    name: "dout at i in dinp",
    find: toInp,
    replace: "dinp[bt * C + i] += dout[bt * OC + i] * weight[o * C + i];",
    says: "For dinp, dout is read at i. Its columns are outputs: the one that weight[o * C + i] led to is o. Step 3.",
  },
  {
    name: "dout at i in dweight",
    find: toWeight,
    replace: "dweight[o * C + i] += dout[bt * OC + i] * inp[bt * C + i];",
    says: "For dweight, dout is read at i. Its columns are outputs, and row o of dweight gets its part from output o. Step 2.",
  },
  {
    name: "dout of the first row",
    find: "const d = dout[bt * OC + o];",
    replace: "const d = dout[o];",
    says: "dout is read in its first row each time: where a row begins, bt * OC, has to be added to o.",
  },
  {
    name: "weight at the token's row",
    find: toInp,
    replace: "dinp[bt * C + i] += d * weight[bt * C + i];",
    says: "dinp takes the weights of row bt. The rows of weight are outputs, and tokens have nothing to do with them: o * C + i, step 3.",
  },
  {
    name: "inp at the output's row",
    find: toWeight,
    replace: "dweight[o * C + i] += d * inp[o * C + i];",
    says: "dweight takes inp from row o. The rows of inp are tokens: bt * C + i, step 2.",
  },
  {
    name: "dbias at the token",
    find: toBias,
    replace: "if (dbias !== null) dbias[bt] += d;",
    says: "dbias is written at bt. It has one number for each output, and all tokens add to it: dbias[o], step 1.",
  },
  {
    name: "dbias at the channel",
    find: `      ${toBias}
${inner}`,
    replace: `${inner}
        if (dbias !== null) dbias[i] += d;`,
    says: "dbias is written at i, inside the loop over the channels. It has one number for each output, not for each input, and gets d once: dbias[o], outside that loop. Step 1.",
  },
  {
    name: "dweight from dinp",
    find: toWeight,
    replace: "dweight[o * C + i] += d * dinp[bt * C + i];",
    says: "dweight is made with dinp, the gradient that is just being added up. What the weight multiplied in the forward pass is inp: step 2.",
  },
  {
    name: "the last output left out",
    find: "o < OC;",
    replace: "o < OC - 1;",
    says: "The last output channel is left out: the loop over o ends one too early. It runs while o < OC.",
  },
  {
    name: "the last token left out",
    find: "bt < B * T;",
    replace: "bt < B * T - 1;",
    says: "The last token is left out: the loop over bt ends one too early. It runs while bt < B * T.",
  },
  {
    name: "the first token left out",
    find: "let bt = 0;",
    replace: "let bt = 1;",
    says: "The first token is left out: the loop over bt begins at 1. Rows count from 0.",
  },
  {
    name: "C and OC exchanged in the loops",
    find: `for (let o = 0; o < OC; o++) {
      const d = dout[bt * OC + o];
      ${toBias}
      for (let i = 0; i < C; i++) {`,
    replace: `for (let o = 0; o < C; o++) {
      const d = dout[bt * OC + o];
      ${toBias}
      for (let i = 0; i < OC; i++) {`,
    says: "The loops have each other's bounds. i counts the C channels of the input, o the OC channels of the output.",
  },
  {
    name: "= for += in dinp",
    find: toInp,
    replace: "dinp[bt * C + i] = d * weight[o * C + i];",
    says: "dinp holds what came back from the last output channel, and nothing else: it is set where it should be added to. Each input goes into all OC outputs of its row, and their parts add up: step 3.",
  },
  {
    name: "= for += in dweight",
    find: toWeight,
    replace: "dweight[o * C + i] = d * inp[bt * C + i];",
    says: "dweight holds what the last token gave, and nothing else: it is set where it should be added to. All tokens share the weights, and their parts add up: step 2.",
  },
  {
    name: "= for += in dinp and dweight",
    find: `${toInp}
        ${toWeight}`,
    replace: `dinp[bt * C + i] = d * weight[o * C + i];
        dweight[o * C + i] = d * inp[bt * C + i];`,
    says: "dinp and dweight are set where they should be added to: dinp holds what came back from the last output channel, dweight what the last token gave, and nothing else.",
  },
  {
    name: "= for += in dbias",
    find: toBias,
    replace: "if (dbias !== null) dbias[o] = d;",
    says: "dbias holds what the last token gave, and nothing else: it is set where it should be added to. All tokens share the biases, and their parts add up: step 1.",
  },
  {
    name: "= for += in all three",
    find: `${toBias}
${inner}
        ${toWeight}`,
    replace: `if (dbias !== null) dbias[o] = d;
      for (let i = 0; i < C; i++) {
        dinp[bt * C + i] = d * weight[o * C + i];
        dweight[o * C + i] = d * inp[bt * C + i];`,
    says: "dinp, dweight and dbias are all set where they should be added to, so that each keeps the last part it was given and loses all others.",
  },
  {
    name: "dbias inside the loop over i",
    find: `      ${toBias}
${inner}`,
    replace: `${inner}
        if (dbias !== null) dbias[o] += d;`,
    says: "dbias is C times too large: it is added to inside the loop over i, once for each channel. The bias is added once to each output, so its line belongs outside that loop: step 1.",
  },
  {
    name: "dbias from the first row alone",
    find: toBias,
    replace: "if (dbias !== null && bt === 0) dbias[o] += d;",
    says: "dbias has the part of the first token alone. Every token of every sequence uses the bias, so all B*T rows of dout add to it: step 1.",
  },
  {
    name: "only the first sequence",
    find: "bt < B * T",
    replace: "bt < T",
    says: "Only the first sequence has been worked on: dweight and dbias lack the parts of the others, and their rows of dinp are as they were. There are B*T rows.",
  },
  {
    name: "every sequence reads the first",
    find: "const d = dout[bt * OC + o];",
    replace: "const d = dout[(bt % T) * OC + o];",
    says: "dout is read at the rows of the first sequence, again and again. Each sequence has rows of its own: bt counts through all of them.",
  },
  {
    name: "inp of the first sequence",
    find: toWeight,
    replace: "dweight[o * C + i] += d * inp[(bt % T) * C + i];",
    says: "dweight takes inp from the rows of the first sequence, again and again. Each sequence has rows of its own: bt counts through all of them.",
  },
  {
    name: "dweight from the first row of inp",
    find: toWeight,
    replace: "dweight[o * C + i] += d * inp[i];",
    says: "dweight takes inp from the first token each time: where a row begins, bt * C, has to be added to i.",
  },
  {
    name: "dinp all into the first row",
    find: toInp,
    replace: "dinp[i] += d * weight[o * C + i];",
    says: "All rows of dinp are added into the first one. Each token has a row of its own, which begins at bt * C.",
  },
  {
    name: "dinp from the first row of weight",
    find: toInp,
    replace: "dinp[bt * C + i] += d * weight[i];",
    says: "dinp takes the first row of weight for every output channel: where row o begins, o * C, has to be added to i.",
  },
  {
    name: "averaged over the batch",
    find: "const d = dout[bt * OC + o];",
    replace: "const d = dout[bt * OC + o] / (B * T);",
    says: "All three gradients are divided by B*T. Averaging is a matter for the loss, which has put its factor into dout already: here the parts are added up as they are.",
  },
  {
    name: "dweight averaged over the batch",
    find: toWeight,
    replace: "dweight[o * C + i] += (d * inp[bt * C + i]) / (B * T);",
    says: "dweight is divided by B*T. Averaging is a matter for the loss, which has put its factor into dout already: here the tokens' parts are added up as they are, step 2.",
  },
  {
    name: "dweight only where there is a bias",
    find: toWeight,
    replace: "if (dbias !== null) dweight[o * C + i] += d * inp[bt * C + i];",
    says: "Where there is no bias, dweight is left as it was. A matmul without a bias still has a weight: only dbias is to be left out.",
  },
  {
    name: "dbias at i",
    find: toBias,
    replace: "if (dbias !== null) for (let i = 0; i < OC; i++) dbias[i] += d;",
    says: "Every element of dbias holds the sum of all of dout. The bias of channel o goes into output o alone, so o is the index of both: step 1.",
  },
];
