// The roofline of the reader's GPU, with the rungs that were measured on this page.

import type * as PlotModule from "@observablehq/plot";
import type { Peak } from "../benchmark/peak.ts";
import { percent, scaled } from "../page/numbers.ts";
import { type Climb, known, listen } from "./measured.ts";

const least = 0.1; // operations for each byte, at the left
const most = 3000; // and at the right

class Roofline extends HTMLElement {
  #end: (() => void) | undefined;
  #resized: ResizeObserver | undefined;
  #width = 0;

  connectedCallback(): void {
    this.#end = listen(() => this.#draw());
    this.#resized = new ResizeObserver(() => {
      if (Math.floor(this.clientWidth) !== this.#width) this.#draw();
    });
    this.#resized.observe(this);
    this.#draw();
  }

  disconnectedCallback(): void {
    this.#end?.();
    this.#resized?.disconnect();
  }

  async #draw(): Promise<void> {
    const { peak, climbs } = known();
    const place = this.querySelector('[data-part="plot"]');
    if (!peak || !place) return;
    const Plot = await import("@observablehq/plot");
    this.#width = Math.floor(this.clientWidth);
    const drawn = draw(Plot, peak, climbs, place.clientWidth);
    for (const group of drawn.querySelectorAll("g[aria-label]"))
      group.removeAttribute("aria-label");
    place.replaceChildren(drawn);
  }
}

function draw(Plot: typeof PlotModule, peak: Peak, climbs: readonly Climb[], width: number) {
  const { flopsPerSecond, bytesPerSecond } = peak;
  const ridge = flopsPerSecond / bytesPerSecond;
  const roof = [least, ridge, most]
    .filter((x) => x >= least && x <= most)
    .map((x) => ({ x, y: Math.min(flopsPerSecond, x * bytesPerSecond) }));
  const points = climbs.flatMap(({ ladder, rungs }) =>
    rungs.flatMap(({ name, measured }) =>
      measured === null
        ? []
        : [
            {
              kernel: ladder === "matmul" ? "matmul" : "LayerNorm",
              name,
              x: measured.flops / measured.bytes,
              y: measured.flops / measured.seconds,
              share: measured.share,
            },
          ],
    ),
  );
  type Point = (typeof points)[number];
  const speeds = points.map(({ y }) => y);
  const lowest = Math.min(...speeds, least * bytesPerSecond);
  const highest = Math.max(...speeds, flopsPerSecond); // a point may lie above a roof that was measured on a busy machine
  return Plot.plot({
    ariaLabel: `Roofline of this GPU: ${scaled(flopsPerSecond, "FLOP/s")} at most, reached from ${ridge.toFixed(1)} operations for each byte on`,
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
    color: {
      domain: ["matmul", "LayerNorm"],
      range: ["var(--mark-1)", "var(--mark-4)"],
      legend: points.length > 0,
    },
    marks: [
      Plot.line(roof, { x: "x", y: "y", stroke: "var(--ink)", strokeWidth: 2 }),
      Plot.dot(points, {
        x: "x",
        y: "y",
        fill: "kernel",
        r: 5,
        title: ({ name, y, share }: Point) =>
          `${name}: ${scaled(y, "FLOP/s")}, ${percent(share)} of what the roof allows`,
      }),
      Plot.text(points, {
        x: "x",
        y: "y",
        text: "name",
        dx: 9,
        textAnchor: "start",
        fontSize: 11.5,
        stroke: "var(--paper)",
        strokeWidth: 3,
        fill: "var(--ink)",
      }),
    ],
  });
}

customElements.define("llm-roofline", Roofline);
