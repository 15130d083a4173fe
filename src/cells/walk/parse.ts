// Reads the part of WGSL that exercises are written in: scalars, arrays, functions, loops. What it does not know it says.

export type Expression =
  | { kind: "number"; type: LiteralType; value: number; line: number }
  | { kind: "name"; name: string; line: number }
  | { kind: "unary"; op: string; of: Expression; line: number }
  | { kind: "binary"; op: string; left: Expression; right: Expression; line: number }
  | { kind: "call"; name: string; args: Expression[]; line: number }
  | { kind: "index"; of: Expression; at: Expression; line: number }
  | { kind: "member"; of: Expression; name: string; line: number };

/** "int" and "float": a bare literal, which becomes what stands beside it. */
export type LiteralType = "int" | "float" | "u32" | "i32" | "f32" | "bool";

export type Statement =
  | { kind: "let" | "var" | "const"; name: string; type?: Type; value?: Expression; line: number }
  | { kind: "assign"; target: Expression; op: string; value: Expression; line: number }
  | { kind: "call"; call: Expression; line: number }
  | { kind: "if"; test: Expression; then: Statement[]; otherwise: Statement[]; line: number }
  | {
      kind: "for";
      init?: Statement;
      test?: Expression;
      update?: Statement;
      body: Statement[];
      line: number;
    }
  | { kind: "block"; body: Statement[]; line: number }
  | { kind: "return"; value?: Expression; line: number }
  | { kind: "break" | "continue"; line: number };

export interface Type {
  name: string;
  of?: Type; // of an array's elements
  length?: Expression;
}

/** A variable outside functions. */
export interface Global {
  kind: "override" | "const" | "storage" | "workgroup" | "private";
  name: string;
  type?: Type;
  value?: Expression;
  binding?: number;
  writable: boolean;
  line: number;
}

export interface Func {
  name: string;
  params: { name: string; type: Type; builtin?: string }[];
  result?: Type;
  body: Statement[];
  workgroupSize?: Expression[]; // of an entry point
  line: number;
}

export interface Module {
  globals: Global[];
  functions: Map<string, Func>;
}

/** A text that cannot be read, and the line. */
export class Unreadable extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

interface Token {
  kind: "word" | "number" | "sign" | "end";
  text: string;
  line: number;
}

const pattern =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<word>[A-Za-z_]\w*)|(?<number>0[xX][\da-fA-F]+[iu]?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[iufh]?)|(?<sign><<=|>>=|\+\+|--|->|&&|\|\||==|!=|<=|>=|<<|>>|[-+*/%&|^]=|[-+*/%&|^~!<>=(){}[\],;:.@])/y;

function tokensOf(code: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  while (at < code.length) {
    pattern.lastIndex = at;
    const found = pattern.exec(code);
    if (!found) throw new Unreadable(`"${code[at]}" means nothing in WGSL`, line);
    const { word, number, sign } = found.groups ?? {};
    const text = found[0];
    if (word) tokens.push({ kind: "word", text, line });
    else if (number) tokens.push({ kind: "number", text, line });
    else if (sign) tokens.push({ kind: "sign", text, line });
    line += text.split("\n").length - 1;
    at += text.length;
  }
  return [...tokens, { kind: "end", text: "the end", line }];
}

/** From the loosest to the tightest. */
const levels = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<", ">", "<=", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];
const additive = levels.findIndex((level) => level.includes("+"));
const assigns = ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="];
const unknown = ["switch", "struct", "alias", "enable", "requires", "diagnostic", "discard"];

/**
 * Reads a whole file.
 *
 * @throws Unreadable
 */
