// The roofline of the reader's machine, with the rungs that were measured on this page. It is drawn by code that is loaded once
// there is something to draw.

import { known, listen } from "./measured.ts";

class Roofline extends HTMLElement {
  #end: (() => void) | undefined;
  #resized: ResizeObserver | undefined;
  #width = 0;

  connectedCallback(): void {
    this.#end = listen(() => this.#draw());
    this.#resized = new ResizeObserver(() => {
      if (Math.floor(this.clientWidth) !== this.#width) this.#draw();
    });
    this.#resized.observe(this);
    this.#draw();
  }

  disconnectedCallback(): void {
    this.#end?.();
    this.#resized?.disconnect();
  }

  async #draw(): Promise<void> {
    const { roofs, climbs } = known();
    const place = this.querySelector('[data-part="plot"]');
    if (roofs.length === 0 || !place) return;
    const { drawRoofline } = await import("./roofline.plot.ts");
    this.#width = Math.floor(this.clientWidth);
    const drawn = drawRoofline(roofs, climbs, place.clientWidth);
    for (const group of drawn.querySelectorAll("g[aria-label]"))
      group.removeAttribute("aria-label");
    place.replaceChildren(drawn);
  }
}

customElements.define("llm-roofline", Roofline);
