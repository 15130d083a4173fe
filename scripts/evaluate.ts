// npm run evaluate: how much a text surprises a model. See --help.

import { runCommand } from "../src/commands/command.ts";
import { evaluate } from "../src/commands/evaluate.ts";

await runCommand(evaluate);
