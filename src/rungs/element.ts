// The page's side: a button, a bar for each rung, and the worker that measures them, on the GPU or on the processor.

import { noWebGpu } from "../gpu/without.ts";
import { createAnnouncer } from "../page/announce.ts";
import { percent, scaled, time } from "../page/numbers.ts";
import { known, noteClimb, noteRoofs } from "./measured.ts";
import type { Command, Ladder, Measured, On, Report, Rung } from "./protocol.ts";

const workers: Record<On, () => Worker> = {
  gpu: () => new Worker(new URL("../workers/rungs.ts", import.meta.url), { type: "module" }),
  processor: () =>
    new Worker(new URL("../workers/vectors.ts", import.meta.url), { type: "module" }),
};

class Rungs extends HTMLElement {
  #worker: Worker | undefined;
  #announce: (text: string, now?: boolean) => void = () => {};

  connectedCallback(): void {
    this.#announce = createAnnouncer(this.#part("status"));
    this.#button("start").addEventListener("click", () => this.#start());
    this.#button("stop").addEventListener("click", () => {
      this.#end();
      this.#announce("Stopped. What was measured so far is kept.", true);
    });
    if (this.#on === "gpu" && !navigator.gpu) {
      this.#refuse(noWebGpu);
      this.#button("start").disabled = true;
    }
  }

  disconnectedCallback(): void {
    this.#worker?.terminate();
  }

  get #on(): On {
    return this.dataset.on as On;
  }

  get #ladder(): Ladder {
    return this.dataset.ladder as Ladder;
  }

  #part<E extends HTMLElement = HTMLElement>(name: string): E {
    const found = this.querySelector<E>(`[data-part="${name}"]`);
    if (!found) throw new Error(`llm-rungs: the part ${name} is missing`);
    return found;
  }

  #button(action: string): HTMLButtonElement {
    const found = this.querySelector<HTMLButtonElement>(`[data-action="${action}"]`);
    if (!found) throw new Error(`llm-rungs: the button ${action} is missing`);
    return found;
  }

  /** Shows which button can be pressed. Focus on one that goes away moves to the one in its place. */
  #show(running: boolean): void {
    const held = this.contains(document.activeElement) && document.activeElement?.matches("button");
    this.#button("start").hidden = running;
    this.#button("stop").hidden = !running;
    this.#part<HTMLSelectElement>("rows").disabled = running;
    if (held && document.activeElement === document.body) {
      this.#button(running ? "stop" : "start").focus();
    }
  }

  #start(): void {
    this.#worker?.terminate();
    this.#part("alert").hidden = true;
    this.#part("facts").replaceChildren();
    this.#part("bars").replaceChildren();
    this.#show(true);
    this.#worker = workers[this.#on]();
    this.#worker.onmessage = ({ data }: MessageEvent<Report>) => this.#take(data);
    this.#worker.onerror = ({ message }) =>
      this.#refuse(`The measurement could not be started (${message}). Reload the page.`);
    const { value } = this.#part<HTMLSelectElement>("rows");
    const command: Command = {
      type: "start",
      ladder: this.#ladder,
      rows: value === "auto" ? "auto" : Number(value),
      naive: this.querySelector('[data-part="naive"]')?.textContent || null,
      roofs: known().roofs,
    };
    this.#worker.postMessage(command);
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#show(false);
  }

  #refuse(message: string): void {
    this.#end();
    const alert = this.#part("alert");
    alert.textContent = message;
    alert.hidden = false;
  }

  #take(report: Report): void {
    switch (report.type) {
      case "doing":
        this.#announce(`Measuring ${report.what}.`);
        break;
      case "fact":
        this.#fact(report.name, report.value);
        break;
      case "roofs":
        noteRoofs(report.roofs);
        for (const { name, peak } of report.roofs) {
          const { flopsPerSecond, bytesPerSecond } = peak;
          const most = `${scaled(flopsPerSecond, "FLOP/s")}, ${scaled(bytesPerSecond, "B/s")}`;
          this.#fact(`At most, ${name}`, most);
        }
        break;
      case "rungs":
        this.#part("bars").replaceChildren(...report.rungs.map(barOf));
        noteClimb({ ladder: this.#ladder, rungs: report.rungs });
        break;
      case "finished":
        this.#end();
        this.#announce("Finished.", true);
        break;
      case "refused":
        this.#refuse(report.message);
    }
  }

  #fact(name: string, value: string): void {
    const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    detail.textContent = value;
    this.#part("facts").append(term, detail);
  }
}

/** One rung: its name, its speed in what limits it, a bar for its share of that, and the rest in small print. */
function barOf({ name, measured, why }: Rung): HTMLElement {
  const item = document.createElement("li");
  const head = document.createElement("p");
  const title = document.createElement("code");
  title.textContent = name;
  head.append(title);
  item.append(head);
  if (measured === null) {
    item.append(paragraph("small", why));
    return item;
  }
  const speed = document.createElement("strong");
  speed.textContent = speedOf(measured);
  head.append(speed);
  const track = document.createElement("div");
  track.className = "track";
  const bar = document.createElement("div");
  bar.className = measured.right ? "bar" : "bar wrong";
  bar.style.inlineSize = `${Math.min(100, 100 * measured.share).toFixed(2)}%`;
  track.append(bar);
  item.append(track, paragraph("small", detailsOf(measured)));
  return item;
}

function paragraph(className: string, text: string): HTMLElement {
  const element = document.createElement("p");
  element.className = className;
  element.textContent = text;
  return element;
}

const speedOf = ({ flops, bytes, seconds, bound }: Measured): string =>
  bound === "arithmetic" ? scaled(flops / seconds, "FLOP/s") : scaled(bytes / seconds, "B/s");

function detailsOf({
  seconds,
  flops,
  bytes,
  bound,
  share,
  of,
  difference,
  right,
}: Measured): string {
  const other =
    bound === "arithmetic" ? scaled(bytes / seconds, "B/s") : scaled(flops / seconds, "FLOP/s");
  const limit = bound === "arithmetic" ? "arithmetic" : "memory";
  const verdict = right ? "Right" : "Wrong";
  const off =
    difference === 0 ? "to the last bit" : `off by ${difference.toExponential(1)} at most`;
  return `${time(seconds)}, ${other}, ${percent(share)} of the ${limit} of ${of}. ${verdict}: ${off}.`;
}

customElements.define("llm-rungs", Rungs);
