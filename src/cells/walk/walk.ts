// Walks through a shader thread by thread, in the page itself. A GPU shows a race only when it happens; here every use of
// memory is written down, so that a race is found whichever thread would have come first. What it sees are these inputs:
// a race in a branch that they do not take remains unseen.

import { mostRounds } from "../instrument.ts";
import {
  type Expression,
  type Func,
  type Global,
  type Module,
  notKnown,
  parse,
  type Statement,
  Unreadable,
} from "./parse.ts";
import { type Use, Watch } from "./races.ts";
import {
  become,
  builtin,
  combine,
  concrete,
  convert,
  isScalar,
  named,
  type Scalar,
  type Value,
} from "./values.ts";

/** One dispatch. The tensors, bound at 0, 1, 2, ..., are changed as the shader changes them. */
export interface Dispatch {
  entryPoint: string;
  overrides: Readonly<Record<string, number>>;
  tensors: readonly (Float32Array | Int32Array)[];
  workgroups: readonly [number, number];
}

/** What a walk stumbled over. */
export interface Trouble {
  kind: "unreadable" | "outside" | "race" | "barrier" | "endless";
  says: string;
  line: number;
  /** The other line of a race, where there are two. */
  other?: number;
  /** What was done where, apart from the numbers of lines: two texts with the same one have the same trouble. */
  mark: string;
}

interface Memory {
  name: string;
  type: Scalar;
  data: Float32Array | Int32Array | Uint32Array;
  writable: boolean;
  shared: boolean; // workgroup memory
  watch: Watch;
}

interface Thread {
  number: number; // counted across all workgroups
  group: number;
  local: number;
  epochs: { workgroup: number; storage: number };
  builtins: Readonly<Record<string, Value>>;
}

type Variable = { value: Value; fixed: boolean } | Memory;
interface Frame {
  thread: Thread;
  scopes: Map<string, Variable>[];
  /** Results of calls that had to wait at a barrier, made before the expression that they are part of. */
  ready: Map<Expression, Value>;
}

interface Barrier {
  kind: "workgroup" | "storage";
  line: number;
}
type Steps<Result> = Generator<Barrier, Result>;
type Flow = "on" | "break" | "continue" | { returned: Value | undefined };

class Stumble extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble.says);
    this.trouble = trouble;
  }
}

/** Walks all threads to their end. @returns what went wrong; null if nothing did */
export function walk(code: string, dispatch: Dispatch): Trouble | null {
  try {
    new Walk(code, parse(code), dispatch).run();
    return null;
  } catch (error) {
    if (error instanceof Stumble) return error.trouble;
    if (!(error instanceof Unreadable)) throw error;
    const { message, line } = error;
    const says = `Line ${line}: ${message}.`;
    return { kind: "unreadable", says, line, mark: `unreadable ${message}` };
  }
}

const barriers = { workgroupBarrier: "workgroup", storageBarrier: "storage" } as const;

/** Rounds of all loops of all threads. The walks of the exercises need some thousands. */
const mostRoundsInAll = 400_000;

class Walk {
  readonly #lines: string[];
  readonly #module: Module;
  readonly #dispatch: Dispatch;
  readonly #globals = new Map<string, Variable>();
  #rounds = 0;
  readonly #waits = new Map<string, boolean>(); // functions that come to a barrier

  constructor(code: string, module: Module, dispatch: Dispatch) {
    this.#lines = code.split("\n");
    this.#module = module;
    this.#dispatch = dispatch;
  }

