// The batch of a step, each of its tokens tinted by what the model loses on it.

import { integer } from "../../page/numbers.ts";
import type { Inspection } from "../../training/progress.ts";

const strongest = 55; // percent of the colour, at the loss of a token that is as likely as any other, and above
const hardest = 3; // that are told in words

/** @param place the panel: a heading, a sentence, and the texts */
export function showBatch(place: HTMLElement, inspection: Inspection, V: number): void {
  const { step, at, mean, texts, B } = inspection;
  const part = (name: string) => place.querySelector(`[data-part="${name}"]`) as HTMLElement;
  const some = texts.length < B ? `, the first ${texts.length} of its ${B} texts` : "";
  part("batch-title").textContent = `The batch of step ${integer(step)}${some}`;
  part("batch-note").textContent = [
    `The stronger its colour, the less the model expected a token. These are its losses after step ${integer(at)}, ${mean.toFixed(3)} on average over the batch.`,
    `Hardest: ${hardestOf(inspection).join(", ")}.`,
  ].join(" ");
  part("batch-texts").replaceChildren(...texts.map((text) => paragraph(text, Math.log(V))));
  place.hidden = false;
}

/** The tokens that cost most, as they are told: "ROMEO" 9.31. */
export function hardestOf({ texts }: Pick<Inspection, "texts">): string[] {
  return texts
    .flatMap(({ tokens, losses }) => tokens.map((token, t) => ({ token, loss: losses[t] })))
    .sort((a, b) => b.loss - a.loss)
    .slice(0, hardest)
    .map(({ token, loss }) => `${JSON.stringify(token)} ${loss.toFixed(2)}`);
}

function paragraph(
  { first, tokens, losses }: Inspection["texts"][number],
  most: number,
): HTMLElement {
  const text = document.createElement("p");
  text.className = "writing";
  const given = document.createElement("span");
  given.className = "soft";
  given.textContent = first;
  text.append(given);
  tokens.forEach((token, t) => {
    const piece = document.createElement("span");
    piece.textContent = token;
    piece.dataset.loss = losses[t].toFixed(4);
    piece.title = `loss ${losses[t].toFixed(2)}: given ${probability(losses[t])}`;
    const share = strongest * Math.min(1, losses[t] / most);
    piece.style.backgroundColor = `color-mix(in srgb, var(--mark-1) ${share.toFixed(1)}%, transparent)`;
    text.append(piece);
  });
  return text;
}

/** What the model had given to the token that came. */
function probability(loss: number): string {
  const percent = 100 * Math.exp(-loss);
  return percent >= 0.1 ? `${percent.toPrecision(2)} %` : "under 0.1 %";
}
