// The button that opens or closes all steps of a derivation.

class Derivation extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    const steps = [...this.querySelectorAll<HTMLDetailsElement>("details.step")];
    if (!button || steps.length === 0) return;
    const allOpen = () => steps.every((step) => step.open);
    const label = () => {
      button.textContent = allOpen() ? "Close all steps" : "Open all steps";
    };
    for (const step of steps) step.addEventListener("toggle", label);
    button.addEventListener("click", () => {
      const open = !allOpen();
      for (const step of steps) step.open = open;
    });
    label();
    button.hidden = false;
  }
}

customElements.define("llm-derivation", Derivation);
