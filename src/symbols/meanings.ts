// What a symbol means, beside it: when the pointer rests on it, on tap, and on focus of a formula. The same symbol is lit
// wherever it is on the screen: in formulas, code and figures.

import { type Found, findSymbols, wordsOf } from "./match.ts";
import { patterns, rows, rowsNamed } from "./table.ts";

/** What is pointed at: rows of the table, and where it is. */
interface Place {
  rows: readonly number[];
  box: DOMRect;
  /** What is held by a hand is lit, but what it means would be in the way. */
  held?: boolean;
}

const rest = 200; // milliseconds for which the pointer rests
const code = ".prose :is(pre, code, .cm-content)";

const bubble = document.createElement("div");
bubble.className = "symbol-meaning";
bubble.id = "symbol-meaning";
bubble.popover = "manual";
bubble.setAttribute("role", "tooltip");
const voice = document.createElement("div");
voice.className = "symbol-voice";
voice.setAttribute("role", "status");
document.body.append(bubble, voice);

const formulas = new WeakMap<Element, Found<Element>[]>();
function symbolsOf(formula: Element): Found<Element>[] {
  let found = formulas.get(formula);
  if (!found) {
    found = findSymbols<Element>(formula, patterns);
    formulas.set(formula, found);
  }
  return found;
}

const lit: Element[] = [];
let wanted: ReadonlySet<number> = new Set(); // what is lit, as rows
let shown = "";
let described: Element | undefined;

const onScreen = (element: Element): boolean => {
  const { top, bottom, width } = element.getBoundingClientRect();
  return width > 0 && bottom > 0 && top < innerHeight;
};

/** The words of a piece of code that is on the screen, as ranges. */
function* ranges(element: Element): Generator<{ word: string; range: Range }> {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    for (const { word, from, to } of wordsOf(node.textContent ?? "")) {
      const before = (node.textContent ?? "")[from - 1];
      if (from === 0 && before === undefined && endsInDot(node)) continue;
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      yield { word, range };
    }
  }
}

/** Whether what comes before a piece of highlighted code ends in a point: then it begins with a property. */
const endsInDot = (node: Node): boolean =>
  (node.parentElement?.previousSibling?.textContent ?? "").endsWith(".");

function light(rows: ReadonlySet<number>): void {
  wanted = rows;
  for (const element of lit.splice(0)) element.classList.remove("lit");
  globalThis.CSS?.highlights?.delete("symbol");
  if (wanted.size === 0) return;
  for (const formula of document.querySelectorAll(".prose .katex-html")) {
    if (!onScreen(formula) || formula.closest(".symbols")) continue;
    for (const { row, marks } of symbolsOf(formula)) if (wanted.has(row)) lit.push(...marks);
  }
  for (const element of document.querySelectorAll<HTMLElement>("[data-symbol]")) {
    if (rowsNamed(element.dataset.symbol ?? "").some((row) => wanted.has(row))) lit.push(element);
  }
  for (const element of lit) element.classList.add("lit");
  if (!globalThis.CSS?.highlights) return;
  const found: Range[] = [];
  for (const element of document.querySelectorAll(code)) {
    if (!onScreen(element) || element.parentElement?.closest("pre, .symbols")) continue;
    for (const { word, range } of ranges(element)) {
      if (rowsNamed(word).some((row) => wanted.has(row))) found.push(range);
    }
  }
  CSS.highlights.set("symbol", new Highlight(...found));
}

/** The symbol at an element and a point. */
function placeAt(target: Element, x: number, y: number): Place | undefined {
  if (target.closest(".symbols, .symbol-meaning, .symbols-drawer")) return undefined;
  const figure = target.closest<HTMLElement>("[data-symbol]");
  if (figure) {
    const found = rowsNamed(figure.dataset.symbol ?? "");
    const held = figure.matches("[data-handle]");
    return found.length > 0
      ? { rows: found, box: figure.getBoundingClientRect(), held }
      : undefined;
  }
  const formula = target.closest(".katex-html");
  if (formula) {
    for (const { row, marks } of symbolsOf(formula)) {
      const mark = marks.find((one) => one.contains(target));
      if (mark) return { rows: [row], box: mark.getBoundingClientRect() };
    }
    return undefined;
  }
  const text = target.closest(code);
  if (!text) return undefined;
  for (const { word, range } of ranges(target)) {
    const box = range.getBoundingClientRect();
    const inside = x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    const found = inside ? rowsNamed(word) : [];
    if (found.length > 0) return { rows: found, box };
  }
  return undefined;
}

