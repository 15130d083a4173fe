// Ways to round to bfloat16 wrongly: each an edit of solution.ts, with what the page says about it.

const rounded = "const rounded = (size + 0x7fff + last) >>> 16;";
const choice = "sign | (size > 0x7f800000 ? 0x7fc0 : rounded)";

export const mutants = [
  {
    name: "cut off",
    start: true,
    find: `    const last = (size >>> 16) & 1; // of the bits that stay
    ${rounded}
    out[i] = ${choice};`,
    replace: "    out[i] = sign | (size >>> 16);",
    says: "The lower 16 bits are cut off, so that every number moves towards 0, and some NaN become infinite. Begin with the rounding: add a number to size before the shift.",
  },
  {
    name: "cut off, and NaN seen to",
    find: rounded,
    replace: "const rounded = (size + 0 * last) >>> 16;",
    says: "NaN is right. The others are cut off towards 0: where more than half of the last bit is lost, the number above is nearer.",
  },
  {
    name: "half goes up",
    find: rounded,
    replace: "const rounded = (size + 0x8000 + 0 * last) >>> 16;",
    says: "A number exactly half way between two always goes up. Of two that are equally near it is the even one that is taken: up only where the last bit that stays is 1.",
  },
  {
    name: "half goes down",
    find: rounded,
    replace: "const rounded = (size + 0x7fff + 0 * last) >>> 16;",
    says: "A number exactly half way between two always goes down. Where the last bit that stays is 1, it has to go up: add that bit.",
  },
  {
    name: "half goes to the odd one",
    find: rounded,
    replace: "const rounded = (size + 0x8000 - last) >>> 16;",
    says: "A number half way between two goes to the odd one. Add 0x7fff and the last bit that stays, so that an odd number goes up and an even one stays.",
  },
  {
    name: "NaN is not seen",
    find: choice,
    replace: "sign | rounded",
    says: "All numbers are right, but not what is no number. Where the bits of NaN are all in the lower half, it becomes infinite, and where they are all 1, it becomes 0. NaN has a size over 0x7f800000; give it 0x7fc0.",
  },
  {
    name: "infinity becomes NaN",
    find: "size > 0x7f800000",
    replace: "size >= 0x7f800000",
    says: "Infinity has become NaN. 0x7f800000 is infinity itself; NaN begins above it.",
  },
  {
    name: "all large exponents are NaN",
    find: "size > 0x7f800000",
    replace: "rounded >= 0x7f80",
    says: "Numbers that are rounded up to infinity have become NaN, and so has infinity. Ask size, before it is rounded, and only for what is above 0x7f800000.",
  },
  {
    name: "the sign lost",
    find: choice,
    replace: "0 * sign + (size > 0x7f800000 ? 0x7fc0 : rounded)",
    says: "The sign is lost: every number comes out positive. It is bit 15 of the result.",
  },
  {
    name: "NaN without its sign",
    find: choice,
    replace: "size > 0x7f800000 ? 0x7fc0 : sign | rounded",
    says: "All numbers are right, and NaN is NaN, but a negative NaN has lost its sign bit. Here the sign is kept there too.",
  },
  {
    name: "never infinite",
    find: choice,
    replace: "sign | (size > 0x7f800000 ? 0x7fc0 : Math.min(rounded, 0x7f7f))",
    says: "The largest numbers stop at 0x7f7f, and infinity becomes finite. What is nearer to the number after the largest one is infinite, as IEEE has it.",
  },
  {
    name: "the lower half",
    find: "+ last) >>> 16;",
    replace: "+ last) & 0x7fff;",
    says: "What stays is the lower half of the word. The sign, the exponent and the first digits are in the upper half: shift by 16.",
  },
  {
    name: "half added, and the last bit too",
    find: rounded,
    replace: "const rounded = (size + 0x8000 + last) >>> 16;",
    says: "One too much is added: an even number half way goes up, and so does an odd one that is a little below half way. With the last bit it is 0x7fff, not 0x8000.",
  },
  {
    name: "NaN alone with its sign",
    find: choice,
    replace: "size > 0x7f800000 ? sign | 0x7fc0 : rounded",
    says: "Only NaN has its sign: all numbers come out positive. It belongs to both cases: sign | rounded.",
  },
  {
    name: "NaN cut off",
    find: choice,
    replace: "sign | (size > 0x7f800000 ? size >>> 16 : rounded)",
    says: "NaN is seen, and only cut off. Where its bits are all in the half that goes, infinity is left: make each NaN 0x7fc0, with its sign.",
  },
  {
    name: "NaN with bits of its own",
    find: choice,
    replace: "sign | (size > 0x7f800000 ? (size >>> 16) | 0x40 : rounded)",
    says: "NaN stays NaN, but with the bits that it came with. Here each becomes 0x7fc0, with its sign.",
  },
  {
    name: "another NaN",
    find: "0x7fc0 : rounded",
    replace: "0x7fff : rounded",
    says: "0x7fff is a NaN, too, but another one. Here each becomes 0x7fc0, with its sign.",
  },
  {
    name: "JavaScript's NaN",
    find: choice,
    replace: "size > 0x7f800000 ? Number.NaN : sign | rounded",
    says: "JavaScript's NaN becomes 0 where whole numbers are kept, as they are in out. Write the bits of NaN: sign | 0x7fc0.",
  },
  {
    name: "NaN asked of the upper half",
    find: "size > 0x7f800000",
    replace: "size >>> 16 > 0x7f80",
    says: "NaN is not seen where its bits are all in the lower half: the upper half is that of infinity, rounded or not. Compare all of size with 0x7f800000.",
  },
  {
    name: "NaN asked with its sign",
    find: "size > 0x7f800000",
    replace: "inp[i] > 0x7f800000",
    says: "A NaN with a sign is not seen, since inp[i] is negative there. Ask size, which has none.",
  },
];
