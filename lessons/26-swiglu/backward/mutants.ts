// Mistakes that are easily made in this exercise: each an edit of solution.ts, with what the page says about it. The steps
// are those of the lesson's derivation.

const slope = "const slope = s + gate * s * (1 - s); // of silu";
const intoGate = "dinp[row + i] += d * up * slope;";
const intoUp = "dinp[row + F + i] += d * gate * s;";

export const mutants = [
  {
    name: "the share held still",
    find: slope,
    replace: "const slope = s;",
    says: "The gate's gradient is right only if its share never changed. The gate is in silu twice: by itself and in the share, step 3.",
  },
  {
    name: "only the share moves",
    find: slope,
    replace: "const slope = gate * s * (1 - s);",
    says: "The gate's gradient has the change of the share alone. More of the gate at the same share is missing: step 3.",
  },
  {
    name: "the sigmoid's slope for silu's",
    find: slope,
    replace: "const slope = s * (1 - s);",
    says: "The gate's gradient has the slope of the sigmoid where that of silu belongs: step 3.",
  },
  {
    name: "a minus in the slope",
    find: "s + gate * s",
    replace: "s - gate * s",
    says: "The second term of silu's slope has the wrong sign. A larger gate has a larger share: step 4.",
  },
  {
    name: "1 + s",
    find: "(1 - s); // of silu",
    replace: "(1 + s); // of silu",
    says: "In silu's slope the share is multiplied by 1 + s. Its derivative is s (1 - s): step 4.",
  },
  {
    name: "the second s forgotten",
    find: "gate * s * (1 - s)",
    replace: "gate * (1 - s)",
    says: "In silu's slope a factor s is missing from the second term. The share's derivative is s (1 - s): step 4.",
  },
  {
    name: "the gate before both terms",
    find: "s + gate * s * (1 - s)",
    replace: "gate * (s + s * (1 - s))",
    says: "In silu's slope both terms are multiplied by the gate. The first is the share alone: step 3.",
  },
  {
    name: "the gate for the share",
    find: "gate * s * (1 - s)",
    replace: "gate * (1 - gate)",
    says: "The second term of silu's slope has gate (1 - gate). It is the share whose derivative is s (1 - s), and the gate multiplies that: step 4.",
  },
  {
    name: "tanh's derivative",
    find: "gate * s * (1 - s)",
    replace: "gate * (1 - s * s)",
    says: "The second term of silu's slope has 1 - s^2, which is the derivative of tanh. The sigmoid's is s (1 - s): step 4.",
  },
  {
    name: "up forgotten",
    find: intoGate,
    replace: "dinp[row + i] += d * slope;",
    says: "The gate's gradient lacks the other factor of the product: what was let through, up. Step 2.",
  },
  {
    name: "dout forgotten for the gate",
    find: intoGate,
    replace: "dinp[row + i] += up * slope;",
    says: "The gate's gradient is the slope alone. It still has to be multiplied by what arrives, dout: step 1.",
  },
  {
    name: "dout forgotten for the value",
    find: intoUp,
    replace: "dinp[row + F + i] += gate * s;",
    says: "The value's gradient is silu of the gate alone. It still has to be multiplied by what arrives, dout: step 1.",
  },
  {
    name: "the share for silu",
    find: intoUp,
    replace: "dinp[row + F + i] += d * s;",
    says: "The value's gradient is multiplied by the share of the gate. The other factor of the product is silu(gate), which is gate times its share: step 2.",
  },
  {
    name: "the gate for silu",
    find: intoUp,
    replace: "dinp[row + F + i] += d * gate;",
    says: "The value's gradient is multiplied by the gate as it came. The other factor of the product is silu(gate): step 2.",
  },
  {
    name: "slope for silu",
    find: intoUp,
    replace: "dinp[row + F + i] += d * slope;",
    says: "The value's gradient is multiplied by silu's slope. The output is a straight line in the value, as steep as silu(gate) is high: step 2.",
  },
  {
    name: "up in the value's gradient",
    find: intoUp,
    replace: "dinp[row + F + i] += d * up * gate * s;",
    says: "The value's gradient has the value itself in it, which makes it dout times the output. A product's gradient has the other factor only: step 2.",
  },
  {
    name: "halves exchanged",
    find: `${intoGate}
      ${intoUp}`,
    replace: `dinp[row + F + i] += d * up * slope;
      dinp[row + i] += d * gate * s;`,
    says: "Both gradients are right and in each other's places. Of each token come F gates first, then F values.",
  },
  {
    name: "halves exchanged in inp",
    find: `const gate = inp[row + i];
      const up = inp[row + F + i];`,
    replace: `const up = inp[row + i];
      const gate = inp[row + F + i];`,
    says: "Gates and values are read from each other's places. Of each token come F gates first, then F values.",
  },
  {
    name: "e of plus the gate",
    find: "Math.exp(-gate)",
    replace: "Math.exp(gate)",
    says: "The share is that of minus the gate: the exponent has a minus in the forward pass.",
  },
  {
    name: "rows of F",
    find: "const row = bt * 2 * F;",
    replace: "const row = bt * F;",
    says: "Rows of inp and dinp begin 2 F apart, not F: each token has F gates and F values.",
  },
];
