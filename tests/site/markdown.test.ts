// What happens to mathematics and to short marked texts before they reach a page.

import { expect, test } from "vitest";
import { inline } from "../../src/markdown/inline.ts";
import { renderMath } from "../../src/markdown/mathematics.ts";

test("a formula becomes HTML and MathML, with its source as annotation", () => {
  const html = renderMath("x_i^2", false, "lesson.mdx");
  expect(html).toContain("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>");
  expect(html).toContain('<annotation encoding="application/x-tex">x_i^2</annotation>');
  expect(html).toContain('class="katex-html" aria-hidden="true"');
  expect(html).not.toContain("katex-display");
  expect(renderMath("x", true, "lesson.mdx")).toContain("katex-display");
});

test("a formula that cannot be typeset fails the build, and the error names file and formula", () => {
  expect(() => renderMath("\\frac{1", false, "lesson.mdx")).toThrow(
    /^lesson\.mdx: cannot typeset \$\\frac\{1\$: .*expected/i,
  );
  expect(() => renderMath("\\nonsense", true, "lesson.mdx")).toThrow(/\\nonsense/);
});

test("a short text may hold code, mathematics and emphasis, and nothing else of it is markup", () => {
  expect(inline("what is `a < b` *now*?")).toBe(
    'what is <code class="unbroken">a &lt; b</code> <em>now</em>?',
  );
  expect(inline("<b>5 * 3 & 2 * 1</b>")).toBe("&lt;b&gt;5 * 3 &amp; 2 * 1&lt;/b&gt;");
  expect(inline("the mean $\\mu$")).toMatch(
    /^the mean <span class="unbroken"><span class="katex">/,
  );
  expect(() => inline("the mean $\\mu{$")).toThrow('"the mean $\\mu{$": cannot typeset');
});

test("a line is broken neither inside a short formula nor before the punctuation after one; a long formula may be", () => {
  expect(inline("where $o = i$, and 0 elsewhere")).toMatch(
    /^where <span class="unbroken"><span class="katex">.*<\/span>,<\/span> and 0 elsewhere$/s,
  );
  expect(inline("$2 \\cdot 12 + 1 = 25$ in all")).toMatch(/^<span class="unbroken">.* in all$/s);
  expect(inline("$1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 = 45$ in all")).toMatch(
    /^<span class="katex">/,
  );
});

test("a shape and the name GPT-2 stay on one line", () => {
  expect(inline("`(B, T, C)` in GPT-2")).toBe(
    '<code class="unbroken">(B, T, C)</code> in <span class="unbroken">GPT-2</span>',
  );
  expect(inline("`inp[(b * T + t) * C + i]`, `row`")).toBe(
    "<code>inp[(b * T + t) * C + i]</code>, <code>row</code>",
  );
});
