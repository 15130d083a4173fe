// Places in a tensor as the reader knows them: letters for its dimensions, "(b, t, i) = (0, 1, 3)" for an element.

/** The letters that the lessons use for an index below a size. */
const usual: Readonly<Record<string, string>> = {
  C: "i",
  N: "i",
  OC: "o",
  NH: "h",
  hs: "i",
  maxT: "t",
  V: "v",
  Vp: "v",
};

/**
 * Letters for the dimensions of a tensor: ["b", "t", "i"].
 *
 * @param length as a product of sizes, "B*T*3*C"; a number belongs to the size after it. Without it, or where it does not
 *   fit the shape, sizes are looked for that the dimensions equal
 * @param letters for sizes, where they are not the usual ones
 */
export function nameAxes(
  shape: readonly number[],
  sizes: Readonly<Record<string, number>>,
  length?: string,
  letters: Readonly<Record<string, string>> = {},
): string[] {
  const all = { ...usual, ...letters };
  const names = (length && namesOf(shape, sizes, length)) || guess(shape, sizes);
  const seen = new Map<string, number>();
  const axes = names.map((name) => (name === "" ? "" : (all[name] ?? name.toLowerCase())));
  let spare = 0;
  const lettered = axes.map((letter) => {
    if (letter === "") return "ijmn"[spare++] ?? "i";
    const before = seen.get(letter) ?? 0;
    seen.set(letter, before + 1);
    return before === 0 ? letter : `${letter}${before + 1}`; // (T, T) reads t, t2
  });
  // A matrix from C to C has output channels o and input channels i.
  const twice = lettered.indexOf("i2");
  if (twice < 0) return lettered;
  return lettered.map((letter) => (letter === "i" ? "o" : letter === "i2" ? "i" : letter));
}

/** The size that gives each dimension its name, if the product has as many factors as the shape has dimensions. */
function namesOf(
  shape: readonly number[],
  sizes: Readonly<Record<string, number>>,
  length: string,
): string[] | undefined {
  const names: string[] = [];
  const lengths: number[] = [];
  let times = 1;
  for (const factor of length.replace("?", "").split(" ")[0].split("*")) {
    if (/^\d+$/.test(factor)) {
      times *= Number(factor);
      continue;
    }
    names.push(factor);
    lengths.push(times * (sizes[factor] ?? Number.NaN));
    times = 1;
  }
  const fits =
    names.length === shape.length &&
    lengths.every((size, d) => size === shape[d] || Number.isNaN(size)); // V may not be among the sizes
  return fits ? names : undefined;
}

function guess(shape: readonly number[], sizes: Readonly<Record<string, number>>): string[] {
  const all = Object.entries(sizes);
  const free = [...all];
  return shape.map((length, dimension) => {
    // The last of those that fit for the last dimension: with T = C, (B, T, C) still reads b, t, i.
    const fits = free.filter(([, size]) => size === length);
    const match = dimension === shape.length - 1 ? fits.at(-1) : fits[0];
    if (!match) return all.find(([, size]) => size === length)?.[0] ?? "";
    free.splice(free.indexOf(match), 1);
    return match[0];
  });
}

/** The place of an element along each dimension. */
export function coordinates(index: number, shape: readonly number[]): number[] {
  const at: number[] = [];
  for (let d = shape.length - 1; d >= 0; d--) {
    at.unshift(index % shape[d]);
    index = Math.floor(index / shape[d]);
  }
  return at;
}

/** "(b, t, i) = (0, 1, 3)", or "i = 3" for a tensor of one dimension. */
export function locate(index: number, shape: readonly number[], axes: readonly string[]): string {
  const at = coordinates(index, shape);
  if (at.length === 1) return `${axes[0]} = ${at[0]}`;
  return `(${axes.join(", ")}) = (${at.join(", ")})`;
}
