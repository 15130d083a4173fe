// npm run ablate: what each of Llama's parts does in a model of GPT-2's smallest size. See --help.

import { ablate } from "../src/commands/ablate.ts";
import { runCommand } from "../src/commands/command.ts";

await runCommand(ablate);
