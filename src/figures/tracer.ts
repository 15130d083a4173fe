// Plays what a kernel did, one write at a time: each array as the strip that it is in memory, with the elements that were
// read, and the one that was written. Values are blue, gradients (names with a d in front) vermilion.

import type { Access, Trace, TraceStep } from "@llm.ts/kernels/runtime/trace.ts";
import type * as PlotModule from "@observablehq/plot";
import { makeButton, makeReadout, makeSlider, plotStyle, row, stack } from "./controls.ts";
import type { Exports, Space } from "./exports.ts";

type Strip = Trace["arrays"][number];

const pause = 700; // milliseconds for each step while it plays
const listed = 6; // reads that are named in the sentence
const widest = 64; // elements of one array

/**
 * @param values the run's exports: trace, as `record` of kernels/runtime/trace.ts returns it
 * @throws TypeError if it is missing, empty, or has an array of more than 64 elements
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const { arrays, steps } = traceOf(values);
  let at = 0; // steps done
  let timer = 0;

  const sentence = makeReadout(3, "text");
  const strips = document.createElement("div");
  Object.assign(strips.style, { display: "flex", flexWrap: "wrap", gap: "0 1.5rem" });
  const slider = makeSlider({ max: steps.length, name: "Step" }, (to) => move(to));

  const go = (to: number) => {
    at = Math.min(Math.max(to, 0), steps.length);
    slider.valueAsNumber = at;
    const step = at > 0 ? steps[at - 1] : undefined;
    sentence.replaceChildren(...describe(step, at, steps.length, arrays));
    strips.replaceChildren(...arrays.map((array) => drawStrip(Plot, array, steps, at, width)));
    // A button that is switched off loses the keyboard's focus. The slider takes it: a further Enter does nothing there.
    const off = at === 0 ? back : at === steps.length ? onward : undefined;
    if (off && document.activeElement === off) slider.focus();
    back.disabled = at === 0;
    onward.disabled = at === steps.length;
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  };
  const start = () => {
    if (at === steps.length) go(0);
    play.textContent = "Pause";
    timer = window.setInterval(() => {
      if (!figure.isConnected || at === steps.length) return stop();
      go(at + 1);
    }, pause);
  };
  const move = (to: number) => {
    stop();
    go(to);
  };
  const back = makeButton("Back", () => move(at - 1));
  const play = makeButton("Play", () => (timer ? stop() : start()));
  const onward = makeButton("Step", () => move(at + 1));

  const figure = stack(row(back, play, onward, slider), sentence, strips);
  go(0);
  return figure;
}

/** The array after the steps so far: blue or vermilion where it was just read or written. */
function drawStrip(
  Plot: typeof PlotModule,
  { name, shape, start }: Strip,
  steps: readonly TraceStep[],
  at: number,
  width: number,
): HTMLElement {
  const held = [...start];
  for (const { write } of steps.slice(0, at))
    if (write.array === name) held[write.index] = write.value;
  const step = at > 0 ? steps[at - 1] : undefined;
  const read = new Set(step?.reads.filter(({ array }) => array === name).map(({ index }) => index));
  const written = step?.write.array === name ? step.write.index : -1;
  const ink = name.startsWith("d") ? "backward" : "forward";
  const elements = held.map((value, index) => ({ value, index }));
  const row = shape.at(-1) ?? 1;
  const cell = (Math.min(width, 44 * held.length + 8) - 8) / held.length;

  const fill = ({ index }: { index: number }) => {
    if (index === written) return `var(--${ink})`;
    return read.has(index) ? `var(--${ink}-tint)` : "var(--panel)";
  };
  const label = document.createElement("p");
  const code = document.createElement("code");
  code.textContent = name;
  label.append(code, ` (${shape.join(", ")})`);
  Object.assign(label.style, {
    margin: "0",
    fontSize: "var(--size-tiny)",
    color: "var(--ink-soft)",
  });
  const plot = Plot.plot({
    ariaLabel: `${name} after step ${at}: ${held.map(short).join(", ")}`,
    width: Math.min(width, 44 * held.length + 8),
    height: 34,
    marginLeft: 4,
    marginRight: 4,
    marginTop: 2,
    marginBottom: 4,
    style: { ...plotStyle, overflow: "visible" },
    x: { axis: null, domain: [0, held.length] },
    marks: [
      Plot.rect(elements, {
        x1: ({ index }) => index,
        x2: ({ index }) => index + 1,
        fill: { value: fill, scale: null },
        stroke: {
          value: ({ index }) =>
            index === written || read.has(index) ? `var(--${ink})` : "var(--line-strong)",
          scale: null,
        },
        strokeWidth: 0.75,
        title: ({ index, value }) => `${name}[${index}] = ${short(value)}`,
      }),
      Plot.ruleX(
        elements.filter(({ index }) => index > 0 && index % row === 0),
        { x: "index", stroke: "var(--ink)", strokeWidth: 1.5 },
      ), // where a row begins
      cell >= 30
        ? Plot.text(elements, {
            x: ({ index }) => index + 0.5,
            text: ({ value }) => short(value),
            fontSize: 12, // so that -0.196 fits
            fill: {
              value: ({ index }) => (index === written ? "var(--on-ink)" : "var(--ink)"),
              scale: null,
            },
          })
        : null,
    ],
  });
  const strip = document.createElement("div");
  strip.append(label, plot);
  return strip;
}

