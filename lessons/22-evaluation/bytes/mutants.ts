// Plausible bugs: each an edit of solution.ts, with what the page says about it.

const result = "bits[0] = nats / Math.LN2 / bytes;";
const count = "bytes += bytesOf(characters[m]);";

export const mutants = [
  {
    name: "tokens instead of bytes",
    find: result,
    replace: "bits[0] = nats / Math.LN2 / N;",
    says: "These are bits for each token. Divide by the bytes of the text: they are the same, however it was cut.",
  },
  {
    name: "the natural logarithm kept",
    find: result,
    replace: "bits[0] = nats / bytes;",
    says: "These are nats for each byte. A nat is 1 / ln 2 bits, 1.44: divide by Math.LN2.",
  },
  {
    name: "times ln 2",
    find: result,
    replace: "bits[0] = (nats * Math.LN2) / bytes;",
    says: "Nats are multiplied by ln 2. A bit is the smaller unit, so there are more of them: divide by ln 2.",
  },
  {
    name: "characters instead of bytes",
    find: count,
    replace: "bytes++;",
    says: "These are bits for each character. It is right for plain English, where a character is one byte. Others take two, three or four in UTF-8.",
  },
  {
    name: "characters as JavaScript counts them",
    find: count,
    replace: "bytes += characters[m] < 0x10000 ? 1 : 2;",
    says: "That is how JavaScript counts a text's length: in units of 16 bits. In UTF-8 a character takes one to four bytes.",
  },
  {
    name: "two bytes for all that are not English",
    find: count,
    replace: "bytes += characters[m] < 0x80 ? 1 : 2;",
    says: "Every character that is not plain ASCII is counted as two bytes. From 0x800 on they take three, and from 0x10000 on four.",
  },
  {
    name: "the mean loss over the bytes",
    find: result,
    replace: "bits[0] = nats / N / Math.LN2 / bytes;",
    says: "The mean over the tokens is divided by the bytes once more. It is the sum, what the whole text surprises by, that belongs over them.",
  },
  {
    name: "log2 of the sum",
    find: result,
    replace: "bits[0] = Math.log2(nats) / bytes;",
    says: "The losses are logarithms already. Turning nats into bits takes a factor, 1 / ln 2, and no further logarithm.",
  },
  {
    name: "the last token left out",
    find: "n < N; n++) nats",
    replace: "n < N - 1; n++) nats",
    says: "The last token is left out of the sum.",
  },
  {
    name: "the last token alone",
    find: "nats += losses[n];",
    replace: "nats = losses[n];",
    says: "Only the loss of the last token is left, since each replaces the one before. Add them up, with +=.",
  },
  {
    name: "code points added up",
    find: count,
    replace: "bytes += characters[m];",
    says: "The code points themselves are added up. What is wanted is how many bytes each of them takes: bytesOf tells it.",
  },
  {
    name: "the last character alone",
    find: count,
    replace: "bytes = bytesOf(characters[m]);",
    says: "Only the bytes of the last character are left, since each number replaces the one before. Add them up, with +=.",
  },
  {
    name: "as many characters as tokens",
    find: "m < M;",
    replace: "m < N;",
    says: "N characters are counted, but N is the number of tokens. The text has M characters.",
  },
  {
    name: "upside down",
    find: result,
    replace: "bits[0] = bytes / (nats / Math.LN2);",
    says: "These are bytes for each bit. Divide the bits by the bytes.",
  },
  {
    name: "not divided by the bytes",
    find: result,
    replace: "bits[0] = nats / Math.LN2 + 0 * bytes;",
    says: "These are the bits of the whole text. Divide by its bytes.",
  },
  {
    name: "a byte as 8 bits",
    find: result,
    replace: "bits[0] = nats / Math.LN2 / (8 * bytes);",
    says: "Each byte is counted as 8. The bits here are bits of surprise, not of storage: divide by the number of bytes alone.",
  },
  {
    name: "a perplexity for each byte",
    find: result,
    replace: "bits[0] = Math.exp(nats / bytes);",
    says: "This is a perplexity for each byte. Bits per byte are a logarithm still: no exp is needed.",
  },
];
