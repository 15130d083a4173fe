// npm run record: writes down a run for the site to show. See --help.

import { runCommand } from "../src/commands/command.ts";
import { record } from "../src/commands/record.ts";

await runCommand(record);
