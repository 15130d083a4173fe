// npm run scaling: how loss falls with the size of a model, with text and with batches. See --help.

import { runCommand } from "../src/commands/command.ts";
import { scaling } from "../src/commands/scaling.ts";

await runCommand(scaling);