/** The step in words. */
function describe(
  step: TraceStep | undefined,
  at: number,
  count: number,
  arrays: readonly Strip[],
): Node[] {
  if (!step) return [new Text(`Before the first of ${count} steps.`)];
  const shapes = new Map(arrays.map(({ name, shape }) => [name, shape]));
  const name = (access: Access) => {
    const code = document.createElement("code");
    code.textContent = `${access.array}[${access.index}]`;
    const shape = shapes.get(access.array) ?? [];
    if (shape.length > 1) code.title = `(${indices(access.index, shape).join(", ")})`;
    return code;
  };
  const nodes: Node[] = [new Text(`Step ${at} of ${count}: `)];
  const reads = distinct(step.reads);
  for (const [i, read] of reads.slice(0, listed).entries()) {
    nodes.push(
      new Text(i === 0 ? "reads " : ", "),
      name(read),
      new Text(` = ${short(read.value)}`),
    );
  }
  if (reads.length > listed) nodes.push(new Text(` and ${reads.length - listed} more`));
  nodes.push(new Text(reads.length > 0 ? "; writes " : "writes "), name(step.write));
  const { write, before } = step;
  const shape = shapes.get(write.array) ?? [];
  const place = shape.length > 1 ? `, element (${indices(write.index, shape).join(", ")})` : "";
  nodes.push(new Text(` = ${short(write.value)}${place}; it held ${short(before)}.`));
  return nodes;
}

/** Each element once, in the order in which it was first read. */
function distinct(reads: readonly Access[]): Access[] {
  return [...new Map(reads.map((read) => [`${read.array}[${read.index}]`, read])).values()];
}

function indices(offset: number, shape: readonly number[]): number[] {
  const result: number[] = [];
  let rest = offset;
  for (const size of shape.toReversed()) {
    result.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return result;
}

function short(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e5) return String(value);
  return Math.abs(value) >= 1e4 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(1)
    : value.toPrecision(3);
}

function traceOf(values: Exports): Trace {
  const trace = values.trace as Partial<Trace> | undefined;
  if (!Array.isArray(trace?.steps) || !Array.isArray(trace.arrays)) {
    throw new TypeError(
      "the figure needs `export const trace = record({ ... }, (arrays) => ...)`, see kernels/runtime/trace.ts",
    );
  }
  if (trace.steps.length === 0) throw new TypeError("the trace has no steps: nothing was written");
  const long = trace.arrays.find(({ start }) => start.length > widest);
  if (long) {
    throw new TypeError(
      `the figure has room for ${widest} elements of an array, not for the ${long.start.length} of ${long.name}`,
    );
  }
  return trace as Trace;
}
