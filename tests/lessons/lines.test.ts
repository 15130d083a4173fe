// The lines of the derivations that are left to the reader: what is right is right, and measured; what is wrong is told.

import { describe, expect, test } from "vitest";
import { parseExpression } from "../../src/lines/expression.ts";
import { drawPoints, judge } from "../../src/lines/judge.ts";
import type { Line } from "../../src/lines/line.ts";

const files = import.meta.glob<{ line: Line }>("/lessons/*/line.ts", { eager: true });
const pages = import.meta.glob<string>("/lessons/*/index.mdx", {
  query: "?raw",
  import: "default",
  eager: true,
});
const lines = Object.entries(files).map(([path, { line }]) => {
  return { lesson: path.split("/")[2], line };
});
const lineOf = (lesson: string) =>
  lines.find((one) => one.lesson.slice(3) === lesson)?.line as Line;

// Of these, the derivation is shown whole.
const whole = ["backward-through-everything", "onto-the-vectors"];

test("every derivation of a layer leaves one line to the reader", () => {
  const derived = Object.entries(pages)
    .filter(([, page]) => page.includes("<Derivation>"))
    .map(([path]) => path.split("/")[2])
    .filter((lesson) => !whole.includes(lesson.slice(3)));
  expect(lines.map(({ lesson }) => lesson).sort()).toEqual(derived.sort());
  for (const { lesson } of lines) {
    expect(pages[`/lessons/${lesson}/index.mdx`].match(/<Line>/g), lesson).toHaveLength(1);
  }
});

