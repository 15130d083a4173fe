// npm run test-gpt2 -- MODEL STATE: what llm.c's test_gpt2 does. See --help.

import { runCommand } from "../src/commands/command.ts";
import { testGpt2 } from "../src/commands/test-gpt2.ts";

await runCommand(testGpt2);
