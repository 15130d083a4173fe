// The drawing of a roofline: how fast each kernel was, below what the machine allows at so many operations for each byte.

import * as Plot from "@observablehq/plot";
import { nameStyle, plotStyle } from "../figures/controls.ts";
import { spread } from "../figures/spread.ts";
import { percent, scaled } from "../page/numbers.ts";
import type { Climb } from "./measured.ts";
import type { Ladder, Roof } from "./protocol.ts";

const titles: Record<Ladder, string> = {
  matmul: "matmul",
  layernorm: "LayerNorm",
  residual: "residual",
};
const hueOf = ({ ladder }: Climb) => (ladder === "matmul" ? "var(--mark-1)" : "var(--mark-4)");
const least = 0.04; // operations for each byte, at the left
const most = 3000; // and at the right
const middle = Math.sqrt(least * most);
const letters = 13; // pixels
const onPaper = { ...nameStyle, stroke: "var(--paper)" };
const [marginTop, marginBottom] = [30, 46];

export function drawRoofline(roofs: readonly Roof[], climbs: readonly Climb[], width: number) {
  const lines = roofs.map(({ name, peak: { flopsPerSecond, bytesPerSecond } }) => {
    const ridge = flopsPerSecond / bytesPerSecond;
    const points = [least, ridge, most]
      .filter((x) => x >= least && x <= most)
      .map((x) => ({ x, y: Math.min(flopsPerSecond, x * bytesPerSecond), name }));
    return { name, ridge, most: flopsPerSecond, points };
  });
  const points = climbs.flatMap(({ ladder, rungs }) =>
    rungs.flatMap(({ name, measured }, place) =>
      measured === null
        ? []
        : [
            {
              kernel: titles[ladder],
              name,
              place,
              x: measured.flops / measured.bytes,
              y: measured.flops / measured.seconds,
              share: measured.share,
            },
          ],
    ),
  );
  type Point = (typeof points)[number];
  // The name of a kernel stands by its fastest form, where the forms' names leave room.
  const tops = Object.values(titles).flatMap((kernel) => {
    const own = points.filter((point) => point.kernel === kernel);
    return own.length === 0 ? [] : [own.reduce((a, b) => (b.y > a.y ? b : a))];
  });
  const speeds = points.map(({ y }) => y);
  const roof = lines.flatMap(({ points }) => points.map(({ y }) => y));
  const lowest = Math.min(...speeds, ...roof);
  const highest = Math.max(...speeds, ...roof); // a point may lie above a roof that was measured on a busy machine
  const height = Math.min(420, Math.max(300, width * 0.55));
  const range = [lowest / 2, highest * 2].map(Math.log) as [number, number];
  const between = range[1] - range[0] < Math.log(2000) ? [1, 3] : [1];
  const ticks = Array.from({ length: 20 }, (_, k) => between.map((part) => part * 10 ** k))
    .flat()
    .filter((y) => Math.log(y) > range[0] && Math.log(y) < range[1]);
  // A kernel's forms compute as much for each byte: their names stand beside them, as far apart as letters are high.
  const gap = ((range[1] - range[0]) * letters * 1.25) / (height - marginTop - marginBottom);
  const names = Object.values(titles).flatMap((kernel) => {
    const own = points.filter((point) => point.kernel === kernel);
    const at = spread(
      own.map(({ y }) => Math.log(y)),
      gap,
      range[0] + gap / 2,
    );
    return own.map((point, k) => ({ ...point, y: Math.exp(at[k]), right: point.x < middle }));
  });
  const [first, ...others] = [...lines].sort((a, b) => b.most - a.most);
  return Plot.plot({
    ariaLabel: `Roofline: ${lines.map(({ name, ridge, most }) => `${name}, ${scaled(most, "FLOP/s")} at most, reached from ${ridge.toFixed(1)} operations for each byte on`).join("; ")}`,
    width,
    height,
    marginLeft: 64,
    marginRight: 20,
    marginTop,
    marginBottom,
    style: plotStyle,
    x: {
      type: "log",
      domain: [least, most],
      label: "operations for each byte →",
      labelOffset: 40,
      ticks: [0.1, 1, 10, 100, 1000],
      tickFormat: (x: number) => String(x),
    },
    y: {
      type: "log",
      domain: range.map(Math.exp),
      label: "↑ operations in a second",
      grid: true,
      ticks,
      tickFormat: (y: number) => scaled(y, "").replace(/\.0+(?= )/, ""),
    },
    color: { domain: climbs.map(({ ladder }) => titles[ladder]), range: climbs.map(hueOf) },
    marks: [
      Plot.line(
        lines.flatMap(({ points }) => points),
        { x: "x", y: "y", z: "name", stroke: "var(--ink)", strokeWidth: 2 },
      ),
      // Only where there are several is it in question whose roof it is: above the highest, below the others.
      ...(lines.length > 1 ? [first, ...others] : []).map((line) =>
        Plot.text([line], {
          ...{ x: ({ ridge }) => Math.max(least, ridge), y: "most", text: "name" },
          ...{ dx: 6, dy: line === first ? -9 : 11, textAnchor: "start" },
          fontSize: letters,
          fill: "var(--ink-soft)",
        }),
      ),
      Plot.dot(points, {
        x: "x",
        y: "y",
        fill: "kernel",
        r: 5,
        title: ({ name, y, share }: Point) =>
          `${name}: ${scaled(y, "FLOP/s")}, ${percent(share)} of what the roof allows`,
      }),
      ...[true, false].map((right) =>
        Plot.text(
          tops.filter(({ x }) => x < middle === right),
          {
            ...{ x: "x", y: "y", text: "kernel", fontSize: letters + 1, fill: "kernel" },
            ...(right ? { dy: -16 } : { dx: 10, textAnchor: "start" }),
            ...onPaper,
          },
        ),
      ),
      ...[true, false].map((right) =>
        Plot.text(
          names.filter((name) => name.right === right),
          {
            ...{ x: "x", y: "y", text: "name", dx: right ? 10 : -10, fontSize: letters },
            ...{ textAnchor: right ? "start" : "end", fill: "var(--ink)" },
            ...{ ...onPaper, fontWeight: 400 },
          },
        ),
      ),
    ],
  });
}
