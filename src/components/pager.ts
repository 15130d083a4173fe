// Turns the pages of a pager.

class Pager extends HTMLElement {
  connectedCallback(): void {
    const pages = [...this.querySelectorAll(".pages > :not(script)")]; // a component brings its script along
    const part = (name: string) => this.querySelector<HTMLButtonElement>(`[data-${name}]`);
    const [back, on, at] = [part("back"), part("on"), part("at")];
    if (!back || !on || !at || pages.length === 0) return;
    let shown = 0;
    const turn = (by: number) => {
      shown = Math.min(pages.length - 1, Math.max(0, shown + by));
      for (const [i, page] of pages.entries()) page.toggleAttribute("data-shown", i === shown);
      at.textContent = `${shown + 1} of ${pages.length}`;
      back.disabled = shown === 0;
      on.disabled = shown === pages.length - 1;
    };
    back.addEventListener("click", () => turn(-1));
    on.addEventListener("click", () => turn(1));
    turn(0);
  }
}

customElements.define("llm-pager", Pager);
