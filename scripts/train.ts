// npm run train: trains a GPT-2, as llm.c's train_gpt2 does. See --help.

import { runCommand } from "../src/commands/command.ts";
import { train } from "../src/commands/train.ts";

await runCommand(train);
