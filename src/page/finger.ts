// Whether the page is used by finger, on a device without the keys and the hovering that a hint may name.

export const byFinger = matchMedia("(hover: none) and (pointer: coarse)").matches;
