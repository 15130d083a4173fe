// How GPT-2 cuts a text into words before it merges anything.

const pattern =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

const text = "I'll say it: the 2 cats  sat,\nand that's that.";

for (const word of text.match(pattern) ?? []) console.log(JSON.stringify(word));
