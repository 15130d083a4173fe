/// <reference types="@webgpu/types" />
// Asks the browser for its GPU and fills in the page about it. Nothing is sent anywhere.

import type { Choice } from "@llm.ts/kernels/runtime/choose.ts";
import { readChoices } from "./choices.ts";
import { describe, inSoftware, NoGpu, requestDevice } from "./device.ts";
import { amount, features, limits } from "./limits.ts";

class GpuPage extends HTMLElement {
  async connectedCallback(): Promise<void> {
    try {
      const { device, adapter } = await requestDevice();
      device.destroy(); // it was asked for to see that there is one
      this.#show(adapter);
    } catch (error) {
      this.#refuse(error as Error);
    }
  }

  #show(adapter: GPUAdapter): void {
    const { vendor, architecture, device, description } = adapter.info;
    const { software } = describe(adapter);
    this.#part("status").textContent = software
      ? `WebGPU works. ${inSoftware} Hardware acceleration in the browser’s settings, or a newer driver, may bring a real one.`
      : "WebGPU works here. The training lesson will choose it by itself.";
    const facts = { vendor, architecture, device, description };
    for (const [name, value] of Object.entries(facts)) {
      this.#part(name).textContent = value || "not told";
    }
    this.#part("kind").textContent = software ? "software" : "hardware";
    this.#part("facts").hidden = false;
    for (const { name, unit, promised } of limits) {
      const value = adapter.limits[name];
      const part = this.#part(name);
      part.textContent = amount(value, unit);
      part.classList.toggle("more", name.startsWith("min") ? value < promised : value > promised);
    }
    for (const { name } of features) {
      this.#part(name).textContent = adapter.features.has(name) ? "offered" : "not offered";
    }
    const known = new Set(features.map(({ name }) => name));
    const others = [...adapter.features].filter((name) => !known.has(name)).sort();
    this.#part("list").textContent = others.join(", ");
    this.#part("others").hidden = others.length === 0;
    this.#showChoices(adapter.info);
  }

  /** The forms of kernels that earlier runs found to be the fastest on this GPU. */
  #showChoices({ vendor, architecture, device, description }: GPUAdapterInfo): void {
    const own = readChoices().flatMap((choice) => {
      const sizes = sizesFor(choice, [vendor, architecture, device, description]);
      return sizes ? [{ choice, sizes }] : [];
    });
    if (own.length === 0) return;
    const items = own.map(({ choice, sizes }) => {
      const item = document.createElement("li");
      const forms = Object.entries(choice.forms).map(([kernel, form]) => `${kernel}: ${form}`);
      item.textContent = `${forms.join("; ")} (${sizes})`;
      return item;
    });
    this.#part("choices").replaceChildren(...items);
    this.#part("choices").hidden = false;
    this.#part("no-choices").hidden = true;
  }

  #refuse(error: Error): void {
    const why = error instanceof NoGpu ? error.message : `WebGPU did not answer: ${error.message}.`;
    this.#part("status").textContent =
      `${why} Until then, training runs in WebAssembly, on the processor, and everything but the cells with shaders works.`;
    this.dataset.missing = "";
  }

  #part(name: string): HTMLElement {
    const part = this.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (!part) throw new Error(`llm-gpu: the part ${name} is missing`);
    return part;
  }
}

/** "B = 4, T = 64, C = 128, NH = 4", if the choice was made on this GPU; its key begins with what names the GPU. */
function sizesFor({ key }: Choice, gpu: readonly string[]): string | null {
  try {
    const [sizes, ...names] = (JSON.parse(key) as unknown[]).toReversed();
    if (names.toReversed().join("\n") !== gpu.join("\n")) return null;
    return Object.entries(sizes as Record<string, number>)
      .map(([name, size]) => `${name} = ${size}`)
      .join(", ");
  } catch {
    return null; // a key of another form
  }
}

customElements.define("llm-gpu", GpuPage);
