// node .ci/failed.mjs REPORT: the tests of a report of Vitest's that did not pass, a line each, with what the first error said;
// also the files that could not be collected.

import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

const { testResults } = JSON.parse(readFileSync(process.argv[2], "utf8"));

/** The beginning of a message: enough to know the fault by. */
const beginning = (message) =>
  stripVTControlCharacters(message ?? "")
    .split("\n")
    .filter((line) => !line.includes("node_modules"))
    .slice(0, 16)
    .join("\n    ");

for (const { name, status, message, assertionResults } of testResults) {
  const failed = assertionResults.filter((test) => test.status !== "passed");
  const file = relative(".", name);
  for (const { fullName, failureMessages } of failed) {
    console.log(`${file}: ${fullName}\n    ${beginning(failureMessages[0])}`);
  }
  if (status !== "passed" && failed.length === 0) console.log(`${file}\n    ${beginning(message)}`);
}
