// A token file, written and read.

import { readTokens, writeTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { textOf, tokens } from "./shakespeare.ts";

const file = writeTokens(tokens);
const header = new Int32Array(file.buffer, 0, 256); // a view of the first 1024 bytes

console.log("bytes in the file", file.length);
console.log("the header begins", header.subarray(0, 4));
console.log("bytes of the first token", file.subarray(1024, 1026));

const read = readTokens(file);
console.log("tokens read", read.subarray(0, 8));
console.log(Array.from(read, (id) => textOf.get(id)).join(""));
