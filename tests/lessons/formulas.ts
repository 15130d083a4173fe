// The formulas of a lesson's text, and the letters in them.

/** All formulas of a text in Markdown or MDX, without their dollar signs; what is code is left out. */
export function formulasOf(mdx: string): string[] {
  const text = mdx
    .replace(/^```.*?^```/gms, "")
    .replace(/`[^`\n]*`/g, "`")
    .replace(/<(Cell|Code|Figure|Exercise)\b[^>]*>/g, "");
  const found = text.matchAll(/\$\$(.*?)\$\$|\$([^$]+?)\$/gs);
  return Array.from(found, ([, display, within]) => display ?? within);
}

const greek =
  "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau phi varphi chi psi omega Gamma Delta Theta Lambda Sigma Phi Psi Omega ell".split(
    " ",
  );

/**
 * The letters of a formula that stand for something: "x", "\\mu", "\\hat{x}". Names in upright or typewriter letters are
 * words or variables of the code, and not among them.
 */
export function lettersOf(formula: string): Set<string> {
  const letters = new Set<string>();
  let rest = formula.replace(
    /\\(text|texttt|textbf|textit|mathrm|mathtt|mathit|operatorname\*?|begin|end|tag|label)\s*\{[^{}]*\}/g,
    " ",
  );
  rest = rest.replace(
    /\\(hat|bar|tilde)\s*(?:\{\s*(\\?[A-Za-z]+)\s*\}|([A-Za-z]))/g,
    (_, accent, braced, bare) => {
      letters.add(`\\${accent}{${braced ?? bare}}`);
      return " ";
    },
  );
  rest = rest.replace(/\\([A-Za-z]+)/g, (_, command) => {
    if (greek.includes(command)) letters.add(`\\${command}`);
    return " ";
  });
  for (const [letter] of rest.matchAll(/[A-Za-z]/g)) letters.add(letter);
  return letters;
}
