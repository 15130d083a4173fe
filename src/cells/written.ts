// One run of an exercise that is written in WGSL. The shader runs on the reader's GPU, and is walked through thread by
// thread besides: a GPU may give the right numbers today in spite of a race, a walk finds it. Without WebGPU the walk is all.

import { prepareCalls } from "./calls.ts";
import type { Call, Check, ShaderCheck } from "./check.ts";
import type { Execution, Exercise, Result } from "./execute.ts";
import { type Comparison, compareErrors, grade, type Verdict } from "./grader.ts";
import type { Argument } from "./messages.ts";
import { mutate } from "./mutants.ts";
import type { Known } from "./recognise.ts";
import { endless, type Outcome, type ShaderDispatch, type ShaderJob } from "./shader.ts";
import { bareCode, sameCode } from "./text.ts";
import { type Trouble, walk } from "./walk/walk.ts";

export interface WrittenExecution extends Pick<Execution, "path" | "source" | "loadCases"> {
  check: Check & { shader: ShaderCheck };
  exercise: Exercise;
  /** Runs the shader on the reader's GPU. */
  runOnGpu: (job: ShaderJob) => Promise<Outcome>;
}

interface Walked {
  trouble: Trouble | null;
  results: Argument[][];
}

/** Said where there is no WebGPU: what was done in its place, and that nothing is lost. */
export const walkedOnly =
  "Without WebGPU it was walked through thread by thread in the page, and has not run on a GPU: check it once more in a browser that has one, if you like.";

/** What a GPU made of a race, this time. */
const gotAway = "Your GPU happened to give the right numbers this time; another may not.";
const caught = "On your GPU it has spoiled numbers just now.";

/** Runs and judges what a reader has written. */
export async function executeWritten(execution: WrittenExecution): Promise<Result> {
  const { path, source, check, exercise, runOnGpu } = execution;
  const calls = prepareCalls(check, await execution.loadCases(check.reference));
  const started = performance.now();
  const walked = walkCalls(source, check, calls);
  const asked = { check, calls, exercise };
  const judged = async () => ({
    ...{ type: "ran" as const, values: {} },
    verdict: await judge(source, walked, asked),
    milliseconds: performance.now() - started,
  });
  // A GPU cannot be interrupted, so it is spared a loop without end.
  if (walked.trouble?.kind === "endless") return judged();

  const ran = await runOnGpu({
    original: exercise.solution,
    edited: source,
    kernel: check.function,
    calls: calls.map(({ args }) => args),
    dispatches: calls.map((call) => dispatchOf(check, call)),
  });
  if (ran.type === "stopped") return ran;
  if (ran.type === "compiled") return { type: "uncompiled", messages: ran.messages };
  if (ran.type === "endless") {
    return { type: "problem", message: endless(ran.rounds), place: { path, line: ran.line } };
  }
  if (ran.type === "failed" && !ran.absent) {
    return { type: "problem", message: ran.message, place: null };
  }
  if (walked.trouble?.kind === "unreadable") {
    const { says, line } = walked.trouble;
    const message = says.replace(/^Line \d+: /, ""); // the place says so
    return { type: "problem", message, place: { path, line } };
  }
  const result = await judged();
  const { verdict } = result;
  if (ran.type === "failed") {
    if (verdict.passed) verdict.says += ` ${walkedOnly}`;
    return result;
  }
  const { gpu, adapter, messages } = ran;
  const onGpu = grade(calls, gpu);
  if (walked.trouble) {
    const { kind } = walked.trouble;
    if (kind === "race") verdict.says += ` ${onGpu.passed ? gotAway : caught}`;
    return { ...result, messages };
  }
  const comparison: Comparison = {
    adapter,
    columns: [
      { name: "GPU", errors: compareErrors(calls, gpu) },
      { name: "Walked through", errors: compareErrors(calls, walked.results) },
    ],
  };
  const both = verdict.passed && !onGpu.passed ? besides(onGpu) : verdict;
  return { ...result, verdict: both, comparison, messages };
}

function besides(onGpu: Verdict): Verdict {
  const says = `Walked through thread by thread the numbers are right, and your GPU has others. ${onGpu.says}`;
  return { ...onGpu, says };
}

/** What one call is for the GPU: which arguments are bound, the constants, the workgroups. */
export function dispatchOf(
  { args, shader }: WrittenExecution["check"],
  call: Call,
): ShaderDispatch {
  const { entryPoint, tensors, overrides, workgroups } = shader;
  return {
    entryPoint,
    tensors: tensors.map((name) => args.indexOf(name)),
    overrides: overrides(call.sizes),
    workgroups: workgroups(call.sizes),
  };
}

/** Walks through all calls, up to the first that does not come to its end. */
export function walkCalls(
  source: string,
  check: WrittenExecution["check"],
  calls: readonly Call[],
): Walked {
  const results: Argument[][] = [];
  for (const call of calls) {
    const args = call.args.map((one) => (ArrayBuffer.isView(one) ? one.slice() : one));
    const { tensors, ...dispatch } = dispatchOf(check, call);
    const bound = tensors.map((argument) => args[argument] as Float32Array);
    const trouble = walk(source, { ...dispatch, tensors: bound });
    if (trouble) return { trouble, results };
    results.push(args);
  }
  return { trouble: null, results };
}

interface Asked {
  check: WrittenExecution["check"];
  calls: readonly Call[];
  exercise: Exercise;
}

async function judge(
  source: string,
  walked: Walked,
  { check, calls, exercise }: Asked,
): Promise<Verdict> {
  const { trouble, results } = walked;
  const { start, solution, mutants } = exercise;
  if (trouble) {
    const { says, line, other = line } = trouble;
    const known = sameTrouble(source, trouble, { check, calls, exercise });
    const all = known ? `${says} ${known}` : says;
    const marks = [...new Set([other, line])].map((line) => ({
      ...{ line, says, severity: "error" as const },
    }));
    return { passed: false, says: all, marks, tensors: [], cases: [] };
  }
  const first = grade(calls, results);
  if (first.passed) return first;
  const known: Known[] = [];
  for (const mutant of mutants) {
    const { trouble, results } = walkCalls(mutate(solution, mutant), check, calls);
    if (!trouble) known.push({ ...mutant, results });
    await new Promise((resolve) => setTimeout(resolve)); // the page stays awake
  }
  const about = { returns: false }; // a shader returns nothing, so there is nothing to say of it
  return grade(
    calls,
    results,
    known,
    sameCode(source, start) ? { ...about, unchanged: "text" } : about,
  );
}

/** The known mistake whose trouble is this very one, where what it replaces is gone and what it writes is there. */
function sameTrouble(source: string, { mark }: Trouble, asked: Asked): string | undefined {
  const { check, calls, exercise } = asked;
  const code = bareCode(source);
  const made = exercise.mutants.filter(({ find, replace }) => {
    const kept = bareCode(replace);
    return code.includes(kept) && (kept.includes(bareCode(find)) || !code.includes(bareCode(find)));
  });
  return made
    .toSorted((a, b) => b.replace.length - a.replace.length)
    .find((mutant) => {
      const { trouble } = walkCalls(mutate(exercise.solution, mutant), check, calls);
      return trouble?.mark === mark;
    })?.says;
}
