// A picture that is read off: with the pointer, or with the keys, like a slider whose value is a sentence.

import { element } from "./token.ts";

export interface Reading {
  text: string;
  now: number;
  most: number;
}

export interface Handlers {
  point(x: number, y: number): void; // pixels from the picture's upper left corner
  key(key: string): boolean; // whether it meant something
}

/** @returns the place for the picture, a mark over it, and what says what is read off */
export function createPointed(className: string, label: string, { point, key }: Handlers) {
  const picture = element("div", "picture");
  const cursor = element("div", "cursor");
  cursor.hidden = true;
  const pointed = element("div", `pointed ${className}`, picture, cursor);
  pointed.tabIndex = 0;
  pointed.setAttribute("role", "slider");
  pointed.setAttribute("aria-label", label);
  pointed.setAttribute("aria-valuemin", "1");
  const readout = element("p", "readout");
  const follow = ({ clientX, clientY }: PointerEvent) => {
    const { left, top } = pointed.getBoundingClientRect();
    point(clientX - left, clientY - top);
  };
  pointed.addEventListener("pointermove", follow);
  pointed.addEventListener("pointerdown", follow);
  pointed.addEventListener("keydown", (event) => {
    if (key(event.key)) event.preventDefault();
  });
  return {
    pointed,
    picture,
    cursor,
    readout,
    tell({ text, now, most }: Reading): void {
      readout.textContent = text;
      pointed.setAttribute("aria-valuemax", String(most));
      pointed.setAttribute("aria-valuenow", String(now));
      pointed.setAttribute("aria-valuetext", text);
    },
  };
}
