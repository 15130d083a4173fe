// Your own GPT-2: which functions are the reader's, a run of them beside a run of the site's, and whether the losses agree.

import { readPassed } from "../reader/passed.ts";
import type { Losses } from "./chart.ts";
import { keyOf, ownFunctions } from "./functions.ts";
import { describeWritten, readWritten } from "./written.ts";

class OwnGpt2 extends HTMLElement {
  #stop: AbortController | undefined;
  #losses: Losses = { yours: [], ours: [] };
  #waiting = false;

  connectedCallback(): void {
    this.#part("start").addEventListener("click", () => this.#start());
    this.#part("stop").addEventListener("click", () => this.#stop?.abort());
    addEventListener("pageshow", () => this.#list()); // the reader may come back from a lesson
    new ResizeObserver(() => this.#draw()).observe(this.#part("chart"));
    this.#list();
  }

  disconnectedCallback(): void {
    this.#stop?.abort();
  }

  /** Shows for each function whether there is one of the reader's. */
  #list(): void {
    if (this.#stop) return;
    const written = readWritten().map(({ of }) => of.kernel);
    const passed = readPassed();
    for (const one of ownFunctions) {
      const box = this.#box(one.kernel);
      const has = written.includes(one.kernel);
      if (box.disabled === has) box.checked = has; // as it becomes one that can be used
      box.disabled = !has;
      const says = has ? "yours" : keyOf(one) in passed ? "passed, but the text is gone" : "ours";
      this.#say(one.kernel, says, has ? "right" : "");
    }
    const count = written.length;
    this.#status(
      count === 0
        ? "You have not passed one of these exercises yet. Each that you pass can train here."
        : `${describeWritten()}.`,
    );
    this.#button("start").disabled = count === 0;
  }

  async #start(): Promise<void> {
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    const hadFocus = document.activeElement === this.#button("start");
    this.#button("start").disabled = true;
    this.#button("stop").disabled = false;
    this.#losses = { yours: [], ours: [] };
    this.#part("chart").replaceChildren();
    this.#part("samples").hidden = true;
    this.#part("verdict").textContent = "";
    this.#part("verdict").className = "verdict";
    try {
      await this.#train(stop.signal);
    } catch (error) {
      if (stop.signal.aborted) this.#status("Stopped.");
      else this.#verdict("wrong", (error as Error).message);
    } finally {
      this.#stop = undefined;
      const held = [document.body, this.#button("stop")].includes(
        document.activeElement as HTMLElement,
      );
      this.#button("start").disabled = false;
      this.#button("stop").disabled = true;
      if (hadFocus && held) this.#button("start").focus(); // a button that is switched off loses it
    }
  }

  async #train(signal: AbortSignal): Promise<void> {
    const chosen = readWritten().filter(({ of }) => this.#box(of.kernel).checked);
    if (chosen.length === 0) return this.#status("Choose at least one function of yours.");
    this.#status("Loading");
    const { checkWritten, compareLosses, trainBoth } = await import("./run.ts");

    const failed: string[] = [];
    for (const written of chosen) {
      const { kernel } = written.of;
      this.#status(`Checking ${kernel} against PyTorch`);
      const { passed, says } = await checkWritten(written, signal);
      if (signal.aborted) return this.#status("Stopped.");
      this.#say(kernel, passed ? "yours, agrees with PyTorch" : says, passed ? "right" : "wrong");
      if (!passed) failed.push(kernel);
    }
    if (failed.length > 0) {
      this.#status("");
      this.#verdict(
        "wrong",
        `${failed.join(", ")}: what you wrote has changed since it passed. Mend it in its lesson, or leave it out here.`,
      );
      return;
    }

    const steps = Number((this.#part("steps") as HTMLSelectElement).value);
    this.#status(`Training: 0 of ${steps} steps`);
    const wrote = await trainBoth(chosen, steps, signal, (side, step, loss) => {
      this.#losses[side][step - 1] = loss;
      const { yours, ours } = this.#losses;
      this.#status(`Training: yours ${yours.length}, ours ${ours.length} of ${steps} steps`);
      this.#draw();
    });
    this.#status(`Trained for ${steps} steps.`);
    const { agrees, largest, step } = compareLosses(this.#losses.yours, this.#losses.ours);
    const difference = largest.toExponential(1);
    if (!agrees) {
      this.#verdict(
        "wrong",
        `The losses do not agree: they differ by ${difference} at step ${step}. Each function passed its check, so this may be rounding that has grown: look at the figure, then try fewer steps.`,
      );
    } else if (chosen.length === ownFunctions.length) {
      this.#verdict(
        "right",
        `The losses agree: over all ${steps} steps they differ by ${difference} at most. Every gradient of this run, from the loss down to the last embedding, and every update was computed by functions that you wrote. This GPT-2 is yours.`,
      );
    } else {
      const whose = chosen.length === 1 ? "One function" : `${chosen.length} functions`;
      this.#verdict(
        "right",
        `The losses agree: over all ${steps} steps they differ by ${difference} at most. ${whose} of this GPT-2 ${chosen.length === 1 ? "was" : "were"} yours.`,
      );
    }
    for (const side of ["yours", "ours"] as const) {
      this.#part(`sample-${side}`).textContent = wrote[side]
        .replaceAll("<|endoftext|>", " ")
        .trim();
    }
    this.#part("samples").hidden = false;
  }

  /** Draws soon, at most a few times a second. */
  #draw(): void {
    if (this.#waiting || this.#losses.ours.length + this.#losses.yours.length === 0) return;
    this.#waiting = true;
    setTimeout(async () => {
      const [Plot, { drawLosses }] = await Promise.all([
        import("@observablehq/plot"),
        import("./chart.ts"),
      ]);
      this.#waiting = false;
      const place = this.#part("chart");
      if (place.clientWidth > 0) {
        place.replaceChildren(drawLosses(Plot, this.#losses, place.clientWidth));
      }
    }, 300);
  }

  #box(kernel: string): HTMLInputElement {
    return this.querySelector(`input[value="${kernel}"]`) as HTMLInputElement;
  }

  #say(kernel: string, text: string, kind: string): void {
    const place = this.querySelector(`[data-says="${kernel}"]`) as HTMLElement;
    place.textContent = text;
    place.className = kind;
  }

  #status(text: string): void {
    this.#part("status").textContent = text;
  }

  #verdict(kind: "right" | "wrong", text: string): void {
    this.#part("verdict").className = `verdict ${kind}`;
    this.#part("verdict").textContent = text;
  }

  #button(name: string): HTMLButtonElement {
    return this.#part(name) as HTMLButtonElement;
  }

  #part(name: string): HTMLElement {
    return this.querySelector(`[data-own="${name}"]`) as HTMLElement;
  }
}

customElements.define("llm-own", OwnGpt2);
