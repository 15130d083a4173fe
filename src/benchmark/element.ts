// The page's side of the benchmark: buttons, a table, and the worker that measures.

import { noWebGpu } from "../gpu/without.ts";
import { createAnnouncer } from "../page/announce.ts";
import { scaled } from "../page/numbers.ts";
import type { Command, Report, Row, Size } from "./protocol.ts";
import { asText, cellsOf, heads, type Result } from "./text.ts";

type View = "idle" | "running" | "done";

class Benchmark extends HTMLElement {
  #worker: Worker | undefined;
  #result: Result = { adapter: "", peak: null, forms: {}, rows: [] };
  #announce: (text: string, now?: boolean) => void = () => {};

  connectedCallback(): void {
    this.#announce = createAnnouncer(this.#part("status"));
    this.#button("start").addEventListener("click", () => this.#start());
    this.#button("stop").addEventListener("click", () => this.#stop());
    this.#button("copy").addEventListener("click", () => this.#copy());
    this.#show("idle");
    if (!("gpu" in navigator)) {
      this.#refuse(noWebGpu);
      this.#button("start").disabled = true;
    }
  }

  disconnectedCallback(): void {
    this.#worker?.terminate();
  }

  #part<E extends HTMLElement = HTMLElement>(name: string): E {
    const found = this.querySelector<E>(`[data-part="${name}"]`);
    if (!found) throw new Error(`llm-benchmark: the part ${name} is missing`);
    return found;
  }

  #button(action: string): HTMLButtonElement {
    const found = this.querySelector<HTMLButtonElement>(`[data-action="${action}"]`);
    if (!found) throw new Error(`llm-benchmark: the button ${action} is missing`);
    return found;
  }

  /** Shows the buttons of a view. Focus on one that goes away moves to the one in its place. */
  #show(view: View): void {
    const held = this.contains(document.activeElement) && document.activeElement?.matches("button");
    this.dataset.view = view;
    this.#button("start").hidden = view === "running";
    this.#button("stop").hidden = view !== "running";
    this.#button("copy").hidden = view !== "done" || this.#result.rows.length === 0;
    this.#part<HTMLSelectElement>("size").disabled = view === "running";
    this.#part("progress").hidden = view !== "running";
    if (held && document.activeElement === document.body) {
      this.#button(view === "running" ? "stop" : "start").focus();
    }
  }

  #start(): void {
    this.#worker?.terminate();
    this.#result = { adapter: "", peak: null, forms: {}, rows: [] };
    this.#part("alert").hidden = true;
    this.#part("facts").replaceChildren();
    this.#part("rows").replaceChildren();
    this.#part("table").hidden = true;
    this.#show("running");
    this.#worker = new Worker(new URL("../workers/benchmark.ts", import.meta.url), {
      type: "module",
    });
    this.#worker.onmessage = ({ data }: MessageEvent<Report>) => this.#take(data);
    this.#worker.onerror = ({ message }) =>
      this.#refuse(`The benchmark could not be started (${message}). Reload the page.`);
    const { value } = this.#part<HTMLSelectElement>("size");
    const size = (value === "auto" ? "auto" : Number(value)) as Size;
    this.#worker.postMessage({ type: "start", size } satisfies Command);
  }

  #stop(): void {
    this.#end();
    this.#announce("Stopped. What was measured so far is kept.", true);
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#show("done");
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
        this.#part<HTMLProgressElement>("bar").value = report.done;
        this.#announce(`Measuring ${report.what}.`);
        break;
      case "adapter": {
        this.#result = { ...this.#result, adapter: report.name };
        this.#fact("Adapter", report.name);
        if (report.software) {
          this.#fact(
            "Note",
            "A processor pretending to be a GPU: no figure here says anything of a real one",
          );
        }
        break;
      }
      case "peak": {
        const { flopsPerSecond, bytesPerSecond } = report.peak;
        this.#result = { ...this.#result, peak: report.peak };
        this.#fact("Arithmetic at most", scaled(flopsPerSecond, "FLOP/s"));
        this.#fact("Memory at most", scaled(bytesPerSecond, "B/s"));
        break;
      }
      case "forms":
        this.#result = { ...this.#result, forms: report.forms };
        for (const [kernel, form] of Object.entries(report.forms)) {
          this.#fact(`Fastest form of ${kernel}`, form);
        }
        break;
      case "row":
        this.#result = { ...this.#result, rows: [...this.#result.rows, report.row] };
        this.#addRow(report.row);
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

  #addRow({ kernel, size, measured, why }: Row): void {
    const line = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = kernel;
    line.append(head);
    const cells = measured === null ? [size, why] : [size, ...cellsOf(measured)];
    for (const [i, text] of cells.entries()) {
      const cell = document.createElement("td");
      cell.textContent = text;
      if (measured === null && i === 1) cell.colSpan = heads.length - 2;
      line.append(cell);
    }
    this.#part("rows").append(line);
    this.#part("table").hidden = false;
  }

  async #copy(): Promise<void> {
    const text = asText(this.#result, navigator.userAgent);
    try {
      await navigator.clipboard.writeText(text);
      this.#announce("Copied.", true);
    } catch {
      const area = this.#part<HTMLTextAreaElement>("text");
      area.value = text;
      area.hidden = false;
      area.select();
      this.#announce(
        "The browser does not let this page copy. The text is selected: copy it.",
        true,
      );
    }
  }
}

customElements.define("llm-benchmark", Benchmark);
