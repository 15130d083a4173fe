// Which symbols of a table a formula holds, read from KaTeX's markup. A symbol is one mark (q), one with a subscript
// (t_2), an accent (\hat{x}), or several marks in a row (\partial L / \partial x), as a fraction as well.

/** What is read of an element; the page's own elements are such nodes. */
export interface Mark {
  readonly classList: { contains(name: string): boolean };
  readonly children: ArrayLike<Mark>;
  readonly textContent: string | null;
}

/** A symbol, as the keys of its marks, and the number of its row. */
export interface Pattern {
  keys: string[];
  row: number;
}

/** A place where a symbol is, with the elements that make it. */
export interface Found<M extends Mark> {
  row: number;
  marks: M[];
}

const has = (mark: Mark, name: string): boolean => mark.classList.contains(name);
const list = <M extends Mark>(mark: M): M[] => Array.from(mark.children) as M[];
const text = (mark: Mark): string => (mark.textContent ?? "").replace(/[\s\u200b]/g, "");

/** A mark's child of a class, and, below, the first within it. */
const child = <M extends Mark>(mark: M, name: string): M | undefined =>
  list(mark).find((one) => has(one, name));

function first<M extends Mark>(mark: M, name: string): M | undefined {
  for (const one of list(mark)) {
    const found = has(one, name) ? one : first(one, name);
    if (found) return found;
  }
  return undefined;
}

/** The parts that KaTeX stacks in a fraction or beside a base, from the lowest up. */
const stacked = <M extends Mark>(mark: M): M[] => {
  const stack = first(mark, "vlist");
  return stack ? list(stack).filter((part) => text(part) !== "") : [];
};

/** Base, subscript and superscript of a mark that has them. */
function scripts<M extends Mark>(mark: M): { base: M; sub?: M; sup?: M; both: M } | undefined {
  const [base, both, ...others] = list(mark);
  if (!both || others.length > 0 || !has(both, "msupsub")) return undefined;
  const parts = stacked(both);
  const low = first(both, "vlist-t2") !== undefined && has(list(both)[0], "vlist-t2");
  return { base, sub: low ? parts[0] : undefined, sup: low ? parts[1] : parts[0], both };
}

/** A name that two marks share if, and only if, they are the same symbol. Upright letters are words or numbers, not symbols. */
function keyOf(mark: Mark): string {
  const parts = scripts(mark);
  if (parts) {
    const { base, sub, sup } = parts;
    return `${keyOf(base)}${sub ? `_${text(sub)}` : ""}${sup ? `^${text(sup)}` : ""}`;
  }
  const upright = ["text", "mathrm", "mop"].some((name) => has(mark, name) || first(mark, name));
  return `${upright ? "upright " : ""}${text(mark)}`;
}

/** A mark's key without its superscript, and without both: x_i^2 is x_i, or else x. */
function shorter(mark: Mark): string[] {
  const parts = scripts(mark);
  if (!parts) return [];
  const base = keyOf(parts.base);
  return parts.sub && parts.sup ? [`${base}_${text(parts.sub)}`, base] : [base];
}

/** Marks that only hold others are left out of the way, and blanks with them. */
function flat<M extends Mark>(marks: readonly M[]): M[] {
  return marks.flatMap((mark) => {
    if (has(mark, "katex-base") || has(mark, "base")) return flat(list(mark));
    const bare = ["mspace", "katex-strut", "strut", "pstrut", "nulldelimiter", "vlist-s"];
    if (bare.some((name) => has(mark, name)) || text(mark) === "") return [];
    const inside = list(mark);
    const group = has(mark, "mord") || has(mark, "katex-sizing") || has(mark, "sizing");
    const whole = ["text", "katex-accent", "accent", "mathrm"].some((name) => has(mark, name));
    if (group && !whole && inside.length > 0 && !scripts(mark) && !child(mark, "mfrac")) {
      return flat(inside);
    }
    if (!has(mark, "mord") && inside.length === 1) return flat(inside);
    return [mark];
  });
}

