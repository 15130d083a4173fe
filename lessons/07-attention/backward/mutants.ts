// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const offsets = `        const q = head + t * 3 * C;
        const o = (b * T + t) * C + h * hs; // in dout
        const row = ((b * NH + h) * T + t) * T; // in att, datt and dpreatt`;
const values = `        for (let t2 = 0; t2 <= t; t2++) {
          const v = head + t2 * 3 * C + 2 * C;
          for (let i = 0; i < hs; i++) {
            datt[row + t2] += dout[o + i] * inp[v + i];
            dinp[v + i] += att[row + t2] * dout[o + i];
          }
        }`;
const mean = `        for (let t2 = 0; t2 <= t; t2++) dattMean += att[row + t2] * datt[row + t2];`;
const softmax = `        for (let t2 = 0; t2 <= t; t2++) {
          dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean);
        }`;
const scores = `        for (let t2 = 0; t2 <= t; t2++) {
          const k = head + t2 * 3 * C + C;
          const dscore = dpreatt[row + t2] * scale;
          for (let i = 0; i < hs; i++) {
            dinp[q + i] += dscore * inp[k + i];
            dinp[k + i] += dscore * inp[q + i];
          }
        }`;
const all = `${values}

        // att[t] = softmax(preatt[t])
        let dattMean = 0; // of the row's datt, weighted by att
${mean}
${softmax}

        // preatt[t, t2] = sum_i q[t, i] * k[t2, i] * scale
${scores}`;

/** The text with every occurrence of `find` replaced. */
const edit = (text: string, find: string, replace: string) => text.replaceAll(find, () => replace);

