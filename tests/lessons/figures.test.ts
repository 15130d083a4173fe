import { expect, test } from "vitest";
import { colours, nearest } from "../../src/figures/controls.ts";

test("a slider begins at the value that is nearest, the first where two are", () => {
  expect(nearest([0.1, 0.9, 1.2, 3], 1)).toBe(1);
  expect(nearest([0, 2], 1)).toBe(0);
  expect(nearest([5], -100)).toBe(0);
});

const figures = import.meta.glob<string>(
  [
    "/lessons/*/figures/*.ts",
    "/lessons/*/{sketch.ts,*.astro}",
    "/src/{figures,own,rungs,trainer}/**/*.ts",
    "/src/components/{Ablation,Recording,Roofline,Rungs}.astro", // with curves of their own
  ],
  { query: "?raw", import: "default", eager: true },
);

test("what is drawn is named where it is, and no legend has to be looked up", () => {
  expect(Object.keys(figures).length).toBeGreaterThan(50);
  const withLegend = Object.keys(figures).filter((path) =>
    /legend: true|swatch/i.test(figures[path]),
  );
  expect(withLegend).toEqual([]);
});

test("the gradient's hue is that of gradients, slopes and derivatives alone", () => {
  const hue = /--backward|--mark-2\b/;
  const red = Object.keys(figures).filter((path) => hue.test(figures[path]));
  expect(red.map((path) => path.replace(/^.*\/(.*)\.ts$/, "$1")).sort()).toEqual([
    "crossentropy", // dlogits
    "exponents", // how large gradients are
    "gelu", // its slope
    "memorymap", // the gradients' part of it
    "nudge", // the slope of the loss
    "products", // of which two make gradients
    "residual", // sizes of gradients
    "silu", // its slope
    "tangent", // what is left of a gradient
  ]);
});

test("colours that are counted off are never the gradient's", () => {
  expect(colours).not.toContain("var(--mark-2)");
  const counted = Object.keys(figures).filter((path) => figures[path].includes("--mark-${"));
  expect(counted.map((path) => path.replace(/^.*\//, "")).sort()).toEqual([
    "controls.ts", // `colours`
    "runs.ts", // a list of its own, without 2
  ]);
});
