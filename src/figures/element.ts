// Brings a sketch to life: its functions are loaded when a hand or the focus comes near.

import type { Sketch, SketchHandle } from "./sketch.ts";

const sketches = import.meta.glob<{ sketch: Sketch<unknown> }>("../../lessons/*/sketch.ts");

class SketchElement extends HTMLElement {
  #waking = false;
  #pressed: PointerEvent | null = null;
  #tapped: EventTarget | null = null; // before all was loaded

  connectedCallback(): void {
    for (const near of ["pointerover", "focusin"]) {
      this.addEventListener(near, () => this.#wake(), { once: true });
    }
    this.addEventListener("pointerdown", (event) => this.#choose(event), { capture: true });
    // A finger comes without warning: what it holds is handed over when all is loaded.
    this.addEventListener("pointerdown", (event) => {
      this.#pressed = event;
    });
    // It would scroll the page as well: touch-action does not reach into a drawing.
    const still = (event: TouchEvent) => {
      if ((event.target as Element).matches("[data-handle]")) event.preventDefault();
    };
    this.addEventListener("touchstart", still, { passive: false });
    for (const end of ["pointerup", "pointercancel"]) {
      this.addEventListener(end, () => {
        if (end === "pointerup") this.#tapped = this.#pressed?.target ?? null;
        this.#pressed = null;
      });
    }
  }

  /** Where the rims of handles overlap, the one whose middle is nearest is meant, and not the one that was drawn last. */
  #choose(event: PointerEvent): void {
    const { target, clientX, clientY } = event;
    if (!(target as Element).matches("[data-handle]")) return;
    const away = (handle: Element) => {
      const { x, y, width, height } = handle.getBoundingClientRect();
      return Math.hypot(x + width / 2 - clientX, y + height / 2 - clientY);
    };
    const handles = [...this.querySelectorAll("[data-handle]")];
    const nearest = handles.reduce((one, other) => (away(other) < away(one) ? other : one));
    if (nearest === target) return;
    event.stopPropagation();
    event.preventDefault(); // of selecting text
    nearest.dispatchEvent(new PointerEvent(event.type, event));
  }

  async #wake(): Promise<void> {
    if (this.#waking) return;
    this.#waking = true;
    const load = sketches[`../../lessons/${this.dataset.lesson}/sketch.ts`];
    const [{ sketch }, { hold }] = await Promise.all([load(), import("./handle.ts")]);
    this.#live(sketch, hold);
    const { target, pointerId } = this.#pressed ?? {};
    if (target instanceof SVGElement && target.matches("[data-handle]") && pointerId) {
      target.setPointerCapture(pointerId);
    }
    // A switch that was tapped meanwhile is moved now.
    this.#tapped?.dispatchEvent(new KeyboardEvent("keydown", { key: " " }));
  }

  #live(sketch: Sketch<unknown>, hold: typeof import("./handle.ts").hold): void {
    let state = sketch.start;
    const marks = this.querySelector("[data-marks]") as SVGGElement;
    const says = this.querySelector("[data-says]") as HTMLElement;
    const handles = [...this.querySelectorAll<SVGCircleElement>("[data-handle]")];
    const tell: (() => void)[] = [];
    const show = (next: unknown) => {
      state = next;
      marks.innerHTML = sketch.marks(state);
      for (const [i, { name, cx, cy }] of sketch.handles(state).entries()) {
        handles[i].setAttribute("aria-label", name);
        handles[i].setAttribute("cx", String(cx));
        handles[i].setAttribute("cy", String(cy));
      }
      for (const each of tell) each();
      says.textContent = sketch.says(state);
      this.dispatchEvent(new Event("redrawn", { bubbles: true })); // what was lit is so no longer
    };

    const axisOf = (i: number, direction: "x" | "y") => {
      const now = () =>
        sketch.handles(state)[i][direction] as NonNullable<SketchHandle<unknown>["x"]>;
      if (!now()) return undefined;
      return {
        // Where it ends may depend on the state: a text has more tokens than another.
        get min() {
          return now().min;
        },
        get max() {
          return now().max;
        },
        step: now().step,
        down: now().down,
        value: () => now().value,
        at: (place: DOMPoint) => now().at(place),
        move: (value: number) => show(now().set(value)),
      };
    };
    for (const [i, handle] of handles.entries()) {
      const { name, says } = sketch.handles(state)[i];
      tell.push(
        hold(handle, {
          name,
          says: says === undefined ? undefined : () => sketch.handles(state)[i].says ?? "",
          x: axisOf(i, "x"),
          y: axisOf(i, "y"),
        }),
      );
    }

    // What was chosen or written before all was loaded counts too.
    for (const [i, group] of this.querySelectorAll("[data-choice]").entries()) {
      const choose = () => {
        const chosen = Number(group.querySelector<HTMLInputElement>(":checked")?.value ?? 0);
        const choice = sketch.choices?.(state)[i];
        if (choice && choice.value !== chosen) show(choice.set(chosen));
      };
      group.addEventListener("change", choose);
      choose();
    }

    const text = this.querySelector<HTMLInputElement>("[data-text]");
    const write = async () => {
      const { value } = text as HTMLInputElement;
      if (value === sketch.text?.(state).value) return;
      const next = await sketch.text?.(state).set(value);
      if (text?.value === value) show(next); // unless the reader has written on
    };
    text?.addEventListener("input", write);
    if (text) void write();
  }
}

customElements.define("llm-sketch", SketchElement);
