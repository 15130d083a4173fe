// npm run convert -- IN OUT: a model from one kind of file to another. See --help.

import { runCommand } from "../src/commands/command.ts";
import { convert } from "../src/commands/convert.ts";

await runCommand(convert);
