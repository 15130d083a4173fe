// The writes that made a number, in their order: each with its line, which is lit in the editor, and what was read for it.

import { locate } from "./axes.ts";
import type { TensorReport } from "./compare.ts";
import { make } from "./result.ts";
import { number } from "./sentences.ts";
import type { Writes } from "./watch.ts";

const pause = 700; // milliseconds for each write while they play

export function showWrites(
  { tensor, shape, axes }: TensorReport,
  index: number,
  { writes, more, problem }: Writes,
  light: (line: number | null) => void,
): HTMLElement {
  const box = make("div", "writes");
  const name = `${tensor} at ${locate(index, shape, axes)}`;
  const count = writes.length;
  const times = count === 1 ? "once" : `${count} times`;
  const says =
    problem ??
    (count === 0
      ? `Nothing is ever written to ${name}.`
      : `${name} is written ${more ? `more than ${count} times; the first ${count}` : times}:`);
  const head = make("p", "label", says);
  head.setAttribute("role", "status");
  box.append(head);
  if (count === 0) {
    light(null);
    return box;
  }

  const buttons = writes.map((write, i) => {
    const { line, before, value, reads, others } = write;
    const button = make("button", "write");
    button.type = "button";
    const read = reads.map(({ name, at, value }) => `${name}[${at}] = ${number(value)}`);
    if (others > 0) read.unshift(`${others} more`);
    const was = Number.isNaN(before) ? "nothing yet" : number(before);
    button.append(
      make("b", "", `${i + 1}. ${line ? `line ${line}` : "outside your file"}`),
      `: ${was} → ${number(value)}`,
      make(
        "span",
        "label",
        read.length > 0 ? `after reading ${read.join(", ")}` : "nothing was read for it",
      ),
    );
    const choose = () => {
      stop();
      show(i);
    };
    button.addEventListener("click", choose);
    button.addEventListener("focus", choose);
    return button;
  });
  let timer = 0;
  const stop = () => clearInterval(timer);
  const show = (i: number) => {
    for (const [k, button] of buttons.entries()) {
      if (k === i) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
    light(writes[i].line);
  };
  const list = make("ol", "writes-list");
  list.append(
    ...buttons.map((button) => {
      const item = make("li");
      item.append(button);
      return item;
    }),
  );
  box.append(list);
  show(0);
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
    let i = 0;
    timer = window.setInterval(() => {
      if (!box.isConnected && i > 0) return stop();
      if (++i >= count) return stop();
      show(i);
    }, pause);
  }
  return box;
}
