// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const group = "Math.floor(h / (NH / NKV))";
const dscore = "att * (datt - dattMean) * scale";
const dq = "dqkv[q + i] += dscore * qkv[k + i];";
const dk = "dqkv[k + i] += dscore * qkv[q + i];";
const dv = "dqkv[v + i] += att * dout[o + i];";
const window = "Math.max(0, t - windowSize + 1)";
const key = "(b * T + t2) * row + (NH + group) * hs";
const lse = "lse[(b * NH + h) * T + t]";

export const mutants = [
  {
    name: "dealt out in turns",
    find: group,
    replace: "h % NKV",
    says: "The heads of keys are dealt out in turns. Neighbouring heads of queries share one: the first NH/NKV of them look at head 0, the next at head 1, step 1.",
  },
  {
    name: "each its own",
    find: group,
    replace: "h",
    byNaN: true,
    says: "Head h of queries is given head h of keys, as if there were as many. There are NKV, and NH/NKV neighbours share one: step 1.",
  },
  {
    name: "the first for all",
    find: group,
    replace: "0",
    says: "All queries look at the first head of keys. That is right where NKV is 1; else the next NH/NKV of them look at the next head: step 1.",
  },
  {
    name: "groups of NKV",
    find: group,
    replace: "Math.floor(h / NKV)",
    byNaN: true,
    says: "NKV heads of queries are taken to a group. It is NH/NKV of them, since there are NKV groups: step 1.",
  },
  {
    name: "group not rounded down",
    find: group,
    replace: "Math.ceil(h / (NH / NKV))",
    byNaN: true,
    says: "h / (NH/NKV) is rounded up. The second head of a group still looks at the same head of keys as the first: round down, step 1.",
  },
  {
    name: "group rounded to the nearest",
    find: group,
    replace: "Math.round(h / (NH / NKV))",
    byNaN: true,
    says: "h / (NH/NKV) is rounded to the nearest number, so that the later heads of a group look at the next head of keys already. Round down: step 1.",
  },
  {
    name: "the key overwritten",
    find: dk,
    replace: "dqkv[k + i] = dscore * qkv[q + i];",
    says: "The gradient of a key is set and not added to, so that only the last query that looked at it is left. It gathers those of all: step 6.",
  },
  {
    name: "the value overwritten",
    find: dv,
    replace: "dqkv[v + i] = att * dout[o + i];",
    says: "The gradient of a value is set and not added to, so that only the last query that looked at it is left. It gathers those of all: step 5.",
  },
  {
    name: "the query overwritten",
    find: dq,
    replace: "dqkv[q + i] = dscore * qkv[k + i];",
    says: "The gradient of a query is set and not added to, so that only the last key that it looked at is left: step 4.",
  },
  {
    name: "the key's gradient as a mean",
    find: dk,
    replace: "dqkv[k + i] += (dscore * qkv[q + i]) / (NH / NKV);",
    says: "A key gets the mean over the heads that share it. Paths are added, and not averaged: each of these heads moves the loss in full, step 6.",
  },
  {
    name: "the value's gradient as a mean",
    find: dv,
    replace: "dqkv[v + i] += (att * dout[o + i]) / (NH / NKV);",
    says: "A value gets the mean over the heads that share it. Paths are added, and not averaged: step 5.",
  },
  {
    name: "one head for the key",
    find: dk,
    replace: "if (h % (NH / NKV) === 0) dqkv[k + i] += dscore * qkv[q + i];",
    says: "A key gets what the first head of its group sends back, and nothing from the others that share it. All of them are added: step 6.",
  },
  {
    name: "one head for the value",
    find: dv,
    replace: "if (h % (NH / NKV) === 0) dqkv[v + i] += att * dout[o + i];",
    says: "A value gets what the first head of its group sends back, and nothing from the others that share it. All of them are added: step 5.",
  },
  {
    name: "the scale missing",
    find: dscore,
    replace: "att * (datt - dattMean)",
    says: "The scale is missing in dscore: the score is the product divided by sqrt(hs), and so is what goes back to queries and keys, steps 4 and 6.",
  },
  {
    name: "the scale twice",
    find: dscore,
    replace: "att * (datt - dattMean) * scale * scale",
    says: "dscore is multiplied by the scale twice. Once is enough for both, the query and the key.",
  },
  {
    name: "the mean missing",
    find: dscore,
    replace: "att * datt * scale",
    says: "dscore lacks the mean of its row. A score takes from the other weights what it gives to its own: step 3.",
  },
  {
    name: "its own weight alone",
    find: dscore,
    replace: "att * (1 - att) * datt * scale",
    says: "dscore follows its own weight alone. A score moves the weights of the whole row, and what the others lose is in the mean: step 3.",
  },
  {
    name: "the weight missing",
    find: dscore,
    replace: "(datt - dattMean) * scale",
    says: "dscore lacks its factor att: a weight of 0 does not move, step 3.",
  },
  {
    name: "the mean added",
    find: dscore,
    replace: "att * (datt + dattMean) * scale",
    says: "The mean of the row is added in dscore. It has to be taken away: step 3.",
  },
  {
    name: "the value without its weight",
    find: dv,
    replace: "dqkv[v + i] += dout[o + i];",
    says: "The value gets dout in full from everyone who sees it. It was handed out in shares, and what comes back comes in the same shares: step 5.",
  },
  {
    name: "the value by datt",
    find: dv,
    replace: "dqkv[v + i] += att * datt;",
    says: "The value is given the weight times datt. What the weight hands back is dout: step 5.",
  },
  {
    name: "the value by the answer",
    find: dv,
    replace: "dqkv[v + i] += att * out[o + i];",
    says: "The value is given the weight times the answer. What goes back is the answer's gradient, dout: step 5.",
  },
  {
    name: "the value by dscore",
    find: dv,
    replace: "dqkv[v + i] += dscore * dout[o + i];",
    says: "The value is given dscore times dout. What multiplied it in the answer is the weight, att: step 5.",
  },
  {
    name: "the query gets itself",
    find: dq,
    replace: "dqkv[q + i] += dscore * qkv[q + i];",
    says: "The query gets itself times dscore. What multiplies it in the score is the key: step 4.",
  },
  {
    name: "the key gets itself",
    find: dk,
    replace: "dqkv[k + i] += dscore * qkv[k + i];",
    says: "The key gets itself times dscore. What multiplies it in the score is the query: step 6.",
  },
  {
    name: "no query",
    find: dq,
    replace: "",
    whole: true,
    says: "Keys and values have their gradients, and the queries have got none: step 4.",
  },
  {
    name: "no key",
    find: dk,
    replace: "",
    whole: true,
    says: "Queries and values have their gradients, and the keys have got none: step 6.",
  },
  {
    name: "no value",
    find: dv,
    replace: "",
    whole: true,
    says: "Queries and keys have their gradients, and the values have got none: step 5.",
  },
  {
    name: "no window",
    find: window,
    replace: "0",
    says: "The window is forgotten: a query is taken to see all tokens up to itself. It sees windowSize of them, step 7.",
  },
  {
    name: "the window one too long",
    find: window,
    replace: "Math.max(0, t - windowSize)",
    says: "The window is one token too long. The query itself is one of the windowSize: the first is t - windowSize + 1.",
  },
  {
    name: "the window one too short",
    find: window,
    replace: "Math.max(0, t - windowSize + 2)",
    says: "The window is one token too short: it begins at t - windowSize + 1.",
  },
  {
    name: "not itself",
    find: "t2 <= t;",
    replace: "t2 < t;",
    says: "A token is taken not to see itself. It does: the loop runs while t2 <= t.",
  },
  {
    name: "the value next to the key",
    find: "k + NKV * hs",
    replace: "k + hs",
    says: "The value is taken to be hs numbers after the key. Between them are the keys of all other heads: NKV * hs.",
  },
  {
    name: "the value where GPT-2 has it",
    find: "k + NKV * hs",
    replace: "k + NH * hs",
    byNaN: true,
    says: "The value is taken to be NH heads after the key. There are only NKV heads of keys: NKV * hs.",
  },
  {
    name: "the key among the queries",
    find: key,
    replace: "(b * T + t2) * row + group * hs",
    says: "The key is looked for among the queries. A token has NH heads of queries first, and then its keys.",
  },
  {
    name: "the row of GPT-2",
    find: "(NH + 2 * NKV) * hs",
    replace: "3 * NH * hs",
    byNaN: true,
    says: "A token is taken to have 3 NH heads, as in GPT-2. It has NH of queries, NKV of keys and NKV of values.",
  },
  {
    name: "lse by token, then by head",
    find: lse,
    replace: "lse[(b * T + t) * NH + h]",
    says: "lse is read as (B, T, NH). It is (B, NH, T): all tokens of a head, then the next head.",
  },
  {
    name: "lse of the token that is seen",
    find: lse,
    replace: "lse[(b * NH + h) * T + t2]",
    says: "lse is that of the token that is looked at. The row belongs to the one that looks: t, step 2.",
  },
  {
    name: "lse of the head of keys",
    find: lse,
    replace: "lse[(b * NH + group) * T + t]",
    says: "lse is taken by the head of keys. Every head of queries has weights of its own, and its own sum: h, step 2.",
  },
  {
    name: "the weight from the unscaled score",
    find: "score * scale - lse",
    replace: "score - lse",
    says: "The weight is computed from the score without its scale, and so is not the one of the forward pass: step 2.",
  },
  {
    name: "the value's gradient in the key's place",
    find: dv,
    replace: "dqkv[k + i] += att * dout[o + i];",
    says: "What belongs to the value is added to the key. Values are at v, NKV heads after the keys.",
  },
];
