// npm run generate: a model writes on after a prompt. See --help.

import { runCommand } from "../src/commands/command.ts";
import { generate } from "../src/commands/generate.ts";

await runCommand(generate);
