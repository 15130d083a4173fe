// What a figure shows of a model's answer, as HTML: drawn when the site is built, and again in the page.

import { escapeHtml } from "../markdown/escape.ts";
import { integer } from "../page/numbers.ts";
import { quoted, visible } from "../trainer/inside/token.ts";
import type { Answer } from "./answer.ts";

export type Part = "softmax" | "loss" | "sampling";

export interface Drawn {
  table: string;
  says: string;
}

/** @param sampling with which the answer was drawn */
export const draw: Record<
  Part,
  (answer: Answer, sampling: { temperature: number; topP: number }) => Drawn
> = {
  softmax({ V, tokens, cut, largest, sum, guesses }) {
    const rows = guesses.map(({ token, logit, probability }) =>
      row(
        token,
        [minus(logit.toFixed(2)), Math.exp(logit - largest).toFixed(3), probability.toFixed(3)],
        {
          share: probability / guesses[0].probability,
          exact: probability,
        },
      ),
    );
    const [first] = guesses;
    const all = guesses.reduce((sum, { probability }) => sum + probability, 0);
    return {
      table: table(
        "The likeliest tokens to come next",
        ["next token", "logit <i>z</i>", "<i>e</i><sup><i>z</i> − <i>m</i></sup>", "<i>p</i>"],
        rows,
      ),
      says: `${after(tokens)} the largest of V = ${integer(V)} logits is m = ${minus(largest.toFixed(2))}, of ${quoted(first.token)}. The sum of all e^(z − m) is ${sum.toFixed(2)}, so ${quoted(first.token)} gets 1 / ${sum.toFixed(2)} = ${first.probability.toFixed(3)}. The ${guesses.length} together have ${all.toFixed(2)}.${shortened(cut, tokens)}`,
    };
  },

  loss({ V, tokens, cut, came }) {
    const most = Math.max(...came.map(({ loss }) => loss));
    const rows = came.map(({ token, probability, loss }) =>
      row(token, [small(probability), loss.toFixed(2)], { share: loss / most, exact: loss }),
    );
    const knowing = `A model that knows nothing has ln ${integer(V)} = ${Math.log(V).toFixed(2)} everywhere.`;
    if (came.length === 0)
      return { table: "", says: `Nothing has come yet: write something. ${knowing}` };
    const mean = came.reduce((sum, { loss }) => sum + loss, 0) / came.length;
    const worst = came.find(({ loss }) => loss === most) ?? came[0];
    const count = came.length === 1 ? "one token" : `${came.length} tokens`;
    return {
      table: table(
        "What each token of the sentence cost",
        ["token that came", "<i>p</i> it had", "−ln <i>p</i>"],
        rows,
      ),
      says: `The mean over ${count} is ${mean.toFixed(2)}, a perplexity of ${Math.exp(mean).toPrecision(3)}. What surprised the model most was ${quoted(worst.token)}. ${knowing}${shortened(cut, tokens)}`,
    };
  },

  sampling({ V, tokens, cut, drawn }, { temperature, topP }) {
    if (!drawn) throw new TypeError("draw: this answer was asked for without sampling");
    const { kept, shares, text } = drawn;
    const largest = Math.max(...shares.map(({ before, after }) => Math.max(before, after)));
    const rows = shares.map(({ token, before, after }) =>
      row(token, [before.toFixed(3), after.toFixed(3)], { share: after / largest, exact: after }),
    );
    const left = kept === 1 ? "one token is" : `${integer(kept)} of ${integer(V)} tokens are`;
    const times = Math.round(100 * shares[0].after);
    return {
      table: `${table(
        "The likeliest tokens to be drawn",
        ["next token", "<i>p</i>", "<i>p</i> after top-p"],
        rows,
      )}<p class="carried-text"><span>${escapeHtml(tokens.join(""))}</span>${escapeHtml(text)}</p>`,
      says: `At temperature ${temperature.toFixed(1)} and top-p ${topP.toFixed(2)}, ${left} left. ${quoted(shares[0].token)} is drawn about ${times} times in 100.${shortened(cut, tokens)}`,
    };
  },
};

const minus = (number: string): string => number.replace("-", "−");

/** Small probabilities with two digits that count. */
const small = (p: number): string =>
  p >= 0.0995
    ? p.toFixed(3)
    : p < 1e-7
      ? "under 10⁻⁷"
      : p.toFixed(Math.min(9, 2 - Math.floor(Math.log10(p))));

function after(tokens: readonly string[]): string {
  const text = tokens.join("");
  return text === "" ? "At the beginning of a text" : `After “${text.trim()}”`;
}

const shortened = (cut: boolean, { length }: readonly string[]): string =>
  cut ? ` Only the first ${length - 1} tokens of the sentence are read.` : "";

/** @param exact the number that the bar stands for, for what looks closer than the page does */
function row(
  token: string,
  numbers: readonly string[],
  { share, exact }: { share: number; exact: number },
): string {
  const cells = numbers.map((number) => `<td>${number}</td>`).join("");
  const bar = `<td class="carried-bar" aria-hidden="true"><i style="inline-size: ${(100 * share).toFixed(1)}%"></i></td>`;
  return `<tr data-exact="${exact}"><th scope="row"><code>${escapeHtml(visible(token))}</code></th>${cells}${bar}</tr>`;
}

function table(name: string, heads: readonly string[], rows: readonly string[]): string {
  const head = heads.map((one) => `<th scope="col">${one}</th>`).join("");
  return `<table aria-label="${name}"><thead><tr>${head}<td></td></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}
