// Check of a quiz question: a wrong choice gets a hint of its own, the right one the reason.

class Question extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form");
    const status = this.querySelector<HTMLElement>('[role="status"]');
    const why = this.querySelector<HTMLElement>("[data-why]");
    if (!form || !status || !why) return;

    const say = (kind: string, verdict: string, reason?: HTMLElement): void => {
      const strong = document.createElement("strong");
      strong.textContent = verdict;
      status.className = kind;
      status.replaceChildren(strong);
      if (reason) status.append(" ", ...[...reason.childNodes].map((node) => node.cloneNode(true)));
    };

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = form.querySelector<HTMLInputElement>("input:checked");
      if (!chosen) say("", "Choose an answer first.");
      else if (chosen.value === this.dataset.answer) say("right", "Right.", why);
      else {
        const hint = chosen.parentElement?.querySelector<HTMLElement>("[data-hint]");
        say("wrong", "Not this one.", hint ?? undefined);
      }
    });
    form.addEventListener("change", () => {
      status.className = "";
      status.replaceChildren();
    });
  }
}

customElements.define("llm-question", Question);