/** The symbol that a formula is: what a table has in its first column. */
export function patternOf(formula: Mark, row: number): Pattern {
  const keys = flat(list(formula)).map(keyOf);
  // Of 1[...] every instance has other words in its brackets.
  return { keys: keys[0] === "1" && keys[1] === "[" ? ["1", "["] : keys, row };
}

/** Every symbol of the table in a formula (KaTeX's .katex-html), the larger one where one is within another. */
export function findSymbols<M extends Mark>(formula: M, table: readonly Pattern[]): Found<M>[] {
  const longest = [...table].sort((a, b) => b.keys.length - a.keys.length);
  const found: Found<M>[] = [];

  const run = (marks: readonly M[]): void => {
    const keys = marks.map(keyOf);
    for (let i = 0; i < marks.length; ) i += take(marks, keys, i);
  };

  /** What begins at mark i: says how many marks it takes. */
  const take = (marks: readonly M[], keys: readonly string[], i: number): number => {
    const exact = longest.find(({ keys: wanted }) => wanted.every((key, k) => keys[i + k] === key));
    if (exact) {
      found.push({ row: exact.row, marks: marks.slice(i, i + exact.keys.length) });
      return exact.keys.length;
    }
    // The same with a subscript or a power at the last mark: both the symbol and what is beside it.
    for (const { keys: wanted, row } of longest) {
      const last = marks[i + wanted.length - 1];
      const begins = wanted.slice(0, -1).every((key, k) => keys[i + k] === key);
      if (!last || !begins || !shorter(last).includes(wanted[wanted.length - 1])) continue;
      const parts = scripts(last);
      if (!parts) continue;
      found.push({ row, marks: [...marks.slice(i, i + wanted.length - 1), parts.base] });
      run(flat(list(parts.both)));
      return wanted.length;
    }
    inside(marks[i]);
    return 1;
  };

  const inside = (mark: M): void => {
    const fraction = child(mark, "mfrac");
    if (fraction) {
      const parts = stacked(fraction).map((part) => flat(list(part)));
      const [under, over] = [parts[0] ?? [], parts[parts.length - 1] ?? []];
      const keys = [...over.map(keyOf), "/", ...under.map(keyOf)];
      const last = under[under.length - 1];
      const endings = last ? [keyOf(last), ...shorter(last)] : [];
      const whole = table.find(
        ({ keys: wanted }) =>
          wanted.length === keys.length &&
          wanted.slice(0, -1).every((key, k) => key === keys[k]) &&
          endings.includes(wanted[wanted.length - 1]),
      );
      if (whole) {
        found.push({ row: whole.row, marks: [fraction] });
        const parts = scripts(last);
        if (parts && keyOf(last) !== whole.keys[whole.keys.length - 1]) {
          run(flat(list(parts.both)));
        }
      } else {
        run(over);
        run(under);
      }
      return;
    }
    const parts = scripts(mark);
    if (parts) {
      run(flat([parts.base]));
      run(flat(list(parts.both)));
    } else if (!["text", "mathrm"].some((name) => has(mark, name)) && mark.children.length > 0) {
      const stack = first(mark, "vlist");
      const below = has(mark, "mop") && stack ? stacked(mark) : list(mark);
      const next = flat(below);
      if (next.length !== 1 || next[0] !== mark) run(next);
    }
  };

  run(flat(list(formula)));
  return found;
}

/** The identifiers of a piece of code, each with its place. A property such as the max of Math.max is no variable. */
export function wordsOf(code: string): { word: string; from: number; to: number }[] {
  return [...code.matchAll(/(?<![\w$.])[A-Za-z_$][\w$]*/g)].map((match) => ({
    word: match[0],
    from: match.index,
    to: match.index + match[0].length,
  }));
}