// For each line: right in another form; wrong, with what is said.
const answers: Record<string, { right: string[]; wrong: [string, string | RegExp][] }> = {
  "counting-and-a-bigram": {
    right: [
      ...["c_a * p / N - c_av / N", "(p - c_av / c_a) * c_a / N"],
      ...["(ca*p - cav)/n", "(C_a · P − C_av) ÷ N", "(c_{a}*p - c_{a,v})/N"],
    ],
    wrong: [
      ["(p - 1) / N", "That is a single pair"],
      ["p - c_av / c_a", "shares of the pairs that begin with a"],
      ["c_a * p", /^Not yet/],
      ["p - 1", "not yet divided by N"],
      ["c_a * p - c_av / N", "One more pair of brackets would make it right: * and / go before"],
      ["(c_a * (p - c_av)) / N", "With a bracket at another place it would be right"],
    ],
  },
  "a-small-autograd-engine": {
    right: ["1 - y^2 + b * (1 - y * y)", "(1 - y) * (1 + y) * (b + 1)"],
    wrong: [
      ["b * (1 - y^2)", "through the product alone"],
      ["b + 1", "tanh is not"],
      ["(1 - y)^2 * (b + 1)", "With a bracket at another place it would be right"],
      [
        "1 - y^2 * (b + 1)",
        "would make it right: ^ goes before * and /, and these before + and -.",
      ],
      ["(1 - y^2) * (b - 1)", /^Not yet/],
    ],
  },
  "fewer-bits": {
    right: ["x / u - a / u", "1 - (a + u - x) / u"],
    wrong: [
      ["x - a", "divided by u"],
      ["(a + u - x) / u", "how often it goes down"],
      ["x - a / u", "One more pair of brackets would make it right"],
      ["(x - a) / (2 * u)", /^Not yet/],
    ],
  },
  dropout: {
    right: ["x^2 / (1 - p) - x^2", "x * x * (1 / (1 - p) - 1)"],
    wrong: [
      ["x^2 / (1 - p)", "the mean of y squared"],
      ["p * x^2", "What is kept is off as well"],
      ["p / (1 - p)", "The factor x^2 is missing"],
      ["x² · p / 1 − p", "One more pair of brackets would make it right"],
      ["x^2 + p", /^Not yet/],
    ],
  },
  "accumulation-and-data-parallel": {
    right: [
      "g_0 * n_0 / (n_0 + n_1) + g_1 * (1 - n_0 / (n_0 + n_1))",
      ...["(n0*g0 + n1*g1) / (n0 + n1)", "(n₀*g₀ + n₁*g₁) / (n₀ + n₁)"],
    ],
    wrong: [
      ["g_0 / 2 + g_1 / 2", "the mean of the means"],
      ["n_1 * g_1 + n_0 * g_0", "the sum over all tokens"],
      ["(n_0 * g_0 - n_1 * g_1) / (n_0 + n_1)", /^Not yet/],
    ],
  },
  evaluation: {
    right: ["p - p^2", "(1 - p)^2 * p + p^2 * (1 - p)"],
    wrong: [
      ["p", "That is the mean of x"],
      ["p^2 - p", "no variance is below 0"],
      ["p * 1 - p", "One more pair of brackets would make it right"],
      ["p * (2 - p)", /^Not yet/],
    ],
  },
  swiglu: {
    right: ["s * (1 + x * (1 - s))", "s + x * s - x * s^2"],
    wrong: [
      ["s", "the first term alone"],
      ["s * (1 - s)", "the slope of the share"],
      ["s + x", /^Not yet/],
    ],
  },
  "scaling-laws-and-batch-size": {
    right: ["big + (big - small) / (B - 1)", "(small - B * big) / (1 - B)"],
    wrong: [
      ["big - small / B", "the gradient's own square is in it"],
      ["(small - big) / (1 - 1 / B)", "That is the noise"],
      ["big / B", /^Not yet/],
    ],
  },
  rmsnorm: {
    right: ["g * r - xhat * r * mean_gx", "r * (g - mean_gx * xhat) + 0 * mean_g"],
    wrong: [
      ["r * (g - xhat * mean_gx - mean_g)", "That is LayerNorm's"],
      ["r * (g - mean_gx)", "the factor xhat is missing"],
      ["r * r * (g - xhat * mean_gx)", /^Not yet/],
    ],
  },
  encoder: {
    right: ["d_11 + d_00", "2 * d_00 + d_11 - d_00"],
    wrong: [
      ["d_00 * d_11", "what comes along them adds up"],
      ["d_00 - d_11", /^Not yet\. With d_00 = \S+, d_11 = \S+ yours gives \S+, the line \S+\.$/],
    ],
  },
  layernorm: {
    right: ["r*g - r*mean_g - r*xhat*mean_gx", "(g - (mean_g + xhat*mean_gx)) * r"],
    wrong: [
      ["r * (g - mean_g + xhat * mean_gx)", "The path through r has the wrong sign"],
      ["r^2 * (g - mean_g - xhat * mean_gx)", "There is a factor r too many."],
    ],
  },
  matmul: {
    right: ["W_10 * d_1 + W_00 * d_0"],
    wrong: [
      ["d_0 * W_00 + d_1 * W_01", "The indices of W are swapped"],
      ["d_1 * W_00 + d_0 * W_10", "d_0 and d_1 have changed places."],
    ],
  },
  attention: {
    right: ["a*g - a*m", "-a * (m - g)"],
    wrong: [
      ["a * (m - g)", "the wrong sign"],
      ["a * g - m", "The factor a belongs to both parts"],
    ],
  },
  gelu: {
    right: ["sqrt(2/pi) * (1 + 0.134145 * x^2)", "c + c * 0.134145 * x * x"],
    wrong: [
      ["c * (1 + 0.044715 * x^2)", "the factor 3 is missing"],
      ["2 * c * (1 + 3 * 0.044715 * x^2)", "It is 2 times the line everywhere"],
    ],
  },
  residual: {
    right: ["dout + dout * s"],
    wrong: [
      ["dout * s", "the path through the block alone"],
      ["1 + s", "The factor dout is missing."],
    ],
  },
  softmax: {
    right: ["-(p_j * p_i)", "p_i * (0 - p_j)"],
    wrong: [
      ["p_i * p_j", "The sign: where the other logit grows"],
      ["-p_i^2", "One of the two factors"],
    ],
  },
  crossentropy: {
    right: ["-(one - p_v)", "p_v * 1 - one"],
    wrong: [
      ["one - p_v", "turns both signs"],
      ["p_v - 1", "in the target's column alone"],
    ],
  },
  adamw: {
    right: ["1 - b**t", "(1 - b) * (1 - b^t) / (1 - b)"],
    wrong: [
      ["b^t", "what is missing to 1"],
      ["b^t - 1", "the wrong sign"],
    ],
  },
  "grouped-query-attention": {
    right: ["c * q_0 * ds_0 + q_1 * ds_1 * c"],
    wrong: [
      ["c * (ds_0 * q_0 + ds_1 * q_1) / 2", "they are added"],
      ["ds_0 * q_0 + ds_1 * q_1", "The scale is missing"],
      ["c * (ds_0 * q_0 - ds_1 * q_1)", /^Not yet/],
    ],
  },
  rope: {
    right: ["-(da * sin - db * cos)", "cos * db - sin * da"],
    wrong: [
      ["da * sin + db * cos", "has a minus, and it stays"],
      ["da * cos + db * sin", "This is the gradient of a"],
      ["db * sin - da * cos", /^Not yet/],
    ],
  },
};

describe.each(lines)("$lesson", ({ lesson, line }) => {
  const { right, wrong } = answers[lesson.slice(3)];
  const names = Object.keys(line.symbols);

  test("the line itself is right, and what is measured says the same", () => {
    const { says } = judge(line, line.right);
    expect(says).toMatch(
      /^Right\. At 12 drawn points it has the values of the line, and .* has them too\.$/,
    );
    const { compute } = parseExpression(line.right, names);
    for (const seed of [1, 2, 3]) {
      for (const { values, measured } of drawPoints(line, seed)) {
        expect(Object.keys(values).sort()).toEqual([...names].sort());
        expect(Math.abs(compute(values) - measured)).toBeLessThan(1e-7 * (1 + Math.abs(measured)));
      }
    }
  });

  test.each(right)("%s is right", (text) => {
    expect(judge(line, text, 5)).toMatchObject({ right: true });
  });

  test.each(wrong)("%s is wrong, and told", (text, says) => {
    const judged = judge(line, text, 5);
    expect(judged.right).toBe(false);
    expect(judged.says).toMatch(/^Not yet\. With /);
    if (typeof says === "string") expect(judged.says).toContain(says);
    else expect(judged.says).toMatch(says);
  });

  test.each(line.mistakes)("$wrong is told as a mistake of its own", ({ wrong, says }) => {
    for (const seed of [1, 7, 8]) {
      const judged = judge(line, wrong, seed);
      expect(judged.right).toBe(false);
      expect(judged.says.endsWith(says)).toBe(true);
    }
  });
});

