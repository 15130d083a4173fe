// What all commands share: flags in one table, from which help and checks follow, and an end in one sentence.

import { parseArgs } from "node:util";
import { SettingsError } from "../training/settings.ts";

/** One flag of a command. */
export interface Flag {
  readonly says: string;
  /** What stands for its value in the help; absent for a switch, which has none. */
  readonly takes?: string;
  /** Bounds of a number; with "whole", of an integer. */
  readonly range?: readonly [least: number, most: number, whole?: "whole"];
  readonly choices?: readonly string[];
}

/** The range of a number of things. */
export const positive = [1, Number.MAX_SAFE_INTEGER, "whole"] as const;

export interface Command<Name extends string> {
  readonly name: string; // of the npm script
  readonly does: string;
  /** Names of the arguments that are no flags; all of them are needed. */
  readonly takes: readonly string[];
  readonly flags: Readonly<Record<Name, Flag>>;
  readonly examples?: readonly string[];
  /** @returns the exit status */
  readonly run: (flags: Flags<Name>, args: readonly string[]) => Promise<number>;
}

/** The flags that were given. */
export interface Flags<Name extends string> {
  text(name: Name): string | undefined;
  number(name: Name): number | undefined;
  on(name: Name): boolean;
  has(name: Name): boolean;
}

/** The command was called in a way that it has no meaning for: exit status 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Settings come from flags here, so one that is out of range is a call that makes no sense. */
export function asUsage<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    throw error instanceof SettingsError ? new UsageError(error.message) : error;
  }
}

/**
 * Runs a command and sets the exit status of the process: 2 where the call makes no sense, 1 where something failed. Then
 * one sentence on standard error says what.
 */
export async function runCommand<Name extends string>(
  command: Command<Name>,
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  process.stdout.on("error", leaveQuietly);
  try {
    const { values, positionals } = parse(command, argv);
    if (values.help) {
      process.stdout.write(helpOf(command));
      return;
    }
    if (positionals.length !== command.takes.length) {
      const expected = command.takes.length === 0 ? "none" : command.takes.join(" and ");
      throw new UsageError(
        `${positionals.length} arguments were given, expected ${expected}; --help says more`,
      );
    }
    process.exitCode = await command.run(flagsOf(command, values), positionals);
  } catch (error) {
    process.stderr.write(`npm run ${command.name}: ${sentence(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/** What a reader of standard output has had enough of, such as head, is no failure. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}

const longestSentence = 1000; // characters

/** What a file that is damaged calls its parts may be anything: a terminal would obey some of it, and it may be long. */
function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split("\n")[0].replace(/\p{Cc}/gu, "\ufffd");
  return line.length > longestSentence ? `${line.slice(0, longestSentence)}…` : line;
}

type Values = Record<string, string | boolean | undefined>;

function parse<Name extends string>(
  { flags }: Command<Name>,
  argv: readonly string[],
): { values: Values; positionals: string[] } {
  const options: Record<string, { type: "string" | "boolean" }> = { help: { type: "boolean" } };
  for (const [name, { takes }] of Object.entries<Flag>(flags)) {
    options[name] = { type: takes === undefined ? "boolean" : "string" };
  }
  try {
    const args = withNegatives(argv, options);
    const parsed = parseArgs({ args, options, allowPositionals: true });
    return { values: parsed.values as Values, positionals: parsed.positionals };
  } catch (error) {
    throw new UsageError(`${reason(error as NodeJS.ErrnoException)}; --help lists the flags`);
  }
}

/** What is wrong with the arguments, from what Node says in several lines. */
function reason({ code, message }: NodeJS.ErrnoException): string {
  const flag = /'(--[\w-]+)/.exec(message)?.[1];
  if (code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE" && flag && message.includes("ambiguous")) {
    return `${flag} has no value, or one that begins with a dash: write that as ${flag}=-…`;
  }
  return message.split(". ")[0];
}

/** Has `--lr -1` be the number that it says. Node takes what begins with a dash for a flag, and calls the one before it ambiguous. */
function withNegatives(
  argv: readonly string[],
  options: Readonly<Record<string, { type: "string" | "boolean" }>>,
): string[] {
  const args: string[] = [];
  for (const arg of argv) {
    const before = args.at(-1) ?? "";
    const takes = before.startsWith("--") && options[before.slice(2)]?.type === "string";
    if (takes && /^-[\d.]/.test(arg)) args[args.length - 1] = `${before}=${arg}`;
    else args.push(arg);
  }
  return args;
}

function flagsOf<Name extends string>({ flags }: Command<Name>, values: Values): Flags<Name> {
  const names = Object.keys(flags) as Name[];
  const numbers = new Map<Name, number>();
  for (const name of names) {
    const value = values[name];
    const { range, choices } = flags[name];
    if (typeof value !== "string") continue;
    if (range) numbers.set(name, readNumber(name, value, range));
    if (choices && !choices.includes(value)) {
      throw new UsageError(`--${name} is ${value}, expected one of ${choices.join(", ")}`);
    }
  }
  return {
    text: (name) => values[name] as string | undefined,
    number: (name) => numbers.get(name),
    on: (name) => values[name] === true,
    has: (name) => values[name] !== undefined,
  };
}

function readNumber(
  name: string,
  value: string,
  [least, most, whole]: NonNullable<Flag["range"]>,
): number {
  const number = value.trim() === "" ? Number.NaN : Number(value);
  const right = number >= least && number <= most && (!whole || Number.isInteger(number));
  if (right) return number;
  const kind = whole ? "a whole number" : "a number";
  const bounds = most === Number.POSITIVE_INFINITY ? `from ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`--${name} is ${value}, expected ${kind} ${bounds}`);
}

function helpOf<Name extends string>({
  name,
  does,
  takes,
  flags,
  examples = [],
}: Command<Name>): string {
  const all: Record<string, Flag> = { ...flags, help: { says: "prints this" } };
  const lines = Object.entries(all).map(
    ([flag, { takes, says }]) => [`  --${flag}${takes ? ` ${takes}` : ""}`, says] as const,
  );
  const width = Math.max(...lines.map(([flag]) => flag.length)) + 2;
  const usage = ["npm run", name, "--", ...takes, "[flags]"].join(" ");
  return [
    usage,
    "",
    does,
    "",
    ...lines.map(
      ([flag, says]) => flag.padEnd(width) + says.replaceAll("\n", `\n${" ".repeat(width)}`),
    ),
    ...(examples.length > 0
      ? ["", ...examples.map((example) => `  npm run ${name} -- ${example}`)]
      : []),
    "",
  ].join("\n");
}
