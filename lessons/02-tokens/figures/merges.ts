// Byte-pair encoding, merge by merge, on a few words: how often each pair is next to each other, and what the words are
// made of so far.

import type * as PlotModule from "@observablehq/plot";
import {
  makeButton,
  makeReadout,
  makeSlider,
  plotStyle,
  row,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, type Space, string } from "../../../src/figures/exports.ts";

const longest = 300; // characters of the text
const mostMerges = 40;
const listed = 6; // pairs in the drawing

interface Pair {
  first: string;
  second: string;
  times: number;
}

/** The words after some merges, and what would be merged next. */
interface State {
  words: string[][];
  merged: string | null; // the token that the last merge made
  pairs: Pair[]; // the most frequent ones, the next to be merged first
}

let typed: string | undefined; // outlives a new drawing, as when the window changes its width

/**
 * @param values the run's exports: text, the words to begin with
 * @throws TypeError if it is missing or no text
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const text = typed ?? string(values, "text").slice(0, longest);
  let states = run(text);
  let at = 0; // merges done

  const input = document.createElement("textarea");
  Object.assign(input, { value: text, rows: 2, maxLength: longest, spellcheck: false });
  Object.assign(input.style, { inlineSize: "100%", fontFamily: "var(--mono)" });
  input.addEventListener("input", () => {
    typed = input.value;
    states = run(input.value);
    slider.max = String(states.length - 1);
    go(0);
  });
  const slider = makeSlider({ max: states.length - 1, name: "Merges done" }, go);
  const back = makeButton("Undo", () => go(at - 1));
  const onward = makeButton("Merge", () => go(at + 1));

  const sentence = makeReadout(3, "text");
  const words = document.createElement("div");
  Object.assign(words.style, { display: "flex", flexWrap: "wrap", gap: "0.4rem 0.5rem" });
  const plot = document.createElement("div");

  function go(to: number): void {
    at = Math.min(Math.max(to, 0), states.length - 1);
    slider.valueAsNumber = at;
    // A button that is switched off loses the keyboard's focus. The slider takes it: a further Enter does nothing there.
    const off = at === 0 ? back : at === states.length - 1 ? onward : undefined;
    if (off && document.activeElement === off) slider.focus();
    back.disabled = at === 0;
    onward.disabled = at === states.length - 1;
    sentence.replaceChildren(...describe(states, at));
    words.replaceChildren(...states[at].words.map((word) => makeWord(word, states[at])));
    plot.replaceChildren(drawPairs(Plot, states[at].pairs, width));
  }
  go(0);

  const label = document.createElement("label");
  label.append("Words to learn from", input);
  return stack(label, row(back, onward, slider), sentence, words, plot);
}

// The algorithm.

/** All states, from single letters to where no pair occurs twice. */
function run(text: string): State[] {
  // As GPT-2 does, a word takes the space before it along; no pair reaches from one word into the next.
  let words = (
    text
      .replaceAll(/\s+/g, " ")
      .trim()
      .match(/ ?[^ ]+/g) ?? []
  ).map((word) => [...word]);
  const states: State[] = [];
  let merged: string | null = null;
  for (;;) {
    const pairs = countPairs(words);
    states.push({ words, merged, pairs: pairs.slice(0, listed) });
    const next = pairs[0];
    if (!next || next.times < 2 || states.length > mostMerges) return states;
    merged = next.first + next.second;
    words = words.map((word) => mergePair(word, next));
  }
}

/** All pairs of neighbours, the most frequent first; of equal ones, the first in the text. */
function countPairs(words: readonly string[][]): Pair[] {
  const counts = new Map<string, Pair>();
  for (const word of words) {
    for (let i = 0; i + 1 < word.length; i++) {
      const key = `${word[i]}\n${word[i + 1]}`;
      const pair = counts.get(key) ?? { first: word[i], second: word[i + 1], times: 0 };
      pair.times++;
      counts.set(key, pair);
    }
  }
  return [...counts.values()].sort((a, b) => b.times - a.times);
}

