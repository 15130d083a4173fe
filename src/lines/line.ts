// A line of a derivation that is left to the reader. Each lesson that has one says in its `line.ts` what it is.

/** Where a line is looked at. */
export interface Point {
  values: Readonly<Record<string, number>>;
  /** The same number from the forward formula: by a finite difference, or by adding up. */
  measured: number;
}

export interface Line {
  /** Left of the equals sign, as TeX. */
  left: string;
  /** What the reader may write, and what it stands for; `code` and $mathematics$ are marked as in Markdown. */
  symbols: Readonly<Record<string, string>>;
  /** What holds for this line, in a sentence. */
  setting?: string;
  /** What is right, as an expression. */
  right: string;
  /** How `measured` comes about: "a finite difference of the softmax". */
  measuredBy: string;
  /** A point, made from numbers between -2 and 2. */
  point: (draw: () => number) => Point;
  /** Mistakes that people make, as expressions, and what is said of each. */
  mistakes: readonly { wrong: string; says: string }[];
}

/** The slope of f at x, by a finite difference. */
export function slopeOf(f: (x: number) => number, x: number): number {
  const h = 1e-5;
  return (f(x + h) - f(x - h)) / (2 * h);
}

/** Softmax, for lines about it. */
export function softmax(z: readonly number[]): number[] {
  const powers = z.map((one) => Math.exp(one));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((one) => one / sum);
}