  run(): void {
    const { entryPoint, workgroups } = this.#dispatch;
    const entry = this.#module.functions.get(entryPoint);
    if (!entry?.workgroupSize) {
      throw new Unreadable(
        `there is no entry point "fn ${entryPoint}" with @compute @workgroup_size(...)`,
        1,
      );
    }
    const nobody = this.#frame({
      number: 0,
      group: 0,
      local: 0,
      epochs: { workgroup: 0, storage: 0 },
      builtins: {},
    });
    for (const global of this.#module.globals) {
      this.#globals.set(global.name, this.#declare(global, nobody));
    }
    const size = [0, 1, 2].map((d) => {
      const of = entry.workgroupSize?.[d];
      return of ? this.#number(of, nobody) : 1;
    });
    for (let y = 0; y < workgroups[1]; y++) {
      for (let x = 0; x < workgroups[0]; x++) this.#workgroup(entry, size, x, y);
    }
  }

  #declare(global: Global, nobody: Frame): Variable {
    const { kind, name, type, value, binding, writable, line } = global;
    if (kind === "override" || kind === "const") {
      const given = this.#dispatch.overrides[name];
      const found =
        kind === "override" && given !== undefined
          ? ({ type: "float", value: given } as Value)
          : value && this.#evaluate(value, nobody);
      if (!found) throw new Unreadable(`${name} has no value`, line);
      if (!type) return { value: found, fixed: true };
      const fitted = isScalar(found) && {
        type: type.name as Scalar,
        value: convert(type.name as Scalar, found.value),
      };
      return { value: fitted || found, fixed: true };
    }
    const element = type?.of?.name ?? "";
    if (!["f32", "u32", "i32"].includes(element)) {
      throw notKnown(
        `a var<${kind}> of ${type?.of ? `array<${element}>` : (type?.name ?? "no type")}`,
        line,
      );
    }
    const memory = { name, type: element as Scalar, writable, watch: new Watch() };
    if (kind === "storage") {
      const data = this.#dispatch.tensors[binding ?? -1];
      if (!data) throw new Unreadable(`nothing is bound at @binding(${binding})`, line);
      return { ...memory, data, shared: false };
    }
    if (kind === "private") throw notKnown("var<private>", line);
    if (!type?.length) throw new Unreadable(`an array in workgroup memory needs a length`, line);
    const length = this.#number(type.length, nobody);
    const data = element === "f32" ? new Float32Array(length) : new Uint32Array(length);
    return { ...memory, data, shared: true };
  }

  #frame(thread: Thread): Frame {
    return { thread, scopes: [new Map()], ready: new Map() };
  }

  /** All threads of a workgroup, each on to its next barrier in turn. */
  #workgroup(entry: Func, size: readonly number[], x: number, y: number): void {
    const [across] = this.#dispatch.workgroups;
    const group = y * across + x;
    for (const memory of this.#globals.values()) {
      if (!("data" in memory) || !memory.shared) continue;
      memory.data.fill(0);
      memory.watch.clear();
    }
    const count = size[0] * size[1] * size[2];
    const epochs = { workgroup: 0, storage: 0 };
    const vector = (...value: number[]): Value => ({ type: "vec3u", value });
    const threads = Array.from({ length: count }, (_, local) => {
      const at = [
        local % size[0],
        Math.floor(local / size[0]) % size[1],
        Math.floor(local / (size[0] * size[1])),
      ];
      const thread: Thread = {
        ...{ number: group * count + local, group, local, epochs },
        builtins: {
          global_invocation_id: vector(x * size[0] + at[0], y * size[1] + at[1], at[2]),
          local_invocation_id: vector(...at),
          local_invocation_index: { type: "u32", value: local },
          workgroup_id: vector(x, y, 0),
          num_workgroups: vector(...this.#dispatch.workgroups, 1),
        },
      };
      return this.#entry(entry, thread);
    });
    for (;;) {
      const came = threads.map((steps) => steps.next());
      const waiting = came.findIndex(({ done }) => !done);
      if (waiting < 0) return;
      const { kind, line } = came[waiting].value as Barrier;
      const missing = came.findIndex(({ done, value }) => done || (value as Barrier).line !== line);
      if (missing >= 0) {
        throw this.#stumble(
          "barrier",
          `Line ${line}: thread ${waiting} of a workgroup waits at this barrier, and thread ${missing} never comes to it: it has ${came[missing].done ? "returned" : "gone another way"}. All threads of a workgroup have to come to every barrier, so what sends some of them elsewhere must not surround it or come before it.`,
          line,
          "",
        );
      }
      epochs[kind]++;
      if (kind !== "workgroup") continue;
      for (const memory of this.#globals.values()) {
        if ("data" in memory && memory.shared) memory.watch.clear();
      }
    }
  }

  *#entry(entry: Func, thread: Thread): Steps<void> {
    const args = entry.params.map(({ name, builtin: asked }): Value => {
      const value = thread.builtins[asked ?? ""];
      if (!value) throw notKnown(`the parameter ${name} of an entry point`, entry.line);
      return value;
    });
    yield* this.#call(entry, args, thread);
  }

  *#call(func: Func, args: readonly Value[], thread: Thread): Steps<Value | undefined> {
    const frame = this.#frame(thread);
    for (const [i, { name, type }] of func.params.entries()) {
      const value = args[i] && become(args[i], type.name);
      if (!value) {
        throw new Unreadable(
          `${func.name} takes a ${type.name} as its ${name}, and is given ${args[i] ? named(args[i]) : "nothing"}`,
          func.line,
        );
      }
      frame.scopes[0].set(name, { value, fixed: true });
    }
    const flow = yield* this.#block(func.body, frame);
    if (typeof flow !== "object") return undefined;
    const { returned } = flow;
    return returned && func.result ? (become(returned, func.result.name) ?? returned) : returned;
  }

  *#block(body: readonly Statement[], frame: Frame): Steps<Flow> {
    frame.scopes.push(new Map());
    let flow: Flow = "on";
    for (const statement of body) {
      flow = yield* this.#statement(statement, frame);
      if (flow !== "on") break;
    }
    frame.scopes.pop();
    return flow;
  }

  *#statement(statement: Statement, frame: Frame): Steps<Flow> {
    const { line } = statement;
    switch (statement.kind) {
      case "let":
      case "var":
      case "const": {
        const { kind, name, type } = statement;
        if (type?.of || (type && !["f32", "u32", "i32", "bool", "vec3u"].includes(type.name))) {
          throw notKnown(`a variable of the type ${type.name}`, line);
        }
        const given = statement.value && (yield* this.#value(statement.value, frame));
        const plain = given ?? { type: (type?.name ?? "f32") as Scalar, value: 0 };
        const value = type ? become(plain, type.name) : kind === "const" ? plain : concrete(plain);
        if (!value)
          throw new Unreadable(`${name} is a ${type?.name}, and is given ${named(plain)}`, line);
        frame.scopes.at(-1)?.set(name, { value, fixed: kind !== "var" });
        return "on";
      }
      case "assign": {
        const { target, op, value } = statement;
        this.#assign(target, op, yield* this.#value(value, frame), frame, line);
        return "on";
      }
      case "call": {
        const { call } = statement;
        if (call.kind === "call" && call.name in barriers) {
          yield { kind: barriers[call.name as keyof typeof barriers], line };
        } else yield* this.#value(call, frame);
        return "on";
      }
      case "if": {
        const test = yield* this.#value(statement.test, frame);
        return yield* this.#block(isTrue(test, line) ? statement.then : statement.otherwise, frame);
      }
      case "for":
        return yield* this.#loop(statement, frame);
      case "block":
        return yield* this.#block(statement.body, frame);
      case "return":
        return { returned: statement.value && (yield* this.#value(statement.value, frame)) };
      default:
        return statement.kind;
    }
  }

  *#loop(
    { init, test, update, body, line }: Extract<Statement, { kind: "for" }>,
    frame: Frame,
  ): Steps<Flow> {
    frame.scopes.push(new Map());
    if (init) yield* this.#statement(init, frame);
    let flow: Flow = "on";
    for (let rounds = 0; !test || isTrue(yield* this.#value(test, frame), line); rounds++) {
      if (rounds === mostRounds || this.#rounds++ === mostRoundsInAll) {
        const times = rounds.toLocaleString("en");
        throw this.#stumble(
          "endless",
          rounds === mostRounds
            ? `Line ${line}: This loop had gone round ${times} times, and was ended. Does it never come to its end?`
            : `Line ${line}: All loops of all threads together had gone round ${mostRoundsInAll.toLocaleString("en")} times here, and were ended. Does one of them never come to its end?`,
          line,
          "",
        );
      }
      flow = yield* this.#block(body, frame);
      if (flow === "break" || typeof flow === "object") break;
      if (update) yield* this.#statement(update, frame);
    }
    frame.scopes.pop();
    return typeof flow === "object" ? flow : "on";
  }

  // Expressions.

  /** A value, after all that has to wait for it at a barrier. */
  *#value(expression: Expression, frame: Frame): Steps<Value> {
    for (const call of this.#waitingCalls(expression)) {
      const func = this.#module.functions.get(call.name) as Func;
      const args = call.args.map((arg) => this.#evaluate(arg, frame));
      const value = yield* this.#call(func, args, frame.thread);
      if (value) frame.ready.set(call, value);
    }
    const whole = expression.kind === "call" && this.#module.functions.get(expression.name);
    if (whole && !whole.result) {
      if (!this.#comesToBarrier(whole.name)) this.#evaluateCall(expression, frame);
      return { type: "bool", value: 0 }; // a call for its effect alone
    }
    return this.#evaluate(expression, frame);
  }

  /** The calls in an expression that come to a barrier, the innermost first. */
  #waitingCalls(expression: Expression): Extract<Expression, { kind: "call" }>[] {
    switch (expression.kind) {
      case "unary":
        return this.#waitingCalls(expression.of);
      case "binary":
        return [...this.#waitingCalls(expression.left), ...this.#waitingCalls(expression.right)];
      case "index":
        return [...this.#waitingCalls(expression.of), ...this.#waitingCalls(expression.at)];
      case "member":
        return this.#waitingCalls(expression.of);
      case "call": {
        const inner = expression.args.flatMap((arg) => this.#waitingCalls(arg));
        return this.#comesToBarrier(expression.name) ? [...inner, expression] : inner;
      }
      default:
        return [];
    }
  }

  #comesToBarrier(name: string): boolean {
    const func = this.#module.functions.get(name);
    if (!func) return false;
    const known = this.#waits.get(name);
    if (known !== undefined) return known;
    this.#waits.set(name, false);
    const text = JSON.stringify(func.body);
    const called = [...text.matchAll(/"kind":"call","name":"(\w+)"/g)].map(([, other]) => other);
    const waits = called.some((other) => other in barriers || this.#comesToBarrier(other));
    this.#waits.set(name, waits);
    return waits;
  }

  #number(expression: Expression, frame: Frame): number {
    const value = this.#evaluate(expression, frame);
    if (!isScalar(value)) throw new Unreadable("expected a number", expression.line);
    return value.value;
  }

  #evaluate(expression: Expression, frame: Frame): Value {
    const { line } = expression;
    switch (expression.kind) {
      case "number":
        return { type: expression.type, value: expression.value };
      case "name": {
        const variable = this.#find(expression.name, frame, line);
        if ("data" in variable) throw notKnown(`the whole of ${expression.name} as a value`, line);
        return variable.value;
      }
      case "unary": {
        const of = this.#evaluate(expression.of, frame);
        if (!isScalar(of))
          throw new Unreadable(`${expression.op} is not there for ${named(of)}`, line);
        const { type, value } = of;
        if (expression.op === "!") return { type: "bool", value: Number(!value) };
        if (expression.op === "~") return { type, value: convert(type, ~value) };
        if (type === "u32")
          throw new Unreadable("a u32 has no sign, so there is no - before it", line);
        return { type, value: -value };
      }
      case "binary": {
        const left = this.#evaluate(expression.left, frame);
        const { op } = expression;
        // The right side is not looked at where the left has decided.
        if (op === "&&" && left.type === "bool" && !left.value) return left;
        if (op === "||" && left.type === "bool" && left.value) return left;
        return combine(op, left, this.#evaluate(expression.right, frame), line);
      }
      case "index":
        return this.#access(expression, frame);
      case "member": {
        const of = this.#evaluate(expression.of, frame);
        const at = "xyz".indexOf(expression.name);
        if (isScalar(of) || at < 0)
          throw new Unreadable(`${named(of)} has no .${expression.name}`, line);
        return { type: "u32", value: of.value[at] };
      }
      case "call": {
        const ready = frame.ready.get(expression);
        frame.ready.delete(expression);
        const value = ready ?? this.#evaluateCall(expression, frame);
        if (!value) throw new Unreadable(`${expression.name} returns nothing`, line);
        return value;
      }
    }
  }

  #evaluateCall(
    { name, args, line }: Extract<Expression, { kind: "call" }>,
    frame: Frame,
  ): Value | undefined {
    const values = args.map((arg) => this.#evaluate(arg, frame));
    const func = this.#module.functions.get(name);
    if (func) {
      const end = this.#call(func, values, frame.thread).next(); // it comes to no barrier
      return end.value as Value | undefined;
    }
    const value = builtin(name, values, line);
    if (!value) throw notKnown(`${name}(...)`, line);
    return value;
  }

  #find(name: string, { scopes }: Frame, line: number): Variable {
    for (let i = scopes.length - 1; i >= 0; i--) {
      const variable = scopes[i].get(name);
      if (variable) return variable;
    }
    const global = this.#globals.get(name);
    if (!global) throw new Unreadable(`there is nothing called ${name}`, line);
    return global;
  }

  #assign(target: Expression, op: string, given: Value, frame: Frame, line: number): void {
    const combined = (before: () => Value): Value =>
      op === "=" ? given : combine(op.slice(0, -1), before(), given, line);
    if (target.kind === "name") {
      if (target.name === "_") return;
      const variable = this.#find(target.name, frame, line);
      if ("data" in variable || variable.fixed) {
        throw new Unreadable(`${target.name} cannot be changed: only a var can`, line);
      }
      const value = become(
        combined(() => variable.value),
        variable.value.type,
      );
      if (!value)
        throw new Unreadable(
          `${target.name} is ${named(variable.value)}, and is given ${named(given)}`,
          line,
        );
      variable.value = value;
      return;
    }
    if (target.kind !== "index") throw new Unreadable("nothing can be assigned to this", line);
    this.#access(target, frame, (before) => combined(() => before()));
  }

  /** Reads an element, and writes it where `write` makes a value from what was there. */
  #access(
    { of, at, line }: Extract<Expression, { kind: "index" }>,
    frame: Frame,
    write?: (before: () => Value) => Value,
  ): Value {
    if (of.kind !== "name") throw notKnown("an array within an array", line);
    const memory = this.#find(of.name, frame, line);
    if (!("data" in memory)) throw new Unreadable(`${of.name} is no array`, line);
    const { name, type, data, writable } = memory;
    const index = this.#number(at, frame);
    if (write && !writable) throw new Unreadable(`${name} is bound to be read only`, line);
    if (index < 0 || index >= data.length || !Number.isInteger(index)) {
      throw this.#stumble(
        "outside",
        `Line ${line}: ${this.#who(frame.thread)} ${write ? "writes" : "reads"} ${name}[${index}], and ${name} ends at ${data.length - 1}. More threads are started than there is work: those that have none must not come this far.`,
        line,
        name,
      );
    }
    const read = (): Value => {
      this.#note(memory, index, frame.thread, line, false);
      return { type, value: data[index] };
    };
    if (!write) return read();
    const value = write(read);
    const fitted = become(value, type);
    if (!fitted || !isScalar(fitted))
      throw new Unreadable(`${name} holds ${type}, and is given ${named(value)}`, line);
    this.#note(memory, index, frame.thread, line, true);
    data[index] = fitted.value;
    return fitted;
  }

  #note(memory: Memory, index: number, thread: Thread, line: number, writes: boolean): void {
    const { name, shared, writable, watch } = memory;
    if (!writable) return;
    const { number, group, local, epochs } = thread;
    const epoch = epochs[shared ? "workgroup" : "storage"];
    const use: Use = { thread: number, group, local, epoch, line, writes };
    const rival = watch.note(index, use);
    if (!rival) return;
    // What comes first in the text is told first: the order of this walk is not the GPU's.
    const [first, second] = rival.line <= line ? [rival, use] : [use, rival];
    const apart = first.group !== second.group;
    const who = (one: Use) => `thread ${one.local}${apart ? ` of workgroup ${one.group}` : ""}`;
    const does = (one: Use) => (one.writes ? "writes" : "reads");
    const element = `${name}[${index}]`;
    const lines =
      first.line === second.line
        ? `in line ${line} ${who(first)} ${does(first)} ${element}, and ${who(second)} ${does(second)} it too`
        : `${who(first)} ${does(first)} ${element} in line ${first.line}, and ${who(second)} ${does(second)} it in line ${second.line}`;
    const between = shared
      ? ", with no barrier between the two"
      : ", and nothing puts the two in order";
    throw this.#stumble(
      "race",
      `A race: ${lines}${between}. Which comes first is left to chance.`,
      second.line,
      `${name} ${does(first)} ${does(second)}`,
      first.line,
    );
  }

  #who({ local, group }: Thread): string {
    return this.#dispatch.workgroups[0] * this.#dispatch.workgroups[1] > 1
      ? `thread ${local} of workgroup ${group}`
      : `thread ${local}`;
  }

  #stumble(kind: Trouble["kind"], says: string, line: number, what: string, other = line): Stumble {
    const text = (number: number) =>
      this.#lines[number - 1]?.replace(/\/\/.*/, "").replaceAll(/\s+/g, "") ?? "";
    return new Stumble({
      kind,
      says,
      line,
      other,
      mark: [kind, what, text(other), text(line)].join(" | "),
    });
  }
}

function isTrue(value: Value, line: number): boolean {
  if (value.type !== "bool")
    throw new Unreadable(`a condition has to be a bool, and this is ${named(value)}`, line);
  return value.value !== 0;
}