export function parse(code: string): Module {
  const tokens = tokensOf(code);
  let next = 0;
  const peek = (): Token => tokens[next];
  const is = (text: string): boolean => peek().text === text && peek().kind !== "end";
  const fail = (expected: string): never => {
    const { text, line } = peek();
    throw new Unreadable(`expected ${expected} before "${text}"`, line);
  };
  const take = (text: string): boolean => {
    if (!is(text)) return false;
    next++;
    return true;
  };
  const expect = (text: string): void => {
    if (!take(text)) fail(`"${text}"`);
  };
  const name = (): string => {
    const { kind, text, line } = peek();
    if (unknown.includes(text)) throw notKnown(text, line);
    if (kind !== "word") fail("a name");
    next++;
    return text;
  };
  const list = <Item>(close: string, item: () => Item): Item[] => {
    const items: Item[] = [];
    while (!take(close)) {
      items.push(item());
      if (!take(",")) {
        expect(close);
        break;
      }
    }
    return items;
  };

  function type(): Type {
    const { line } = peek();
    const found: Type = { name: name() };
    if (!is("<")) return found;
    if (found.name !== "array") throw notKnown(`${found.name}<...>`, line);
    expect("<");
    found.of = type();
    if (take(",") && !is(">")) found.length = binary(additive);
    expect(">");
    return found;
  }

  function binary(level = 0): Expression {
    if (level === levels.length) return unary();
    let left = binary(level + 1);
    while (peek().kind === "sign" && levels[level].includes(peek().text)) {
      const { text: op, line } = peek();
      next++;
      left = { kind: "binary", op, left, right: binary(level + 1), line };
    }
    return left;
  }

  function unary(): Expression {
    const { text, line } = peek();
    if (peek().kind === "sign" && ["-", "!", "~"].includes(text)) {
      next++;
      return { kind: "unary", op: text, of: unary(), line };
    }
    if (text === "&" || text === "*") throw notKnown("a pointer", line);
    return postfix(primary());
  }

  function postfix(first: Expression): Expression {
    let of = first;
    for (;;) {
      const { line } = peek();
      if (take("[")) {
        const at = binary();
        expect("]");
        of = { kind: "index", of, at, line };
      } else if (take(".")) {
        of = { kind: "member", of, name: name(), line };
      } else return of;
    }
  }

  function primary(): Expression {
    const { kind, text, line } = peek();
    if (take("(")) {
      const inner = binary();
      expect(")");
      return inner;
    }
    if (kind === "number") {
      next++;
      return { ...literal(text), line };
    }
    if (text === "true" || text === "false") {
      next++;
      return { kind: "number", type: "bool", value: Number(text === "true"), line };
    }
    if (kind !== "word") fail("a value");
    const found = name();
    return take("(")
      ? { kind: "call", name: found, args: list(")", () => binary()), line }
      : { kind: "name", name: found, line };
  }

  function declaration(kind: "let" | "var" | "const", line: number): Statement {
    const declared: Statement = { kind, name: name(), line };
    if (take(":")) declared.type = type();
    if (take("=")) declared.value = binary();
    return declared;
  }

  /** What may stand in the head of a `for` too. */
  function simple(): Statement {
    const { text, line } = peek();
    if (text === "let" || text === "var" || text === "const") {
      next++;
      return declaration(text, line);
    }
    const target = postfix(primary());
    const op = peek().text;
    if (take("++") || take("--")) {
      const one: Expression = { kind: "number", type: "int", value: 1, line };
      return { kind: "assign", target, op: `${op[0]}=`, value: one, line };
    }
    if (assigns.includes(op)) {
      next++;
      return { kind: "assign", target, op, value: binary(), line };
    }
    if (target.kind !== "call") fail("an assignment or a call");
    return { kind: "call", call: target, line };
  }

  function block(): Statement[] {
    expect("{");
    const body: Statement[] = [];
    while (!take("}")) {
      if (peek().kind === "end") fail('"}"');
      if (!take(";")) body.push(statement());
    }
    return body;
  }

  function branch(line: number): Statement {
    const test = binary();
    const then = block();
    const otherwise = take("else") ? (take("if") ? [branch(peek().line)] : block()) : [];
    return { kind: "if", test, then, otherwise, line };
  }

  function statement(): Statement {
    const { text, line } = peek();
    if (is("{")) return { kind: "block", body: block(), line };
    if (take("if")) return branch(line);
    if (take("while")) {
      const test = binary();
      return { kind: "for", test, body: block(), line };
    }
    if (take("loop")) return { kind: "for", body: block(), line };
    if (take("for")) {
      expect("(");
      const init = is(";") ? undefined : simple();
      expect(";");
      const test = is(";") ? undefined : binary();
      expect(";");
      const update = is(")") ? undefined : simple();
      expect(")");
      return { kind: "for", init, test, update, body: block(), line };
    }
    if (text === "continuing") throw notKnown("continuing", line);
    if (take("return")) {
      const value = is(";") ? undefined : binary();
      expect(";");
      return { kind: "return", value, line };
    }
    if (text === "break" || text === "continue") {
      next++;
      expect(";");
      return { kind: text, line };
    }
    const one = simple();
    expect(";");
    return one;
  }

  function attributes(): Map<string, Expression[]> {
    const found = new Map<string, Expression[]>();
    while (take("@")) {
      const attribute = name();
      found.set(attribute, take("(") ? list(")", () => binary()) : []);
    }
    return found;
  }

  function func(of: Map<string, Expression[]>, line: number): Func {
    const made = name();
    expect("(");
    const params = list(")", () => {
      const [builtin] = attributes().get("builtin") ?? [];
      const param = name();
      expect(":");
      return {
        name: param,
        type: type(),
        builtin: builtin?.kind === "name" ? builtin.name : undefined,
      };
    });
    const result = take("->") ? type() : undefined;
    return {
      name: made,
      params,
      result,
      body: block(),
      workgroupSize: of.get("workgroup_size"),
      line,
    };
  }

  function global(of: Map<string, Expression[]>): Global {
    const { text, line } = peek();
    next++;
    const [binding] = of.get("binding") ?? [];
    let kind = text as Global["kind"];
    let writable = false;
    if (text === "var") {
      const words = take("<") ? list(">", name) : [];
      const [space, access] = words;
      if (space !== "storage" && space !== "workgroup" && space !== "private") {
        throw notKnown(`var<${words.join(", ")}>`, line);
      }
      kind = space;
      writable = space !== "storage" || access === "read_write";
    }
    const made: Global = { kind, name: name(), writable, line };
    if (binding?.kind === "number") made.binding = binding.value;
    if (take(":")) made.type = type();
    if (take("=")) made.value = binary();
    expect(";");
    return made;
  }

  const module: Module = { globals: [], functions: new Map() };
  while (peek().kind !== "end") {
    if (take(";")) continue;
    const of = attributes();
    const { text, line } = peek();
    if (take("fn")) {
      const made = func(of, line);
      module.functions.set(made.name, made);
    } else if (["override", "const", "var"].includes(text)) module.globals.push(global(of));
    else if (unknown.includes(text)) throw notKnown(text, line);
    else fail("a function or a variable");
  }
  return module;
}

export function notKnown(what: string, line: number): Unreadable {
  return new Unreadable(
    `the walk through the threads does not know ${what}. Please write it without`,
    line,
  );
}

function literal(text: string): { kind: "number"; type: LiteralType; value: number } {
  const hex = /^0x/i.test(text);
  const suffix = hex ? /[iu]$/.exec(text)?.[0] : /[iufh]$/.exec(text)?.[0];
  const digits = suffix ? text.slice(0, -1) : text;
  const bare = !hex && /[.e]/i.test(digits) ? "float" : "int";
  const type = suffix ? ({ i: "i32", u: "u32", f: "f32", h: "f32" } as const)[suffix as "i"] : bare;
  return { kind: "number", type, value: Number(digits) };
}
