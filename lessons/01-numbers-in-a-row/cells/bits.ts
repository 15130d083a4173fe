// The number that the figure begins with.

export const x = 0.1;
