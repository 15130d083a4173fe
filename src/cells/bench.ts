// Runs cells in the page. Loaded with the first run: the compiler, the sandbox, the grader.

import { checks } from "./checks.ts";
import { type Execution, type Exercise, execute, type Result } from "./execute.ts";
import type { Level } from "./messages.ts";
import type { Mutant } from "./mutants.ts";
import { readCases } from "./reference.ts";
import { runInSandbox } from "./sandbox.ts";
import { executeShader, runInWorker } from "./shader.ts";
import * as sources from "./sources.ts";
import { executeWritten } from "./written.ts";

const mutantsOf = import.meta.glob<{ mutants: Mutant[] }>("/lessons/*/*/mutants.ts");

export interface CellRun {
  file: string;
  region?: string;
  check?: string;
  exercise?: string; // folder: of the exercise that the cell is, or whose mistakes it knows
  text: string;
  seed?: number; // of a drawn case that was wrong before: it is tried again
  signal: AbortSignal;
  onLine: (level: Level, text: string) => void;
  /** Told of a loop, by its line of the file, that goes round and round in a run that is not checked. */
  onTurning?: (line: number, says: string) => void;
}

/** Runs what stands in a cell. Never throws: what goes wrong is a sentence. */
export async function runCell(cell: CellRun): Promise<Result> {
  const { file, region, check, exercise, text, signal, onLine, onTurning } = cell;
  try {
    const source = region ? await sources.putBack(file, region, text) : text;
    const execution: Execution = {
      path: file,
      source,
      check: check === undefined ? undefined : checks[check],
      loadCases: async (reference) => readCases(await fetchReference(reference)),
      loadExercise: exercise ? () => loadExercise(exercise) : undefined,
      loadSolution: () => loadSolution(file),
      seeds: [...(cell.seed === undefined ? [] : [cell.seed]), Math.floor(Math.random() * 2 ** 31)],
      sources,
      run: runInSandbox,
      signal,
      onLine,
      onTurning,
    };
    if (!file.endsWith(".wgsl")) return await execute(execution);
    const asked = execution.check;
    if (!asked) throw new Error(`a shader needs a check to be run with, and ${file} has none`);
    if (asked.shader && exercise) {
      return await executeWritten({
        ...execution,
        check: { ...asked, shader: asked.shader },
        exercise: await loadExercise(exercise, "wgsl"),
        runOnGpu: (job) => runInWorker(job, signal),
      });
    }
    return await executeShader({
      ...execution,
      check: asked,
      original: await sources.readSource(file),
    });
  } catch (error) {
    return { type: "problem", message: (error as Error).message, place: null };
  }
}

async function loadExercise(folder: string, extension = "ts"): Promise<Exercise> {
  const [start, solution, { mutants }] = await Promise.all([
    sources.readSource(`${folder}/start.${extension}`),
    sources.readSource(`${folder}/solution.${extension}`),
    mutantsOf[`/${folder}/mutants.ts`](),
  ]);
  return { folder, start, solution, mutants };
}

/** What drawn cases are computed with: an exercise's solution, or the file as it is. */
async function loadSolution(file: string): Promise<{ path: string; source: string }> {
  const path = file.replace(/\/start\.ts$/, "/solution.ts");
  return { path, source: await sources.readSource(path) };
}

async function fetchReference(name: string): Promise<Uint8Array> {
  const address = `${import.meta.env.BASE_URL.replace(/\/$/, "")}/reference/${name}.safetensors`;
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) {
    const why = response ? `the server answered ${response.status}` : "there is no connection";
    throw new Error(
      `PyTorch's numbers (${address}) could not be loaded: ${why}. Your code is still here; run it again when they can be reached.`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}
