// Formulas as a line of text, for the index of the search: from the MathML that KaTeX makes for a screen reader, since its
// HTML is pieces for the eye. The pages themselves stay as they are.

/** Signs of mathematics that have a twin on keyboards. */
const typed: Readonly<Record<string, string>> = { "⋅": "·", "∣": "|", "∥": "‖" };

interface Element {
  tag: string;
  children: Element[];
  text: string; // of an element without children
}

const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
  "&#x27;": "'",
  "&nbsp;": " ",
};

/**
 * A page in which every formula is its text.
 *
 * @throws Error if a formula of KaTeX's has no MathML
 */
export function replaceFormulas(html: string): string {
  const begin = '<span class="katex">';
  const pieces: string[] = [];
  let at = 0;
  for (;;) {
    const from = html.indexOf(begin, at);
    if (from < 0) break;
    const to = endOfSpan(html, from);
    const mathml = /<math\b.*?<\/math>/s.exec(html.slice(from, to))?.[0];
    if (!mathml) throw new Error(`a formula has no MathML: ${html.slice(from, from + 80)}`);
    const text = formulaText(mathml);
    pieces.push(
      html.slice(at, from),
      text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`),
    );
    at = to;
  }
  return pieces.join("") + html.slice(at);
}

/** Where the span that begins at `from` ends. */
function endOfSpan(html: string, from: number): number {
  const tags = /<(\/?)span\b/g;
  tags.lastIndex = from;
  let depth = 0;
  for (let tag = tags.exec(html); tag; tag = tags.exec(html)) {
    depth += tag[1] ? -1 : 1;
    if (depth === 0) return html.indexOf(">", tag.index) + 1;
  }
  throw new Error(`a formula's <span> is not closed: ${html.slice(from, from + 80)}`);
}

/** One formula as text: "∂L/∂xᵢ = r (gᵢ − mean(g))". */
export function formulaText(mathml: string): string {
  return write(parse(mathml))
    .replace(/\s+/g, " ")
    .replace(/ ([,;)\]])|([([]) /g, "$1$2")
    .trim();
}

function parse(mathml: string): Element {
  const root: Element = { tag: "math", children: [], text: "" };
  const open = [root];
  for (const [, closes, tag, empty, text] of mathml.matchAll(
    /<(\/?)([a-z]+)[^>]*?(\/?)>|([^<]+)/g,
  )) {
    const inner = open[open.length - 1];
    if (text !== undefined)
      inner.text += text.replace(/&[#\w]+;/g, (name) => entities[name] ?? name);
    else if (closes) open.pop();
    else {
      const element = { tag, children: [], text: "" };
      inner.children.push(element);
      if (!empty) open.push(element);
    }
  }
  return root;
}

/** What an element does to the space around it. */
type Kind =
  | "operand"
  | "word"
  | "number"
  | "sign"
  | "opens"
  | "closes"
  | "comma"
  | "tight"
  | "space";

function write(element: Element): string {
  const { tag, children, text } = element;
  const part = (i: number) => write(children[i]);
  switch (tag) {
    case "annotation":
      return "";
    case "semantics":
      return part(0);
    case "mspace":
      return " ";
    case "mi":
    case "mn":
    case "mo":
    case "mtext":
      return text
        .replace(/[\u2061\u200b]/g, "")
        .replace(/[\u00a0\u2002-\u200a]/g, " ")
        .replace(/[⋅∣∥]/g, (sign) => typed[sign]);
    case "mfrac":
      return `${bracket(part(0))}/${bracket(part(1), true)}`;
    case "msqrt":
      return `√${bracket(writeAll(children), true)}`;
    case "mroot":
      return `${raised(part(1))}√${bracket(part(0), true)}`;
    case "mover":
      return accented(part(0), part(1));
    case "munder":
      if (part(1) === "⏟") return part(0);
      return children[0].tag === "munder" ? `${part(0)} (${part(1)})` : part(0) + lowered(part(1));
    case "msub":
      return part(0) + lowered(part(1));
    case "msup":
      return part(0) + raised(part(1));
    case "msubsup":
    case "munderover":
      if (/^[∑∏]$/.test(part(0))) return `${part(0)}(${part(1)} … ${part(2)})`;
      return part(0) + lowered(part(1)) + raised(part(2));
    case "mtable":
      return children
        .map((row) => row.children.map(write).join(" ").trim())
        .filter(Boolean)
        .reduce((all, row) => (/^[=+−≈≤]/.test(row) ? `${all} ${row}` : `${all}; ${row}`));
    default:
      return writeAll(children);
  }
}

/** The elements of a row, with the spaces that one would write. */
function writeAll(elements: readonly Element[]): string {
  const flat = elements.flatMap(flatten).filter((one) => write(one) !== "");
  let line = "";
  let before = "opens" as Kind;
  for (const [i, element] of flat.entries()) {
    let kind = kindOf(element);
    const written = write(element);
    if (/^[|‖]/.test(written)) {
      // Bars open and close by turns.
      const before = flat.slice(0, i).filter((one) => write(one)[0] === written[0]);
      kind = before.length % 2 === 0 ? "opens" : "closes";
    }
    const alone: boolean =
      kind === "sign" && /^[−+±]$/.test(written) && /opens|sign|comma/.test(before);
    line += between(before, alone ? "operand" : kind, flat[i - 1], element)
      ? ` ${written}`
      : written;
    before = alone ? "tight" : kind;
  }
  return line;
}

/** Whether there is a space between two parts of a row. */
function between(before: Kind, kind: Kind, last: Element | undefined, next: Element): boolean {
  if (before === "opens" || before === "tight" || kind === "tight") return false;
  if (kind === "comma" || kind === "closes" || kind === "space" || before === "space") return false;
  if (before === "comma" || before === "sign" || kind === "sign") return true;
  if (kind === "opens") {
    // f(x), mean(g) and x[i], and else a product
    const named = last?.tag === "mi" || last?.tag === "mtext" || last?.tag === "msup";
    return !(
      before === "word" ||
      (named && /^[([]$/.test(write(next))) ||
      /^\[$/.test(write(next))
    );
  }
  if (before === "closes" || before === "word" || kind === "word") return true;
  if (before === "number" && kind === "operand") return next.tag === "mfrac";
  // Letters beside each other are one name or a product that is written so: OC, BT.
  return !(last?.tag === "mi" && next.tag === "mi" && before === "operand");
}

function kindOf({ tag, text, children }: Element): Kind {
  if (tag === "mspace" || (tag === "mtext" && text.trim() === "")) return "space";
  if (tag === "mn") return "number";
  if (tag === "mo" && /^[([{⌊]$/.test(text)) return "opens";
  if (tag === "mo" && /^[)\]}⌋]$/.test(text)) return "closes";
  if (/^[,;]$/.test(text)) return "comma";
  if (/^[/∂!%′]$/.test(text)) return text === "%" || text === "!" ? "closes" : "tight";
  if (tag === "mo" && !/^[…⋯]$/.test(text)) return "sign";
  if ((tag === "mi" || tag === "mtext") && text.trim().length > 1) return "word";
  const base = /^m(sub|sup|under)/.test(tag) && children[0] ? kindOf(children[0]) : "operand";
  return base === "word" || base === "closes" ? base : "operand";
}

/** Rows in rows, and what only has to do with the look, count as one row. */
function flatten(element: Element): Element[] {
  return /^(mrow|mstyle|mpadded|mtd|menclose)$/.test(element.tag)
    ? element.children.flatMap(flatten)
    : [element];
}

/** In brackets where a fraction's bar or a root's would otherwise reach less far. */
function bracket(text: string, below = false): string {
  const whole = /^√?\([^()]*\)$/.test(text);
  const plain = text.replace(/[_^]\([^()]*\)/g, ""); // what is in an index divides nothing
  const simple = below
    ? !/[\s/·+−()]/.test(plain) && !/^\d+[\p{Ll}\p{Lu}]/u.test(plain)
    : !/[\s/]/.test(plain);
  const product = !below && !/[+−=]/.test(text) && !text.includes("/");
  return whole || simple || product ? text : `(${text})`;
}

const accents: Readonly<Record<string, string>> = { "^": "\u0302", ˉ: "\u0304", "~": "\u0303" };

function accented(base: string, sign: string): string {
  const mark = accents[sign];
  if (!mark) throw new Error(`no accent is known for "${sign}" over "${base}"`);
  return (base + mark).normalize("NFC");
}

const scripts = (of: string, as: string): ReadonlyMap<string, string> =>
  new Map([...of].map((sign, i) => [sign, [...as][i]]));
const below = scripts(
  "0123456789+−=()aehijklmnoprstuvxβγρφχ",
  "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
);
const above = scripts(
  "0123456789+−=()abcdefghijklmnoprstuvwxyzT⊤β′",
  "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵀᵝ′",
);

const lowered = (text: string) => script(text.trim(), below, "_");
const raised = (text: string) => script(text.trim(), above, "^");

/** An index or exponent: in small signs where there are such for all of it and it is short, else after a mark. */
function script(text: string, small: ReadonlyMap<string, string>, mark: string): string {
  const signs = [...text.replaceAll(" ", "")];
  const short = signs.length <= 3 && !/[a-z]{2}/.test(text);
  if (short && signs.every((sign) => small.has(sign))) {
    return signs.map((sign) => small.get(sign)).join("");
  }
  const close = /[a-z]{2}/.test(text) ? text : text.replaceAll(" ", "");
  return /^[\p{L}\p{N}]+$/u.test(close) ? mark + close : `${mark}(${close})`;
}