function mergePair(word: readonly string[], { first, second }: Pair): string[] {
  const pieces: string[] = [];
  for (let i = 0; i < word.length; i++) {
    const fits = word[i] === first && word[i + 1] === second;
    pieces.push(fits ? first + second : word[i]);
    if (fits) i++;
  }
  return pieces;
}

// What is shown.

function describe(states: readonly State[], at: number): (Node | string)[] {
  const { words, pairs } = states[at];
  const tokens = words.reduce((sum, word) => sum + word.length, 0);
  const letters = new Set(states[0].words.flat()).size;
  const counts = `${tokens} tokens now, from a vocabulary of ${letters} letters and ${at} ${at === 1 ? "merge" : "merges"}. `;
  const [next, second] = pairs;
  if (at === states.length - 1) {
    const why =
      next && next.times >= 2 ? "Here the figure ends." : "No pair occurs twice any more.";
    return [counts, why];
  }
  const tie = second?.times === next.times;
  return [
    counts,
    "Next: ",
    code(next.first),
    " and ",
    code(next.second),
    ` are next to each other ${next.times} times, ${tie ? "as often as another pair, but they come first in the text" : "more often than any other pair"}. They will become one token, `,
    code(next.first + next.second),
    ".",
  ];
}

function makeWord(word: readonly string[], { merged, pairs }: State): HTMLElement {
  const [next] = pairs;
  const box = document.createElement("span");
  Object.assign(box.style, {
    display: "inline-flex",
    fontFamily: "var(--mono)",
    fontVariantLigatures: "none",
  });
  const after = next && next.times >= 2 ? mergePair(word, next) : word;
  const joined = new Set<number>(); // pieces that the next merge takes
  for (let i = 0, k = 0; k < after.length; i++, k++) {
    if (after[k] === word[i]) continue;
    joined.add(i).add(i + 1);
    i++;
  }
  for (const [i, piece] of word.entries()) {
    const element = document.createElement("span");
    element.textContent = visible(piece);
    const isNew = piece === merged;
    Object.assign(element.style, {
      padding: "0.1rem 0.28rem",
      border: "1px solid var(--line-strong)",
      marginInlineStart: i === 0 ? "0" : "-1px",
      background: isNew
        ? "var(--forward)"
        : piece.length > 1
          ? "var(--forward-tint)"
          : "var(--panel)",
      color: isNew ? "var(--on-ink)" : "var(--ink)",
      borderBlockEnd: joined.has(i) ? "4px solid var(--ink)" : "4px solid var(--line-strong)",
    });
    box.append(element);
  }
  return box;
}

function drawPairs(Plot: typeof PlotModule, pairs: readonly Pair[], width: number) {
  const bars = pairs.map((pair, rank) => ({
    name: `${visible(pair.first)} + ${visible(pair.second)}`,
    times: pair.times,
    rank,
  }));
  return Plot.plot({
    ariaLabel: "The most frequent pairs of neighbours, and how often each occurs",
    width,
    height: 30 + 24 * listed,
    marginLeft: 110,
    marginRight: 36,
    marginTop: 24,
    marginBottom: 4,
    style: plotStyle,
    x: { axis: null, domain: [0, Math.max(2, ...bars.map(({ times }) => times))] },
    y: { label: null, tickSize: 0, domain: bars.map(({ name }) => name), padding: 0.2 },
    marks: [
      Plot.barX(bars, {
        x: "times",
        y: "name",
        fill: {
          value: ({ rank }) => (rank === 0 ? "var(--ink)" : "var(--line-strong)"),
          scale: null,
        },
      }),
      Plot.text(bars, { x: "times", y: "name", text: "times", dx: 8, textAnchor: "start" }),
      Plot.text(["pairs of neighbours, and how often they occur"], {
        frameAnchor: "top-left",
        dy: -20,
        dx: -100,
        textAnchor: "start",
        fill: "var(--ink-soft)",
      }),
    ],
  });
}

/** A space would not be seen. */
const visible = (piece: string): string => piece.replaceAll(" ", "␣");

function code(piece: string): HTMLElement {
  const element = document.createElement("code");
  element.textContent = visible(piece);
  return element;
}
