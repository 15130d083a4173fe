// How the values of a tensor are spread, and those of its gradient: a histogram of each. The heights are logarithms, so that a
// single value far out can be seen beside a hundred thousand in the middle.

import { integer } from "../../page/numbers.ts";
import type { Histogram, Spread } from "../../training/tensors.ts";

const [width, height] = [205, 64]; // of a drawing

/** Both, one beside the other, each with a sentence that says the same. */
export function drawSpread(step: number, { name, values, gradient }: Spread): HTMLElement {
  const box = document.createElement("div");
  box.className = "spread";
  box.append(
    figure("values", `${name} after step ${integer(step)}`, values),
    gradient
      ? figure("gradient", "Its gradient in that step, before clipping", gradient)
      : paragraph("Its gradient is known after the next step."),
    paragraph(
      "The height of a bar is the logarithm of its count; each line is ten times the one below.",
    ),
  );
  return box;
}

function figure(kind: "values" | "gradient", title: string, histogram: Histogram): HTMLElement {
  const made = document.createElement("figure");
  made.dataset.kind = kind;
  const caption = document.createElement("figcaption");
  caption.append(paragraph(title, "title"), paragraph(describe(histogram)));
  made.append(drawing(histogram), caption);
  return made;
}

function paragraph(text: string, className = ""): HTMLParagraphElement {
  const made = document.createElement("p");
  made.className = className;
  made.textContent = text;
  return made;
}

/** "131,072 values from −0.412 to 0.387, their mean −0.0002, the root of their mean square 0.0213." */
export function describe({ least, most, counts, mean, rms }: Histogram): string {
  const count = counts.reduce((sum, count) => sum + count, 0);
  const values = count === 1 ? "value" : "values";
  if (least === most)
    return `${integer(count)} ${values}, ${count === 1 ? "" : "all "}${short(least)}.`;
  return `${integer(count)} ${values} from ${short(least)} to ${short(most)}, their mean ${short(mean)}, the root of their mean square ${short(rms)}.`;
}

const short = (value: number): string => {
  const size = Math.abs(value);
  const text =
    size === 0 || (size >= 0.001 && size < 1000)
      ? String(Number(value.toPrecision(3)))
      : value.toExponential(1);
  return text.replaceAll("-", "−");
};

/** How high a bar is, from 0 to 1: a count of 1 can be seen, and one of none is nothing. */
export function barsOf(counts: readonly number[]): number[] {
  const top = powers(counts) + 1;
  return counts.map((count) => (count === 0 ? 0 : (Math.log10(count) + 1) / top));
}

/** The power of ten of the largest count. */
const powers = (counts: readonly number[]): number => Math.log10(Math.max(...counts));

function drawing({ least, most, counts }: Histogram): SVGSVGElement {
  const svg = element("svg", { viewBox: `0 0 ${width} ${height + 2}`, "aria-hidden": "true" });
  const top = powers(counts) + 1;
  for (let power = 0; power < top; power++) {
    const y = height - (height * (power + 1)) / top;
    if (y >= 0) svg.append(element("line", { x1: 0, x2: width, y1: y, y2: y, class: "decade" }));
  }
  const column = width / counts.length;
  for (const [i, share] of barsOf(counts).entries()) {
    if (share === 0) continue;
    const size = {
      x: column * i,
      width: Math.max(0.5, column - 0.8),
      y: height * (1 - share),
      height: height * share,
    };
    svg.append(element("rect", { ...size, "data-count": counts[i] }));
  }
  if (least < 0 && most > 0) {
    const x = (-least / (most - least)) * width;
    svg.append(element("line", { x1: x, x2: x, y1: 0, y2: height, class: "zero" }));
  }
  svg.append(element("line", { x1: 0, x2: width, y1: height, y2: height, class: "zero" }));
  return svg;
}

function element<Name extends "svg" | "rect" | "line">(
  name: Name,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, typeof value === "number" ? String(Number(value.toFixed(2))) : value);
  }
  return made;
}
