// A task comes with something to ask: the first of its problems that the model never sees.

import type { Settings } from "../training/settings.ts";
import { questionsOf } from "../training/tasks.ts";

/** Puts a problem of the task into the prompt, unless the reader has typed another; and takes it away with the task. */
export function askTask(
  form: HTMLFormElement,
  { task, seed }: Pick<Settings, "task" | "seed">,
): void {
  const prompt = form.querySelector<HTMLTextAreaElement>('[name="prompt"]');
  if (!prompt) return;
  const before = prompt.dataset.asks ?? "";
  if (prompt.value.trim() !== before) return;
  const asks = task ? questionsOf(task, seed)[0].prompt : "";
  prompt.value = asks;
  prompt.dataset.asks = asks;
}
