// Turns the pages of a pager.

class Pager extends HTMLElement {
  connectedCallback(): void {
    const pages = [...this.querySelectorAll(".pages > :not(script)")]; // a component brings its script along
    const part = (name: string) =>
      this.querySelector<HTMLButtonElement>(`:scope > .bar [data-${name}]`);
    const [back, on, at] = [part("back"), part("on"), part("at")];
    if (!back || !on || !at || pages.length === 0) return;
    let shown = 0;
    const turn = (by: number) => {
      const held = document.activeElement;
      shown = Math.min(pages.length - 1, Math.max(0, shown + by));
      for (const [i, page] of pages.entries()) page.toggleAttribute("data-shown", i === shown);
      at.textContent = `${shown + 1} of ${pages.length}`;
      back.disabled = shown === 0;
      on.disabled = shown === pages.length - 1;
      // A button that is switched off loses the keyboard's focus. The page that it has turned to takes it.
      const off = back.disabled ? back : on.disabled ? on : undefined;
      if (off && held === off) focusOn(pages[shown]);
    };
    back.addEventListener("click", () => turn(-1));
    on.addEventListener("click", () => turn(1));
    turn(0);
  }
}

/** Puts the keyboard's focus on what is no control, so that the next Tab leads into it. */
function focusOn(page: Element): void {
  const element = page as HTMLElement;
  element.tabIndex = -1;
  element.focus();
}

customElements.define("llm-pager", Pager);
