// A token as it is shown where its spaces would not be seen.

const signs: Record<string, string> = { " ": "␣", "\n": "↵", "\r": "↵", "\t": "⇥" };

export const visible = (token: string): string =>
  token.replace(/[ \n\r\t]/g, (sign) => signs[sign]);

/** In an element of its own. */
export function tokenElement(token: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "token";
  element.textContent = visible(token);
  return element;
}

/** In a sentence: “be”. */
export const quoted = (token: string): string => `“${visible(token)}”`;

/** A probability: "31 %", "4.2 %", "under 0.1 %". */
export function chance(share: number): string {
  const percent = 100 * share;
  if (percent < 0.1) return "under 0.1 %";
  return `${percent.toFixed(percent < 9.95 ? 1 : 0)} %`;
}

/** An element with a class, and what is in it. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}
