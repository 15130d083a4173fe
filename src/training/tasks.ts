// Small tasks with known answers, made here: a reader sees the model get them, and how many it gets is counted.
//
// Each problem is a text of its own: what is asked, then the answer. Which problems are for validation is decided by their
// letters alone, so that none of those is ever trained on.

import { hash, openStream, type Stream, uniform } from "@llm.ts/kernels/runtime/random.ts";

export interface Problem {
  readonly prompt: string;
  readonly answer: string;
}

interface Task {
  readonly says: string; // to the reader
  make(draw: (count: number) => number): Problem; // draw gives a number from 0 to count - 1
  readonly characters: string; // of all its problems
}

const digits = "0123456789";
const letters = "abcdefghijklmnopqrstuvwxyz";
const open = "([{<";
const closed: Record<string, string> = { "(": ")", "[": "]", "{": "}", "<": ">" };

export const tasks = {
  sort: {
    says: "Sort six digits",
    make: (draw) => {
      const given = word(digits, 6, draw);
      return { prompt: `${given}=`, answer: given.split("").sort().join("") };
    },
    characters: `${digits}=`,
  },
  add: {
    says: "Add two numbers, the sum from its last digit on",
    make: (draw) => {
      const [a, b] = [draw(100), draw(100)];
      const answer = String(a + b).padStart(3, "0");
      const two = (n: number) => String(n).padStart(2, "0");
      return { prompt: `${two(a)}+${two(b)}=`, answer: answer.split("").reverse().join("") };
    },
    characters: `${digits}+=`,
  },
  copy: {
    says: "Copy eight letters",
    make: (draw) => {
      const given = word(letters, 8, draw);
      return { prompt: `${given}=`, answer: given };
    },
    characters: `${letters}=`,
  },
  reverse: {
    says: "Write eight letters backwards",
    make: (draw) => {
      const given = word(letters, 8, draw);
      return { prompt: `${given}=`, answer: given.split("").reverse().join("") };
    },
    characters: `${letters}=`,
  },
  brackets: {
    says: "Close the brackets that are open",
    make: (draw) => {
      const stack: string[] = [];
      let prompt = "";
      for (let i = 0; i < 10; i++) {
        const closes = stack.length > 0 && draw(5) < 2;
        if (!closes) stack.push(open[draw(4)]);
        prompt += closes ? closed[stack.pop() as string] : stack.at(-1);
      }
      const answer = stack.reverse().map((bracket) => closed[bracket]);
      return { prompt: `${prompt}=`, answer: answer.join("") };
    },
    characters: `${open}${Object.values(closed).join("")}=`,
  },
} as const satisfies Record<string, Task>;

export type TaskName = keyof typeof tasks;
export const taskNames = Object.keys(tasks) as TaskName[];

const trained = 30_000; // problems
const validated = 3_000;
const asked = 50; // of these

export interface TaskText {
  readonly train: Problem[];
  readonly validation: Problem[];
}

/** The problems of a task: the same for the same seed. */
export function makeTask(name: TaskName, seed: number): TaskText {
  const [train, validation]: [Problem[], Problem[]] = [[], []];
  for (const { problem, unseen } of problems(name, seed)) {
    const [part, most] = unseen ? [validation, validated] : [train, trained];
    if (part.length < most) part.push(problem);
    if (train.length === trained && validation.length === validated) break;
  }
  return { train, validation };
}

/** Problems that are not among those that are trained on, each another one: the first of the validation. */
export function questionsOf(name: TaskName, seed: number): Problem[] {
  const questions = new Map<string, Problem>();
  for (const { problem, unseen } of problems(name, seed)) {
    if (unseen) questions.set(problem.prompt, problem);
    if (questions.size === asked) break;
  }
  return [...questions.values()];
}

/** Without end. */
function* problems(name: TaskName, seed: number) {
  const stream = openStream(seed, 2000 + taskNames.indexOf(name));
  let drawn = 0;
  const draw = (count: number) => Math.floor(uniform(stream, drawn++) * count);
  for (;;) {
    const problem = tasks[name].make(draw);
    yield { problem, unseen: isUnseen(problem, stream) };
  }
}

/** An eighth of all problems is kept from training. */
function isUnseen({ prompt }: Problem, stream: Stream): boolean {
  let code = 0;
  for (const character of prompt) code = hash(stream, code + (character.codePointAt(0) ?? 0));
  return code % 8 === 0;
}

function word(characters: string, length: number, draw: (count: number) => number): string {
  return Array.from({ length }, () => characters[draw(characters.length)]).join("");
}

/** Tokens of the longest problem of a task, with the one that begins it. */
export const longestProblem = (name: TaskName): number =>
  ({ sort: 14, add: 10, copy: 18, reverse: 18, brackets: 22 })[name];
