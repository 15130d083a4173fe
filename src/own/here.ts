// A short training run with one function of the reader's, right where it was passed: its losses beside those of the site's
// own, and what the model writes at the end. Loaded when the reader starts it.

import * as Plot from "@observablehq/plot";
import { make } from "../cells/result.ts";
import { drawLosses, type Losses } from "./chart.ts";
import { checkWritten, compareLosses, trainBoth } from "./run.ts";
import { readWritten } from "./written.ts";

/** Trains, and shows it in `place`. Never throws: what goes wrong is a sentence there. */
export async function trainHere(place: HTMLElement, kernel: string, steps: number): Promise<void> {
  const stop = new AbortController();
  const button = make("button", "button", "Stop");
  button.type = "button";
  button.addEventListener("click", () => stop.abort());
  const status = make("p", "label", "Loading");
  status.setAttribute("role", "status");
  const bar = make("div", "passed-bar");
  bar.append(button, status);
  const chart = make("div", "passed-chart");
  place.replaceChildren(bar, chart);
  const finish = (kind: "right" | "wrong" | "", says: string) => {
    const verdict = make("p", `cell-status ${kind}`, says);
    verdict.setAttribute("role", "status");
    bar.replaceWith(verdict);
    if (document.activeElement === document.body) {
      verdict.tabIndex = -1; // the button that had the focus is gone
      verdict.focus({ preventScroll: true });
    }
  };

  const written = readWritten().filter(({ of }) => of.kernel === kernel);
  if (written.length === 0) {
    return finish("wrong", "The text that passed is no longer here. Press Check once more.");
  }
  const losses: Losses = { yours: [], ours: [] };
  try {
    status.textContent = `Checking ${kernel} against PyTorch`;
    const { passed, says } = await checkWritten(written[0], stop.signal);
    if (stop.signal.aborted) return finish("", "Stopped.");
    if (!passed) return finish("wrong", `Your text has changed since it passed. ${says}`);
    let drawn = 0;
    const wrote = await trainBoth(written, steps, stop.signal, (side, step, loss) => {
      losses[side][step - 1] = loss;
      const { yours, ours } = losses;
      status.textContent = `Yours: step ${yours.length}, ours: step ${ours.length} of ${steps}`;
      if (performance.now() - drawn < 300 && step < steps) return;
      drawn = performance.now();
      chart.replaceChildren(drawLosses(Plot, losses, Math.max(240, chart.clientWidth), 200));
    });
    const { agrees, largest, step } = compareLosses(losses.yours, losses.ours);
    const apart = largest.toExponential(1);
    const [first, last] = [losses.yours[0], losses.yours[steps - 1]].map((loss) => loss.toFixed(2));
    if (agrees) {
      finish(
        "right",
        `Your ${kernel} trains GPT-2: the loss went from ${first} to ${last} in ${steps} steps, and is that of ours to within ${apart}.`,
      );
    } else {
      finish("wrong", `The losses do not agree: they differ by ${apart} at step ${step}.`);
    }
    const words = wrote.yours.replaceAll("<|endoftext|>", " ").trim();
    place.append(make("p", "label", `What it writes after ${steps} steps:`));
    place.append(make("p", "passed-words", words));
  } catch (error) {
    if (stop.signal.aborted) finish("", "Stopped.");
    else finish("wrong", (error as Error).message);
  }
}
