// Draws a figure from what a run exported. Plot is loaded with the first one.

import type * as PlotModule from "@observablehq/plot";

type Draw = (
  values: Readonly<Record<string, unknown>>,
  Plot: typeof PlotModule,
  space: { width: number },
) => Element;

// A lesson's own figures lie in its folder; those that several lessons use, in src/figures.
const drawings = import.meta.glob<{ draw: Draw }>([
  "../../lessons/*/figures/*.ts",
  "./*.ts",
  "!./{draw,element,exports,handle,sketch}.ts",
]);

/**
 * Draws into `place`, and again whenever its width changes. Returns what ends that.
 *
 * @param name of a figure of the lesson to which the cell belongs, or of one in src/figures
 * @param cell the file that was run: lessons/NN-name/cells/x.ts
 * @throws Error if there is no such figure, or what its file throws: the run did not export what is drawn
 */
export async function drawFigure(
  name: string,
  cell: string,
  values: Readonly<Record<string, unknown>>,
  place: HTMLElement,
): Promise<() => void> {
  const lesson = cell.split("/").slice(0, 2).join("/");
  const load = drawings[`../../${lesson}/figures/${name}.ts`] ?? drawings[`./${name}.ts`];
  if (!load) throw new Error(`there is no figure ${name}`);
  const [{ draw }, module] = await Promise.all([load(), import("@observablehq/plot")]);
  const Plot = {
    ...module,
    plot: (options?: PlotModule.PlotOptions) => asPicture(module.plot(options)),
  };

  // Measured in an element of its own: the place has padding, and none while it is empty.
  const canvas = document.createElement("div");
  place.replaceChildren(canvas);
  let width = 0;
  const update = () => {
    const now = Math.floor(canvas.clientWidth);
    if (now === width || now === 0) return; // 0: not to be seen at the moment
    width = now;
    canvas.replaceChildren(draw(values, Plot, { width }));
  };
  update();
  const resized = new ResizeObserver(update);
  resized.observe(canvas);
  return () => resized.disconnect();
}

/**
 * Makes what Plot drew one picture with one name, the figure's. Plot names each group of it after its kind of mark ("rect"),
 * where ARIA allows no name.
 */
function asPicture<Drawn extends Element>(drawn: Drawn): Drawn {
  for (const group of drawn.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label");
  const pictures = drawn.matches("svg") ? [drawn] : drawn.querySelectorAll("svg");
  for (const svg of pictures) if (svg.hasAttribute("aria-label")) svg.setAttribute("role", "img");
  return drawn;
}
