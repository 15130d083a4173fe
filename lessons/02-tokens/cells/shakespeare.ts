// The first 97 tokens of Tiny Shakespeare, as GPT-2 cuts it, and the text of each.

const ids = `
  50256 5962 22307 25 198 8421 356 5120 597 2252 11 3285 502 2740 13 628 50256 3237 25 198 5248
  461 11 2740 13 628 50256 5962 22307 25 198 1639 389 477 12939 2138 284 4656 621 284 1145 680 30
  628 50256 3237 25 198 4965 5634 13 12939 13 628 50256 5962 22307 25 198 5962 11 345 760 327 1872
  385 1526 28599 318 4039 4472 284 262 661 13 628 50256 3237 25 198 1135 760 470 11 356 760 470 13
  628 50256 5962 22307 25 198 5756 514 1494
`;

const texts = [
  "<|endoftext|>~First~ Citizen~:~\n~Before~ we~ proceed~ any~ further~,~ hear~ me~ speak~.~\n\n~",
  "<|endoftext|>~All~:~\n~Spe~ak~,~ speak~.~\n\n~",
  "<|endoftext|>~First~ Citizen~:~\n~You~ are~ all~ resolved~ rather~ to~ die~ than~ to~ fam~ish~?~\n\n~",
  "<|endoftext|>~All~:~\n~Res~olved~.~ resolved~.~\n\n~",
  "<|endoftext|>~First~ Citizen~:~\n~First~,~ you~ know~ C~ai~us~ Mar~cius~ is~ chief~ enemy~ to~ the~ people~.~\n\n~",
  "<|endoftext|>~All~:~\n~We~ know~'t~,~ we~ know~'t~.~\n\n~",
  "<|endoftext|>~First~ Citizen~:~\n~Let~ us~ kill",
].join("");

export const tokens = Uint16Array.from(ids.trim().split(/\s+/), Number);

/** The text of each of these tokens. */
export const textOf = new Map(texts.split("~").map((text, k) => [tokens[k], text]));
