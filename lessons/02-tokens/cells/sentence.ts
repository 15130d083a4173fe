// The text that the figure begins with.

export const text = "Hello hello: the tokenization of unhappiness, 12345 times, in 漢字 and 😀.";
