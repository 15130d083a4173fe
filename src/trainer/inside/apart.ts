// Which names have room in a picture.

export interface Box {
  readonly x: number; // its left
  readonly y: number; // its top
  readonly width: number;
  readonly height: number;
}

/** The places of boxes, each of which meets none before it that has been taken: as many as `most`. */
export function apart(boxes: readonly Box[], most: number): number[] {
  const taken: number[] = [];
  for (const [i, box] of boxes.entries()) {
    if (taken.length === most) break;
    if (!taken.some((other) => meet(boxes[other], box))) taken.push(i);
  }
  return taken;
}

const meet = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
