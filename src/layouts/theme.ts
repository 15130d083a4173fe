// The button in the header: light or dark. The choice is kept; early.js applies it before the first paint.

const key = "llm.ts/theme";
const systemDark = matchMedia("(prefers-color-scheme: dark)");

const current = (): string =>
  document.documentElement.dataset.theme ?? (systemDark.matches ? "dark" : "light");

class ThemeButton extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button) return;
    const label = () => {
      button.textContent = current() === "dark" ? "Light theme" : "Dark theme";
    };
    label();
    button.hidden = false;
    systemDark.addEventListener("change", label);
    button.addEventListener("click", () => {
      const theme = current() === "dark" ? "light" : "dark";
      document.documentElement.dataset.theme = theme;
      label();
      try {
        localStorage.setItem(key, theme);
      } catch {
        // Storage is blocked or full: the choice holds for this page only.
      }
    });
  }
}

customElements.define("theme-button", ThemeButton);
