// The fields that say what a model learns from: a text or a task, and which vocabulary.

import type { Settings } from "../training/settings.ts";
import type { TaskName } from "../training/tasks.ts";

type Chosen = Pick<Settings, "task" | "vocabulary" | "vocabularySize">;

export function readVocabulary(form: HTMLFormElement): Chosen {
  const select = (name: string) => form.querySelector<HTMLSelectElement>(`select[name="${name}"]`);
  if (form.querySelector('[name="text"][value="task"]:checked')) {
    return { task: select("task")?.value as TaskName, vocabulary: "characters" };
  }
  const vocabulary = (select("vocabulary")?.value || undefined) as Settings["vocabulary"];
  if (vocabulary !== "pairs") return vocabulary ? { vocabulary } : {};
  const size = form.querySelector<HTMLInputElement>('input[name="vocabularySize"]');
  return { vocabulary, vocabularySize: size?.valueAsNumber };
}

/** Which text of the two others it is, settings do not say. */
export function writeVocabulary(form: HTMLFormElement, chosen: Chosen): void {
  const { task, vocabulary = "", vocabularySize } = chosen;
  const set = (name: string, value: string) => {
    const field = form.querySelector<HTMLInputElement | HTMLSelectElement>(
      `:is(input, select)[name="${name}"]:not([type="radio"])`,
    );
    if (field) field.value = value;
  };
  const radio = (value: string) =>
    form.querySelector<HTMLInputElement>(`[name="text"][value="${value}"]`);
  if (task) {
    set("task", task);
    const own = radio("task");
    if (own) own.checked = true;
    return;
  }
  const [own, site] = [radio("task"), radio("site")];
  if (own?.checked && site) site.checked = true;
  set("vocabulary", vocabulary === "published" ? "" : vocabulary); // that is chosen with its files
  if (vocabularySize !== undefined) set("vocabularySize", String(vocabularySize));
}