export const mutants = [
  // The values: steps 2 and 3.
  {
    name: "dv without att",
    find: "dinp[v + i] += att[row + t2] * dout[o + i];",
    replace: "dinp[v + i] += dout[o + i];",
    says: "The values get the whole of dout from every token that looks at them. A value went into that token's out with a weight, and its gradient comes back with the same weight: step 3.",
  },
  {
    name: "dv from datt",
    find: "dinp[v + i] += att[row + t2] * dout[o + i];",
    replace: "dinp[v + i] += datt[row + t2] * dout[o + i];",
    says: "The gradients of the values are weighted by datt. What multiplies a value in the forward pass is att itself: step 3.",
  },
  {
    name: "dv from the value's own token",
    find: "dinp[v + i] += att[row + t2] * dout[o + i];",
    replace: "dinp[v + i] += att[row + t2] * dout[(b * T + t2) * C + h * hs + i];",
    says: "The value of token t2 gets the dout of t2. It has to get the dout of every token t that looked at it: step 3.",
  },
  {
    name: "= for += in dv",
    find: "dinp[v + i] += att",
    replace: "dinp[v + i] = att",
    says: "The values hold what came back from the last token alone: their gradients are set where they should be added to. Every token from t2 on looks at value t2, and all of them count: step 3.",
  },
  {
    name: "nothing for the values",
    whole: true,
    find: `            datt[row + t2] += dout[o + i] * inp[v + i];
            dinp[v + i] += att[row + t2] * dout[o + i];`,
    replace: "            datt[row + t2] += dout[o + i] * inp[v + i];",
    says: "In dinp the queries and the keys are right, but nothing has come to the values, the last C of each 3C numbers: step 3.",
  },
  {
    name: "datt with att in it",
    find: "datt[row + t2] += dout[o + i] * inp[v + i];",
    replace: "datt[row + t2] += att[row + t2] * dout[o + i] * inp[v + i];",
    says: "datt is multiplied by att. In out = sum att * v, what multiplies the weight is the value, and nothing else: step 2.",
    madeIn: "datt",
  },
  {
    name: "datt set, not summed",
    find: "datt[row + t2] += dout",
    replace: "datt[row + t2] = dout",
    says: "datt holds the product of the last channel alone. A weight multiplies all hs channels of its value, so it is a sum over i: step 2.",
    madeIn: "datt",
  },
  {
    name: "keys in place of values",
    find: "const v = head + t2 * 3 * C + 2 * C;",
    replace: "const v = head + t2 * 3 * C + C;",
    says: "What is read and written as the value is the key. The query comes first, the key C numbers further, the value 2 * C further.",
  },
  {
    name: "queries in place of values",
    find: "const v = head + t2 * 3 * C + 2 * C;",
    replace: "const v = head + t2 * 3 * C;",
    says: "What is read and written as the value is the query of token t2. The value comes 2 * C numbers after it.",
  },
  {
    name: "the value of the wrong token",
    find: "const v = head + t2 * 3 * C + 2 * C;",
    replace: "const v = q + 2 * C;",
    says: "The value is that of token t, which looks. The weight att[t, t2] belongs to the value of t2, the token that is looked at.",
  },

  // The softmax: steps 4 to 7.
  {
    name: "the mean term missing",
    find: "(datt[row + t2] - dattMean)",
    replace: "datt[row + t2]",
    says: "dpreatt lacks its mean term. A higher score makes its own weight larger and all the others smaller, because they share one sum: steps 5 and 7.",
    madeIn: "dpreatt",
  },
  {
    name: "the diagonal of the Jacobian alone",
    find: "att[row + t2] * (datt[row + t2] - dattMean)",
    replace: "att[row + t2] * (1 - att[row + t2]) * datt[row + t2]",
    says: "dpreatt has what each score does to its own weight, att * (1 - att), and leaves out what it does to the others of the row: step 5.",
    madeIn: "dpreatt",
  },
  {
    name: "the softmax left out",
    whole: true,
    find: softmax,
    replace: "",
    says: "In dinp the values are right, but nothing has been added to dpreatt. Queries and keys are made from it, so they have nothing either. The next thing to write is step 7, your loops from the first stage.",
  },
  {
    name: "nothing after datt",
    start: true,
    find: `            dinp[v + i] += att[row + t2] * dout[o + i];
          }
        }

        // att[t] = softmax(preatt[t])
        let dattMean = 0; // of the row's datt, weighted by att
${mean}
${softmax}`,
    replace: "          }\n        }",
    says: "datt is written, and dpreatt and dinp are not yet. Now the values, in the same loop: step 3. Then the loops from the first stage: step 7.",
  },
  {
    name: "datt passed on",
    find: "att[row + t2] * (datt[row + t2] - dattMean)",
    replace: "datt[row + t2]",
    says: "dpreatt is datt, passed on as it is. The softmax is between the two: steps 4 to 7.",
    madeIn: "dpreatt",
  },
  {
    name: "plus the mean term",
    find: "datt[row + t2] - dattMean",
    replace: "datt[row + t2] + dattMean",
    says: "The mean term of dpreatt has the wrong sign. A higher score takes weight away from the others: there is a minus in step 5.",
    madeIn: "dpreatt",
  },
  {
    name: "a plain mean",
    find: softmax,
    replace: `        let sum = 0;
        for (let t2 = 0; t2 <= t; t2++) sum += datt[row + t2];
        for (let t2 = 0; t2 <= t; t2++) {
          dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - sum / (t + 1));
        }`,
    says: "The plain mean of datt over the row is subtracted in dpreatt. It has to be the mean weighted by att: step 7.",
    madeIn: "dpreatt",
  },
  {
    name: "a plain sum",
    find: mean,
    replace: "        for (let t2 = 0; t2 <= t; t2++) dattMean += datt[row + t2];",
    says: "The sum of datt over the row is subtracted in dpreatt. Each datt has to be weighted by its att: step 7.",
    madeIn: "dpreatt",
  },
  {
    name: "the weighted sum divided once more",
    find: softmax,
    replace: edit(softmax, "dattMean", "dattMean / (t + 1)"),
    says: "The weighted mean of datt is divided by the number of tokens. The weights add up to 1, so their sum is a mean already: step 7.",
    madeIn: "dpreatt",
  },
  {
    name: "att missing in front",
    find: "dpreatt[row + t2] += att[row + t2] * (",
    replace: "dpreatt[row + t2] += (",
    says: "dpreatt lacks the factor att in front of the bracket. A token with a small weight has little to gain or to lose: step 7.",
    madeIn: "dpreatt",
  },
  {
    name: "att in front of the first term alone",
    find: "att[row + t2] * (datt[row + t2] - dattMean)",
    replace: "att[row + t2] * datt[row + t2] - dattMean",
    says: "In dpreatt, att multiplies datt alone. It has to multiply the whole bracket, the mean too: step 7.",
    madeIn: "dpreatt",
  },
  {
    name: "att twice",
    find: "dpreatt[row + t2] += att[row + t2] * (",
    replace: "dpreatt[row + t2] += att[row + t2] * att[row + t2] * (",
    says: "dpreatt has the factor att of its own token once too often: step 7 has it once in front of the bracket, and once inside the mean.",
    madeIn: "dpreatt",
  },
  {
    name: "the mean used before it is complete",
    find: `${mean}
${softmax}`,
    replace: `        for (let t2 = 0; t2 <= t; t2++) {
          dattMean += att[row + t2] * datt[row + t2];
          dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean);
        }`,
    says: "The weighted mean of datt is used while it is still being added up. It needs a loop of its own over the row, before the one that writes dpreatt: step 7.",
    madeIn: "dpreatt",
  },
  {
    name: "the mean not set back for each row",
    find: `      for (let t = 0; t < T; t++) {
${offsets}

        // out[t, i] = sum_t2 att[t, t2] * v[t2, i]
${values}

        // att[t] = softmax(preatt[t])
        let dattMean = 0; // of the row's datt, weighted by att`,
    replace: `      let dattMean = 0;
      for (let t = 0; t < T; t++) {
${offsets}
${values}`,
    says: "The first row of dpreatt is right, and those after it are not: the weighted mean goes on growing from token to token. It begins at 0 for every t.",
    madeIn: "dpreatt",
  },
  {
    name: "the softmax skipped",
    find: "const dscore = dpreatt[row + t2] * scale;",
    replace: "const dscore = datt[row + t2] * scale;",
    says: "Queries and keys get datt where they should get dpreatt. The gradient has to pass back through the softmax first: steps 7 and 8.",
  },

  // The scores: steps 8 and 9.
  {
    name: "the scale missing",
    find: "const dscore = dpreatt[row + t2] * scale;",
    replace: "const dscore = dpreatt[row + t2];",
    says: "The gradients of queries and keys lack the factor 1 / sqrt(hs). The forward pass multiplies each score by it, so the way back does too: step 8.",
  },
  {
    name: "the scale twice",
    find: "const dscore = dpreatt[row + t2] * scale;",
    replace: "const dscore = dpreatt[row + t2] * scale * scale;",
    says: "The gradients of queries and keys are divided by hs, not by its square root: either the root was forgotten, or the scale was applied twice. Step 8 has 1 / sqrt(hs) once.",
  },
  {
    name: "the scale upside down",
    find: "const scale = 1 / Math.sqrt(hs);",
    replace: "const scale = Math.sqrt(hs);",
    says: "The gradients of queries and keys are multiplied by sqrt(hs), where the scores were divided by it: step 8.",
  },
  {
    name: "the scale from C",
    find: "const scale = 1 / Math.sqrt(hs);",
    replace: "const scale = 1 / Math.sqrt(C);",
    says: "The scale is 1 / sqrt(C). Each head computes its scores from hs = C / NH channels, so it is 1 / sqrt(hs): step 8.",
  },
  {
    name: "the scale in dpreatt",
    find: `${softmax}

        // preatt[t, t2] = sum_i q[t, i] * k[t2, i] * scale
${scores}`,
    replace: `${edit(softmax, "dattMean);", "dattMean) * scale;")}

${edit(scores, "dpreatt[row + t2] * scale", "dpreatt[row + t2]")}`,
    says: "dpreatt already has the factor 1 / sqrt(hs) in it. preatt is the score after scaling, so the factor comes one step later, on the way to q and k: step 8.",
  },
  {
    name: "the scale in dpreatt and once more",
    find: softmax,
    replace: edit(softmax, "dattMean);", "dattMean) * scale;"),
    says: "The factor 1 / sqrt(hs) is in dpreatt, and then in dscore a second time. It belongs in the second alone: preatt is the score after scaling, step 8.",
  },
  {
    name: "the scale for the queries alone",
    find: "dinp[k + i] += dscore",
    replace: "dinp[k + i] += dpreatt[row + t2]",
    says: "The gradients of the keys lack the factor 1 / sqrt(hs). Keys are in the same product as queries, and both get it: step 9.",
  },
  {
    name: "the scale for the keys alone",
    find: "dinp[q + i] += dscore",
    replace: "dinp[q + i] += dpreatt[row + t2]",
    says: "The gradients of the queries lack the factor 1 / sqrt(hs). Queries are in the same product as keys, and both get it: step 8.",
  },
  {
    name: "the scale from NH",
    find: "const scale = 1 / Math.sqrt(hs);",
    replace: "const scale = 1 / Math.sqrt(NH);",
    says: "The scale is made from NH, the number of heads. It should be made from the number of channels in one head, hs = C / NH: step 8.",
  },
  {
    name: "the scale for the values too",
    find: "dinp[v + i] += att[row + t2]",
    replace: "dinp[v + i] += scale * att[row + t2]",
    says: "The gradients of the values have the factor 1 / sqrt(hs). The scale belongs to the scores, and the values are not in those: step 3.",
  },
  {
    name: "the partners left out",
    find: `            dinp[q + i] += dscore * inp[k + i];
            dinp[k + i] += dscore * inp[q + i];`,
    replace: `            dinp[q + i] += dscore;
            dinp[k + i] += dscore;`,
    says: "Queries and keys get the gradient of the score itself. In q * k each is multiplied by the other, so its gradient is too: steps 8 and 9.",
  },
  {
    name: "values for the queries",
    find: "dscore * inp[k + i]",
    replace: "dscore * inp[k + C + i]",
    says: "The gradient of the queries is made with the values. A query meets keys: step 8.",
  },
  {
    name: "the weight in place of the score's gradient",
    find: "const dscore = dpreatt[row + t2] * scale;",
    replace: "const dscore = att[row + t2] * scale;",
    says: "Queries and keys are given att, the weight itself. What comes back to them is the gradient of the score, dpreatt: steps 8 and 9.",
  },
  {
    name: "the value in place of what comes back",
    find: "dinp[v + i] += att[row + t2] * dout[o + i];",
    replace: "dinp[v + i] += att[row + t2] * inp[v + i];",
    says: "The gradients of the values are made from the values themselves. What comes back to them is dout: step 3.",
  },
  {
    name: "dq and dk swapped",
    find: `            dinp[q + i] += dscore * inp[k + i];
            dinp[k + i] += dscore * inp[q + i];`,
    replace: `            dinp[q + i] += dscore * inp[q + i];
            dinp[k + i] += dscore * inp[k + i];`,
    says: "Queries are multiplied where keys should be, and keys where queries should be. In a product q * k, what multiplies q is k: steps 8 and 9.",
  },
  {
    name: "= for += in dq",
    find: "dinp[q + i] += dscore",
    replace: "dinp[q + i] = dscore",
    says: "The queries hold what the last key gave, and nothing else: their gradients are set where they should be added to. A query meets every key up to t, and all of them count: step 8.",
  },
  {
    name: "= for += in dk",
    find: "dinp[k + i] += dscore",
    replace: "dinp[k + i] = dscore",
    says: "The keys hold what the last query gave, and nothing else: their gradients are set where they should be added to. A key meets every query from t2 on, and all of them count: step 9.",
  },
  {
    name: "= for += in dq, dk and dv",
    find: all,
    replace: edit(
      edit(edit(all, "dinp[q + i] +=", "dinp[q + i] ="), "dinp[k + i] +=", "dinp[k + i] ="),
      "dinp[v + i] +=",
      "dinp[v + i] =",
    ),
    says: "All of dinp is set where it should be added to: each number holds what came last, and what was there before is lost. Write += instead of =.",
  },
  {
    name: "nothing for the keys",
    find: `            dinp[q + i] += dscore * inp[k + i];
            dinp[k + i] += dscore * inp[q + i];`,
    replace: "            dinp[q + i] += dscore * inp[k + i];",
    says: "Nothing has come to the keys, the C numbers in the middle of each 3C of dinp: step 9.",
  },
  {
    name: "nothing for the queries",
    find: `            dinp[q + i] += dscore * inp[k + i];
            dinp[k + i] += dscore * inp[q + i];`,
    replace: "            dinp[k + i] += dscore * inp[q + i];",
    says: "Nothing has come to the queries, the first C of each 3C numbers of dinp: step 8.",
  },
  {
    name: "values alone",
    whole: true,
    find: scores,
    replace: "",
    says: "In dinp the values are right, and nothing has come to the queries and the keys: steps 8 and 9.",
  },
  {
    name: "values in place of keys",
    find: "const k = head + t2 * 3 * C + C;",
    replace: "const k = head + t2 * 3 * C + 2 * C;",
    says: "What is read and written as the key is the value. The key comes C numbers after the query, the value 2 * C.",
  },
  {
    name: "the key of the wrong token",
    find: "const k = head + t2 * 3 * C + C;",
    replace: "const k = q + C;",
    says: "The key is that of token t, which looks. The score preatt[t, t2] was made with the key of t2, the token that is looked at.",
  },
  {
    name: "the query of the wrong token",
    find: `            dinp[q + i] += dscore * inp[k + i];
            dinp[k + i] += dscore * inp[q + i];`,
    replace: `            dinp[k - C + i] += dscore * inp[k + i];
            dinp[k + i] += dscore * inp[k - C + i];`,
    says: "The query is that of token t2, which is looked at. The score preatt[t, t2] was made with the query of t, the token that looks.",
  },
  {
    name: "keys and values swapped",
    find: all,
    replace: edit(edit(edit(all, "+ 2 * C;", "+ X;"), "* C + C;", "* C + 2 * C;"), "+ X;", "+ C;"),
    says: "Keys and values have changed places. In a row of 3 * C numbers the queries come first, then the keys, then the values.",
  },

  // The mask.
  {
    name: "no token looks at itself",
    find: all,
    replace: edit(all, "t2 <= t;", "t2 < t;"),
    says: "The loops end before t2 = t. A token sees itself too, so they run up to and including t: write t2 <= t.",
  },
  {
    name: "no token looks at itself, in the values",
    find: values,
    replace: edit(values, "t2 <= t;", "t2 < t;"),
    says: "The loop over the values ends before t2 = t, so datt is 0 on the diagonal. A token sees itself too: write t2 <= t.",
    madeIn: "datt",
  },
  {
    name: "no token looks at itself, in the mean",
    find: mean,
    replace: edit(mean, "t2 <= t;", "t2 < t;"),
    says: "The weighted mean leaves out the token itself, t2 = t. It is one of those that share the sum of the softmax: write t2 <= t.",
    madeIn: "dpreatt",
  },
  {
    name: "no token looks at itself, in the scores",
    find: scores,
    replace: edit(scores, "t2 <= t;", "t2 < t;"),
    says: "Queries and keys lack what comes from a token's query and its own key, t2 = t: write t2 <= t in the last loop.",
  },
  {
    name: "all tokens",
    find: all,
    replace: edit(all, "t2 <= t;", "t2 < T;"),
    says: "The loops go over all T tokens, later ones too. Their weight is 0, so most of it comes out right; but datt above the diagonal is not wanted, and half of the work is wasted: write t2 <= t.",
  },
  {
    name: "one token of the future",
    find: all,
    replace: edit(all, "t2 <= t;", "t2 <= t + 1;"),
    says: "The loops go one token too far, to t2 = t + 1: a token may not see the one that it is to predict. For the last token there is none, and the index leaves its row.",
  },

  // Where things stand.
  {
    name: "C in place of 3C",
    find: all,
    replace: edit(all, "t2 * 3 * C", "t2 * C"),
    says: "From one token to the next the offsets of keys and values grow by C. In inp and dinp a token has 3 * C numbers.",
  },
  {
    name: "3C in dout",
    find: "const o = (b * T + t) * C + h * hs;",
    replace: "const o = (b * T + t) * 3 * C + h * hs;",
    says: "dout is read with steps of 3 * C. Its shape is (B, T, C): C numbers for each token.",
  },
  {
    name: "the head forgotten in inp",
    find: "const head = b * T * 3 * C + h * hs;",
    replace: "const head = b * T * 3 * C;",
    says: "Every head reads and writes the queries, keys and values of head 0. Those of head h begin h * hs numbers further.",
  },
  {
    name: "the head forgotten in dout",
    find: "const o = (b * T + t) * C + h * hs;",
    replace: "const o = (b * T + t) * C;",
    says: "Every head takes the dout of head 0. Head h wrote to the channels from h * hs on, and its gradient is there.",
  },
  {
    name: "the head forgotten in both",
    find: `const head = b * T * 3 * C + h * hs; // where the query of this head's token 0 begins
      for (let t = 0; t < T; t++) {
        const q = head + t * 3 * C;
        const o = (b * T + t) * C + h * hs;`,
    replace: `const head = b * T * 3 * C;
      for (let t = 0; t < T; t++) {
        const q = head + t * 3 * C;
        const o = (b * T + t) * C;`,
    says: "All heads work on the channels of head 0, in inp, dinp and dout alike. Head h has the channels from h * hs on.",
  },
  {
    name: "the head's offset is h",
    find: "const head = b * T * 3 * C + h * hs;",
    replace: "const head = b * T * 3 * C + h;",
    says: "In inp and dinp head h begins at channel h. Each head has hs channels, so it begins at h * hs.",
  },
  {
    name: "the head size is C",
    find: "const hs = C / NH;",
    replace: "const hs = C;",
    says: "The heads are taken to be C channels wide, and reach into what belongs to others. They share the C channels: hs = C / NH.",
  },
  {
    name: "the head size is NH",
    find: "const hs = C / NH;",
    replace: "const hs = NH;",
    says: "The heads are taken to be NH channels wide. NH is how many heads there are; each has C / NH channels.",
  },
  {
    name: "the sequence forgotten in inp",
    find: "const head = b * T * 3 * C + h * hs;",
    replace: "const head = h * hs;",
    says: "The first sequence gets what belongs to all of them: inp and dinp are used without b. Sequence b begins at b * T * 3 * C.",
  },
  {
    name: "the sequence forgotten in the table",
    find: "const row = ((b * NH + h) * T + t) * T;",
    replace: "const row = (h * T + t) * T;",
    says: "att, datt and dpreatt are used without b, as if all sequences had the same weights. Their shape is (B, NH, T, T).",
  },
  {
    name: "the head forgotten in the table",
    find: "const row = ((b * NH + h) * T + t) * T;",
    replace: "const row = (b * T + t) * T;",
    says: "att, datt and dpreatt are used without h, as if all heads had the same weights. Their shape is (B, NH, T, T).",
  },
  {
    name: "heads and tokens swapped in the table",
    find: "const row = ((b * NH + h) * T + t) * T;",
    replace: "const row = ((b * T + t) * NH + h) * T;",
    says: "att, datt and dpreatt are read as (B, T, NH, T). The heads come before the tokens there, (B, NH, T, T), so the row begins at ((b * NH + h) * T + t) * T.",
  },
  {
    name: "the table read by columns",
    find: all,
    replace: edit(all, "[row + t2]", "[row - t * T + t2 * T + t]"),
    says: "att, datt and dpreatt are read with t and t2 swapped. Row t of the table belongs to the token that looks, and t2 runs along it.",
  },
  {
    name: "queries and keys exchanged",
    find: `        const q = head + t * 3 * C;
        const o = (b * T + t) * C + h * hs; // in dout
        const row = ((b * NH + h) * T + t) * T; // in att, datt and dpreatt

        // out[t, i] = sum_t2 att[t, t2] * v[t2, i]
        for (let t2 = 0; t2 <= t; t2++) {
          const v = head + t2 * 3 * C + 2 * C;
          for (let i = 0; i < hs; i++) {
            datt[row + t2] += dout[o + i] * inp[v + i];
            dinp[v + i] += att[row + t2] * dout[o + i];
          }
        }

        // att[t] = softmax(preatt[t])
        let dattMean = 0; // of the row's datt, weighted by att
        for (let t2 = 0; t2 <= t; t2++) dattMean += att[row + t2] * datt[row + t2];
        for (let t2 = 0; t2 <= t; t2++) {
          dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean);
        }

        // preatt[t, t2] = sum_i q[t, i] * k[t2, i] * scale
        for (let t2 = 0; t2 <= t; t2++) {
          const k = head + t2 * 3 * C + C;`,
    replace: `        const q = head + t * 3 * C + C;
        const o = (b * T + t) * C + h * hs;
        const row = ((b * NH + h) * T + t) * T;
        for (let t2 = 0; t2 <= t; t2++) {
          const v = head + t2 * 3 * C + 2 * C;
          for (let i = 0; i < hs; i++) {
            datt[row + t2] += dout[o + i] * inp[v + i];
            dinp[v + i] += att[row + t2] * dout[o + i];
          }
        }
        let dattMean = 0;
        for (let t2 = 0; t2 <= t; t2++) dattMean += att[row + t2] * datt[row + t2];
        for (let t2 = 0; t2 <= t; t2++) {
          dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean);
        }
        for (let t2 = 0; t2 <= t; t2++) {
          const k = head + t2 * 3 * C;`,
    says: "Queries and keys have changed places. Of each token's 3C numbers the first C are the queries, the next C the keys, and the last C the values.",
  },
  {
    name: "the key hs after the query",
    find: "const k = head + t2 * 3 * C + C;",
    replace: "const k = head + t2 * 3 * C + hs;",
    says: "The key is taken to begin hs after the query, where the next head's query is. The queries of all heads come first: the keys begin C after them.",
  },
];
