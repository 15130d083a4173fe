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
  expect(inline("what is `a < b` *now*?")).toBe("what is <code>a &lt; b</code> <em>now</em>?");
  expect(inline("<b>5 * 3 & 2 * 1</b>")).toBe("&lt;b&gt;5 * 3 &amp; 2 * 1&lt;/b&gt;");
  expect(inline("the mean $\\mu$")).toMatch(/^the mean <span class="katex">/);
  expect(() => inline("the mean $\\mu{$")).toThrow('"the mean $\\mu{$": cannot typeset');
});
