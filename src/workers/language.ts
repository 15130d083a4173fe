// The worker with TypeScript's language service, so that a page that checks types never waits for them.

import { libraries } from "../language/libraries.ts";
import type { Answer, Question, Questions } from "../language/protocol.ts";
import { LanguageService } from "../language/service.ts";

const service = new LanguageService(libraries);
let known: ReadonlySet<string> = new Set();

self.onmessage = ({ data }: MessageEvent<Question>) => {
  let answer: Answer;
  try {
    answer = { value: answerTo(data) };
  } catch (error) {
    answer = { failure: (error as Error).message };
  }
  self.postMessage(answer);
};

function answerTo(question: Question): Questions[Question["kind"]]["answer"] {
  if (question.kind === "know") {
    known = new Set(question.paths);
    return null;
  }
  const { path, text } = question;
  service.put(path, text);
  switch (question.kind) {
    case "give":
      return null;
    case "missing":
      return service.missing(path, known);
    case "complete":
      return service.complete(path, question.offset);
    case "explain":
      return service.explain(path, question.offset, question.name);
    case "problems":
      return service.problems(path);
  }
}