function line(row: HTMLTableRowElement): HTMLElement {
  const [symbol, variable, shape, what] = row.cells;
  const element = document.createElement("p");
  const part = (cell: Element, name: string) => {
    const span = document.createElement("span");
    span.className = name;
    span.append(...[...cell.childNodes].map((node) => node.cloneNode(true)));
    element.append(span, " ");
  };
  part(symbol, "symbol");
  if (variable.textContent !== "none") part(variable, "variable");
  part(shape, "shape");
  part(what, "what");
  return element;
}

function show({ rows: wanted, box, held }: Place, aloud: boolean): void {
  if (held) {
    hide();
    light(new Set(wanted));
    return;
  }
  const key = `${wanted} ${box.x} ${box.y}`;
  if (shown === key) return;
  shown = key;
  bubble.replaceChildren(...wanted.map((row) => line(rows[row])));
  bubble.showPopover?.();
  const { width, height } = bubble.getBoundingClientRect();
  const side = document.documentElement.clientWidth - width - 8;
  const above = box.bottom + height + 8 > innerHeight && box.top > height + 60;
  bubble.style.left = `${Math.max(8, Math.min(box.left, side)) + scrollX}px`;
  bubble.style.top = `${(above ? box.top - height - 6 : box.bottom + 6) + scrollY}px`;
  light(new Set(wanted));
  if (!aloud) return;
  voice.textContent = [...bubble.children]
    .map((one) =>
      [...one.children]
        .map((part) => part.querySelector("annotation")?.textContent ?? part.textContent)
        .join(", "),
    )
    .join("; ");
}

function hide(): void {
  light(new Set());
  if (shown === "") return;
  shown = "";
  bubble.hidePopover?.();
  voice.textContent = "";
  described?.removeAttribute("aria-describedby");
  described = undefined;
}

/** Tells of all symbols of a formula that has the focus. */
function focus(formula: Element): void {
  const inside = [...formula.querySelectorAll(".katex-html")].flatMap(symbolsOf);
  const found = [...new Set(inside.map(({ row }) => row))];
  if (found.length === 0) return;
  show({ rows: found, box: formula.getBoundingClientRect() }, false);
  described = formula;
  formula.setAttribute("aria-describedby", bubble.id);
}

let timer: ReturnType<typeof setTimeout> | undefined;

function handle(event: Event): void {
  const target = event.target as Element;
  if (event.type === "focusin") {
    const place = target.matches("[data-handle]") && placeAt(target, 0, 0);
    if (target.matches("[data-formula]:focus-visible")) focus(target);
    else if (place) show(place, false);
    else hide();
    return;
  }
  const { clientX, clientY, pointerType } = event as PointerEvent;
  clearTimeout(timer);
  if (event.type === "click") {
    if (target.closest("a, button, summary, input") || target.closest(".symbol-meaning")) return;
    const place = placeAt(target, clientX, clientY);
    if (place) show(place, true);
    else hide();
  } else if (pointerType !== "touch") {
    timer = setTimeout(() => {
      const at = document.elementFromPoint(clientX, clientY);
      const place = at && placeAt(at, clientX, clientY);
      if (place) show(place, false);
      else if (!described && !at?.closest(".symbol-meaning")) hide();
    }, rest);
  }
}

/** Begins to listen, with the event that asked for it. */
export function begin(event: Event): void {
  for (const kind of ["pointermove", "click", "focusin"]) {
    document.addEventListener(kind, handle, { passive: true });
  }
  document.addEventListener("focusout", ({ target }) => {
    if (target === described || (target as Element).matches("[data-handle]")) hide();
  });
  document.addEventListener("redrawn", () => light(wanted));
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });
  document.addEventListener("input", hide);
  handle(event);
}
