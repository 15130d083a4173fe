// The loss chart as a picture to be taken away: as it is drawn, in its colours and on its background, at twice its size.

const scale = 2;
const lineHeight = 22; // of the caption
const margin = 8;
const painted = ["fill", "stroke", "color"] as const;

/** @param figure has the chart in it, and a caption */
export async function pictureOf(figure: HTMLElement): Promise<Blob> {
  const svg = figure.querySelector("svg");
  if (!svg) throw new Error("there is no chart yet");
  const { width, height } = svg.getBoundingClientRect();
  const { font, ink, paper } = looksOf(figure, svg);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the browser gives no canvas to draw on");
  context.font = font;
  const caption = layOut(
    captionOf(figure),
    width - 2 * margin,
    (text) => context.measureText(text).width,
  );
  const above = caption.rows * lineHeight + margin;
  canvas.width = Math.round(scale * width);
  canvas.height = Math.round(scale * (height + above + margin));
  context.scale(scale, scale); // a canvas that is given a size forgets its font and its scale
  context.font = font;
  context.textBaseline = "middle";
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height + above + margin);
  context.fillStyle = ink;
  for (const { text, x, row } of caption.entries) {
    context.fillText(text, margin + x, margin + (row + 0.5) * lineHeight);
  }
  context.drawImage(await imageOf(svg, width, height), 0, above, width, height);
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null) =>
      blob ? resolve(blob) : reject(new Error("the browser made no picture of the chart"));
    canvas.toBlob(done, "image/png");
  });
}

interface Placed {
  readonly text: string;
  readonly x: number;
  readonly row: number;
}

/** Puts texts side by side, and below each other where the width is full. */
export function layOut(
  texts: readonly string[],
  width: number,
  widthOf: (text: string) => number,
): { entries: Placed[]; rows: number } {
  const entries: Placed[] = [];
  let [x, row] = [0, 0];
  for (const text of texts) {
    const wide = widthOf(text);
    if (x > 0 && x + wide > width) [x, row] = [0, row + 1];
    entries.push({ text, x, row });
    x += wide + 16;
  }
  return { entries, rows: texts.length === 0 ? 0 : row + 1 };
}

function captionOf(figure: HTMLElement): string[] {
  const shown = [...figure.querySelectorAll<HTMLElement>("figcaption > span")];
  return shown
    .filter((entry) => entry.offsetParent !== null)
    .map((entry) => entry.textContent.trim());
}

function looksOf(figure: HTMLElement, svg: SVGElement) {
  const text = svg.querySelector("text") ?? svg;
  const { fontFamily, fontSize } = getComputedStyle(text);
  const root = getComputedStyle(document.documentElement);
  return {
    font: `${fontSize} ${fontFamily}`,
    ink: getComputedStyle(figure).color,
    paper: root.getPropertyValue("--paper").trim() || "white",
  };
}

/** The chart as an image, which knows nothing of the page: every colour that the page decides is written into it. */
async function imageOf(svg: SVGElement, width: number, height: number): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGElement;
  const [from, to] = [svg, copy].map((each) => [each, ...each.querySelectorAll<SVGElement>("*")]);
  from.forEach((original, i) => {
    const style = getComputedStyle(original);
    for (const name of painted) (to[i] as SVGElement).style.setProperty(name, style[name]);
  });
  copy.style.fontFamily = getComputedStyle(svg).fontFamily;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", `${scale * width}`); // so that letters are drawn at the size in which they are seen
  copy.setAttribute("height", `${scale * height}`);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}
