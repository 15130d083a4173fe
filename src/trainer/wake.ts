// The trainer's scripts are larger than all others of its page together, so they are loaded when the reader first touches
// the page. A Start that is pressed before they are there is answered here, and carried out by them. A link with "?start" in
// it presses Start too, once: the address forgets it, so that a reload does not begin again.

const touches = ["pointermove", "pointerdown", "keydown", "focusin", "scroll", "wheel"];

const trainer = document.querySelector<HTMLElement>("llm-trainer");
const form = trainer?.querySelector<HTMLFormElement>('[data-part="settings"]');
let loading = false;

function say(text: string): void {
  for (const part of ["doing", "status"]) {
    const place = trainer?.querySelector(`[data-part="${part}"]`);
    if (place) place.textContent = text;
  }
}

function wake(): void {
  if (loading) return;
  loading = true;
  for (const touch of touches) removeEventListener(touch, wake, true);
  import("./trainer.ts").catch(() =>
    say("The trainer could not be loaded. Reload the page to try again."),
  );
}

for (const touch of touches) addEventListener(touch, wake, { capture: true, passive: true });

function press(by: "reader" | "link"): void {
  if (!trainer || trainer.matches(":defined")) return;
  trainer.dataset.pressed = by;
  say("Loading the trainer.");
  wake();
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  press("reader");
});

if (new URLSearchParams(location.search).has("start")) {
  history.replaceState(null, "", location.pathname + location.hash);
  press("link");
}

/** An address with settings in it is about the trainer. */
function follow(): void {
  if (!location.hash.startsWith("#run:")) return;
  trainer?.scrollIntoView();
  wake();
}

follow();
addEventListener("hashchange", follow);