test("what is said is what was computed", () => {
  const line: Line = {
    ...lineOf("attention"),
    point: () => ({ values: { a: 0.5, g: 2, m: 1 }, measured: 0.5 }),
  };
  expect(judge(line, "a * g").says).toMatch(
    /^Not yet\. With a = 0\.5, g = 2, m = 1 yours gives 1, the line 0\.5\. The second part is missing/,
  );
  expect(judge(line, "1 / (g - 2)").says).toContain("yours gives no number");
});

test("a name is only taken for another where a single one is meant", () => {
  const names = ["p_i", "P_I", "q"];
  expect(() => parseExpression("pi * q", names)).not.toThrow(); // the number
  expect(() => parseExpression("p_I", names)).toThrow('There is no "p_I" here.');
  expect(parseExpression("P_I + Q", names).names).toEqual(new Set(["P_I", "q"]));
});

describe("an expression", () => {
  const value = (text: string) =>
    parseExpression(text, ["a", "b", "x_1"]).compute({ a: 2, b: 3, x_1: 5 });

  test.each([
    ["a + b * x_1", 17],
    ["(a + b) * x_1", 25],
    ["a - b - x_1", -6],
    ["x_1 / a / 5", 0.5],
    ["-a^2", -4],
    ["a^-1", 0.5],
    ["a^b^a", 512],
    ["a ** b", 8],
    ["2e-1 * .5 * 10.", 1],
    ["--a", 2],
    ["a * -b", -6],
    ["exp(0) + ln(1) + sqrt(4) + tanh(0)", 3],
    ["a·b − 1", 5],
    ["a² + a³", 12],
    ["pi / π", 1],
    ["2a", 4],
    ["2 a", 4],
    ["2a^2 - 1", 7],
    ["-2a^b", -16],
    ["2(a + b)^2", 50],
    ["2.5x_1 / a", 6.25],
    ["a / (2b)", 1 / 3],
    ["1 - 2a", -3],
    ["a * 2b", 12],
    ["3exp(0)", 3],
    ["2pi / π", 2],
    ["a^(2b)", 64],
    ["A + B + x1", 10],
    ["x_{1} + X₁", 10],
  ])("%s is %d", (text, expected) => {
    expect(value(text)).toBeCloseTo(expected, 12);
  });

  const twoWays =
    "can be read in two ways: write the sign of the product, and brackets where they are meant.";

  test.each([
    ["", "Type the right side of the line first."],
    ["a +", "Something is missing at the end."],
    ["(a + b", "A bracket is opened and not closed."],
    ["sqrt(a(1 - b))", 'There is nothing between "a" and "(". Products need a sign: a * b.'],
    ["a / 2b", `After "/", "2b" ${twoWays}`],
    ["a / -2b", `After "/", "2b" ${twoWays}`],
    ["1 / 2(a + b)", `After "/", "2(" ${twoWays}`],
    ["a^2b", `After "^", "2b" ${twoWays}`],
    ["a^-2b", `After "^", "2b" ${twoWays}`],
    ["a ** 2b", `After "**", "2b" ${twoWays}`],
    ["exp(a, b)", '"," cannot be read here.'],
    ["a + b)", "A bracket is closed that was never opened."],
    ["a 2", 'There is nothing between "a" and "2". Products need a sign: a * b.'],
    ["2 3", 'There is nothing between "2" and "3". Products need a sign: a * b.'],
    ["(a)(b)", 'There is nothing between ")" and "(". Products need a sign: a * b.'],
    ["2c", 'There is no "c" here. The names are a, b, x_1.'],
    ["2ab", 'There is no "ab" here. For a product, write a * b.'],
    ["2(a", "A bracket is opened and not closed."],
    ["ab", 'There is no "ab" here. For a product, write a * b.'],
    ["c", 'There is no "c" here. The names are a, b, x_1.'],
    ["* a", 'A number or a name is missing before "*".'],
    ["exp a", "exp needs brackets: exp(...)."],
    ["y = a", "Only the right side is wanted, without the =."],
    ["= a", "Only the right side is wanted, without the =."],
    ["a # b", '"#" cannot be read here.'],
    ["constructor", 'There is no "constructor" here. The names are a, b, x_1.'],
    ["alert(1)", 'There is no "alert" here. The names are a, b, x_1.'],
  ])("%s is refused with a sentence", (text, says) => {
    expect(() => value(text)).toThrow(new Error(says));
  });
});
