// The words that the figure begins with.

export const text = "the cat that sat at the mat had a hat that the other cat ate";
