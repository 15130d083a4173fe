// Repairs that do not repair it: each an edit of solution.ts, with what the page says about it. The bug of start.ts itself
// is not here, because finding it is the exercise.

const read = "const a = qkv[first];";
const one = "qkv[first] = a * cos - qkv[first + apart] * sin;";
const other = "qkv[first + apart] = a * sin + qkv[first + apart] * cos;";
const all = `${read}
        ${one}
        ${other}`;

export const mutants = [
  {
    name: "the two lines exchanged",
    find: all,
    replace: `qkv[first + apart] = qkv[first] * sin + qkv[first + apart] * cos;
        qkv[first] = qkv[first] * cos - qkv[first + apart] * sin;`,
    says: "Now the second channel of each pair is right and the first is wrong. The order is not the fault: whichever is written first is read again for the other.",
  },
  {
    name: "the old value by a division",
    find: all,
    replace: `qkv[first] = qkv[first] * cos - qkv[first + apart] * sin;
        qkv[first + apart] = (qkv[first] / cos) * sin + qkv[first + apart] * cos;`,
    says: "Dividing by cos does not bring the old value back: b sin was taken off as well. Keep it in a variable before it is overwritten.",
  },
  {
    name: "the product added",
    find: one,
    replace: "qkv[first] += a * cos - qkv[first + apart] * sin;",
    says: "The turned value of the first channel is added to the old one. It takes its place: = and not +=.",
  },
  {
    name: "the old partner for the old value",
    find: read,
    replace: "const a = qkv[first + apart];",
    says: "What is kept is the second channel, and it is used for the first. Keep qkv[first], which is about to be overwritten.",
  },
  {
    name: "turned the other way",
    find: `${one}
        ${other}`,
    replace: `qkv[first] = a * cos + qkv[first + apart] * sin;
        qkv[first + apart] = -a * sin + qkv[first + apart] * cos;`,
    says: "All is turned the other way now, as the backward pass does it. The minus belongs to the first line.",
  },
  {
    name: "the signs made equal",
    find: one,
    replace: "qkv[first] = a * cos + qkv[first + apart] * sin;",
    says: "The minus of the first line is gone. It was right: only the old value was missing in the second.",
  },
  {
    name: "neighbours only",
    find: "row + Math.floor(i / apart) * 2 * apart + (i % apart)",
    replace: "row + 2 * i",
    says: "Pair i begins at channel 2i only where neighbours make a pair. That line was right before.",
  },
];
