// Colours for WGSL in the editor: words, numbers and comments. The listing's own, made when the site is built, know more.

import { StreamLanguage } from "@codemirror/language";

const keywords = new Set(
  "alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let loop override requires return struct switch true var while".split(
    " ",
  ),
);
const types =
  /^(bool|[iuf]32|f16|vec[234][iufh]?|mat[234]x[234][fh]?|array|atomic|ptr|storage|uniform|workgroup|private|function|read|write|read_write)$/;

/** `comment` says whether the line begins within a comment, and how many are open. */
export const wgsl = StreamLanguage.define<{ comments: number }>({
  name: "wgsl",
  startState: () => ({ comments: 0 }),
  token(stream, state) {
    if (state.comments > 0 || stream.match("/*")) {
      if (state.comments === 0) state.comments = 1;
      while (state.comments > 0 && !stream.eol()) {
        if (stream.match("*/")) state.comments--;
        else if (stream.match("/*")) state.comments++;
        else stream.next();
      }
      return "comment";
    }
    if (stream.eatSpace()) return null;
    if (stream.match("//")) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match(/^@\s*\w+/)) return "keyword";
    if (stream.match(/^(0x[\da-f.]+|\d+\.?\d*(e[+-]?\d+)?|\.\d+)[iufh]?/i)) return "number";
    const word = stream.match(/^[A-Za-z_]\w*/);
    if (Array.isArray(word)) {
      if (word[0] === "true" || word[0] === "false") return "bool";
      if (keywords.has(word[0])) return "keyword";
      if (types.test(word[0])) return "typeName";
      return stream.match(/^\s*\(/, false) ? "variableName.function" : "variableName";
    }
    if (stream.match(/^[-+*/%=<>!&|^~]+/)) return "operator";
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: "//", block: { open: "/*", close: "*/" } } },
});
