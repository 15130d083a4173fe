// A task as a text to train on.

import { endOfTextMarker } from "./separators.ts";
import type { Text } from "./session.ts";
import { makeTask, type Problem, type TaskName, tasks } from "./tasks.ts";
import { charactersOf, tokenizerOf } from "./tokenizers.ts";

/** The problems of a task, each a text of its own. */
export function textOfTask(name: TaskName, seed: number): Text {
  const { train, validation } = makeTask(name, seed);
  const vocabulary = charactersOf(tasks[name].characters, false);
  const { encode } = tokenizerOf(vocabulary, 0);
  const tokens = (problems: readonly Problem[]) =>
    encode(problems.map(({ prompt, answer }) => prompt + answer).join(endOfTextMarker), {
      separators: true,
    });
  return {
    name: tasks[name].says,
    vocabulary,
    train: tokens(train),
    validation: tokens(validation),
  };
}
