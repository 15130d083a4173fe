// The panels that look into the model as it trains. While all are closed, nothing is asked of it; each is loaded when it is
// first opened.

import { duration, integer, percent } from "../../page/numbers.ts";
import type { Inside, Question } from "../../training/inside/inside.ts";
import type { Cost } from "../../training/inside/watch.ts";
import { clearErrors } from "../form.ts";

interface View {
  show(inside: Inside): void;
}

type Name = "lens" | "attention" | "embeddings";

const pause = 150; // milliseconds without a key before a sentence is read

export class InsidePanel {
  readonly #place: HTMLElement;
  readonly #ask: (question: Question | null) => void;
  readonly #views = new Map<Name, Promise<View>>();
  #position: number | null = null;
  #typing: ReturnType<typeof setTimeout> | undefined;

  /** @param ask told what is to be looked at from now on; null: nothing */
  constructor(place: HTMLElement, ask: (question: Question | null) => void) {
    this.#place = place;
    this.#ask = ask;
    for (const panel of this.#panels) panel.addEventListener("toggle", () => this.ask());
    place.addEventListener("input", ({ target }) => {
      if (target !== this.#sentence) return;
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => {
        this.#position = null;
        clearErrors(this.form);
        this.ask();
      }, pause);
    });
    this.forget();
  }

  get form(): HTMLFormElement {
    return this.#place.querySelector("form") as HTMLFormElement;
  }

  get #sentence(): HTMLTextAreaElement {
    return this.#place.querySelector('[name="sentence"]') as HTMLTextAreaElement;
  }

  get #panels(): HTMLDetailsElement[] {
    return [...this.#place.querySelectorAll<HTMLDetailsElement>("details[data-panel]")];
  }

  /** Asks for what is open. */
  ask(): void {
    const open = this.#panels.filter((panel) => panel.open).map(({ dataset }) => dataset.panel);
    const [lens, attention, embeddings] = ["lens", "attention", "embeddings"].map((name) =>
      open.includes(name),
    );
    const { value: sentence } = this.#sentence;
    const question = { sentence, position: this.#position, lens, attention, embeddings };
    this.#ask(open.length > 0 ? question : null);
  }

  /** Nothing is known of the model that is shown next. */
  forget(): void {
    for (const panel of this.#panels) {
      note(panel, "This looks into a run that is open.");
      const body = panel.querySelector<HTMLElement>("[data-body]");
      if (body) body.hidden = true;
    }
  }

  async show(inside: Inside, cost: Cost): Promise<void> {
    for (const panel of this.#panels) {
      const name = panel.dataset.panel as Name;
      if (inside[name] === null || !panel.open) continue;
      const view = await this.#view(name, panel);
      const body = panel.querySelector<HTMLElement>("[data-body]");
      if (body) body.hidden = false;
      note(panel, sentenceOf(inside, cost, name));
      view.show(inside);
    }
  }

  #view(name: Name, panel: HTMLElement): Promise<View> {
    const body = panel.querySelector("[data-body]") as HTMLElement;
    const choose = (position: number | null) => {
      this.#position = position;
      this.ask();
    };
    const make: Record<Name, () => Promise<View>> = {
      lens: async () => new (await import("../inside/lens.ts")).LensView(body, choose),
      attention: async () => new (await import("../inside/attention.ts")).AttentionView(body),
      embeddings: async () => new (await import("../inside/embeddings.ts")).EmbeddingsView(body),
    };
    const view = this.#views.get(name) ?? make[name]();
    this.#views.set(name, view);
    return view;
  }
}

function note(panel: HTMLElement, text: string): void {
  const place = panel.querySelector("[data-note]");
  if (place) place.textContent = text;
}

/** When it was looked, and what looking takes. */
export function sentenceOf(
  { step, tokens, cut }: Pick<Inside, "step" | "tokens" | "cut">,
  { seconds, share }: Cost,
  name: Name,
): string {
  const of = share === null ? "" : `, ${percent(share)} of the time`;
  const some =
    cut && name !== "embeddings"
      ? ` Only the first ${tokens.length} tokens of the sentence are read.`
      : "";
  return `After step ${integer(step)}. Looking took ${duration(seconds)}${of}.${some}`;
}
