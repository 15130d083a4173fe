// Loaded before the first paint, so that a reader who chose a theme never sees the other one. The button that sets the
// choice is in src/layouts/Header.astro.
try {
  const theme = localStorage.getItem("llm.ts/theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's theme stands.
}
