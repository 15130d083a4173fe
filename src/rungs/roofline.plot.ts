// The drawing of a roofline: how fast each kernel was, below what the machine allows at so many operations for each byte.

import * as Plot from "@observablehq/plot";
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
  // The name of a kernel stands over its fastest form.
  const tops = Object.values(titles).flatMap((kernel) => {
    const own = points.filter((point) => point.kernel === kernel);
    return own.length === 0 ? [] : [own.reduce((a, b) => (b.y > a.y ? b : a))];
  });
  const speeds = points.map(({ y }) => y);
  const roof = lines.flatMap(({ points }) => points.map(({ y }) => y));
  const lowest = Math.min(...speeds, ...roof);
  const highest = Math.max(...speeds, ...roof); // a point may lie above a roof that was measured on a busy machine
  return Plot.plot({
    ariaLabel: `Roofline: ${lines.map(({ name, ridge, most }) => `${name}, ${scaled(most, "FLOP/s")} at most, reached from ${ridge.toFixed(1)} operations for each byte on`).join("; ")}`,
    width,
    height: Math.min(420, Math.max(300, width * 0.55)),
    marginLeft: 64,
    marginRight: 20,
    marginBottom: 46,
    style: { background: "none", fontSize: "13px" },
    x: {
      type: "log",
      domain: [least, most],
      label: "operations for each byte →",
      labelOffset: 40,
      ticks: width < 500 ? 4 : 8,
      tickFormat: (x: number) => String(x),
    },
    y: {
      type: "log",
      domain: [lowest / 2, highest * 2],
      label: "↑ operations in a second",
      grid: true,
      ticks: 5,
      tickFormat: (y: number) => scaled(y, "").trim(),
    },
    color: { domain: climbs.map(({ ladder }) => titles[ladder]), range: climbs.map(hueOf) },
    marks: [
      Plot.line(
        lines.flatMap(({ points }) => points),
        { x: "x", y: "y", z: "name", stroke: "var(--ink)", strokeWidth: 2 },
      ),
      // Only where there are several is it in question whose roof it is: below the first, above the others.
      ...(roofs.length > 1 ? lines : []).map((line, k) =>
        Plot.text([line], {
          x: most,
          y: "most",
          text: "name",
          dy: k === 0 ? 11 : -9,
          textAnchor: "end",
          fontSize: 11.5,
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
      Plot.text(tops, {
        x: "x",
        y: "y",
        text: "kernel",
        dy: -16,
        fontSize: 13,
        fontWeight: 600,
        fill: "kernel",
        stroke: "var(--paper)",
        strokeWidth: 3,
      }),
      // To the right and to the left of the points in turn, as some are close to each other.
      ...[0, 1].map((side) =>
        Plot.text(
          points.filter(({ place }) => place % 2 === side),
          {
            x: "x",
            y: "y",
            text: "name",
            dx: side === 0 ? 9 : -9,
            textAnchor: side === 0 ? "start" : "end",
            fontSize: 11.5,
            stroke: "var(--paper)",
            strokeWidth: 3,
            fill: "var(--ink)",
          },
        ),
      ),
    ],
  });
}
