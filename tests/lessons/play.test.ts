// The writes that made a number, told from a second run; and loops that do not come to their end.

import { describe, expect, test } from "vitest";
import { checks } from "../../src/cells/checks.ts";
import { type Execution, execute } from "../../src/cells/execute.ts";
import * as sources from "../../src/cells/sources.ts";
import { loadCases } from "./exercises.ts";
import { runInNode } from "./node-run.ts";

const path = "lessons/05-layernorm/backward/start.ts";
const solution = await sources.readSource("lessons/05-layernorm/backward/solution.ts");
const lineOf = (source: string, text: string) =>
  source.slice(0, source.indexOf(text)).split("\n").length;

const run = (source: string, more: Partial<Execution> = {}) =>
  execute({
    path,
    source,
    check: checks.layernormBackward,
    loadCases,
    sources,
    run: runInNode,
    ...more,
  });

describe("the writes behind a number", () => {
  const ran = async (source: string) => {
    const result = await run(source);
    if (result.type !== "ran" || !result.play) throw new Error("expected a wrong answer");
    const report = result.verdict?.tensors.find(({ mistake }) => mistake);
    if (!report) throw new Error("expected a wrong tensor");
    return { play: result.play, report };
  };

  test("are all of them, in their order, with line, values and what was read", async () => {
    const source = solution.replace(
      "dweight[i] += dout[row + i] * norm",
      "dweight[i] += dout[row]",
    );
    const { play, report } = await ran(source);
    expect(report.tensor).toBe("dweight");
    const { writes, more, problem } = await play("dweight", 3);
    expect(problem).toBeUndefined();
    expect(more).toBe(false);
    expect(writes).toHaveLength(6); // B = 2, T = 3: one for each row
    const line = lineOf(source, "dweight[i] += dout[row]");
    expect(writes.map((write) => write.line)).toEqual(Array(6).fill(line));
    expect(writes[0].before).toBe(report.before[3]);
    expect(writes[5].value).toBe(report.got[3]);
    for (let i = 1; i < 6; i++) expect(writes[i].before).toBe(writes[i - 1].value);
    // C = 8: the beginning of the second row.
    expect(writes[1].reads.at(-1)).toMatchObject({ name: "dout", at: 8 });
  });

  test("are 200 at most, and it is said that there are more", async () => {
    const source = solution.replace(
      "dweight[i] += dout[row + i] * norm;",
      "for (let n = 0; n < 50; n++) dweight[i] += 1;",
    );
    const { play } = await ran(source);
    const { writes, more } = await play("dweight", 0);
    expect([writes.length, more]).toEqual([200, true]);
  });

  test("are none where nothing is written", async () => {
    const { play } = await ran(solution.replace("dweight[i] += dout[row + i] * norm;", ""));
    expect(await play("dweight", 0)).toEqual({ writes: [], more: false });
  });
});

describe("a loop without end", () => {
  test("is ended and named by its own line, not by that of a loop within it", async () => {
    const source = solution.replace("for (let t = 0; t < T; t++) {", "for (let t = 0; t < T; ) {");
    const result = await run(source);
    expect(result).toMatchObject({
      type: "problem",
      place: { path, line: lineOf(source, "for (let t = 0; t < T; )") },
    });
    expect((result as { message: string }).message).toContain(
      "this loop had gone round more than 100,000 times, and was ended",
    );
  });

  test("is named while it runs where nothing is checked, and goes on until it is stopped", async () => {
    const stop = new AbortController();
    const heard = new Promise<[number, string]>((resolve) => {
      const source = "let n = 0;\nfor (let k = 0; k < 9; k++) n++;\nwhile (n > 0) {\n  n++;\n}\n";
      const onTurning = (line: number, says: string) => resolve([line, says]);
      const check = undefined;
      run(source, { check, signal: stop.signal, onTurning }).then((result) =>
        expect(result.type).toBe("stopped"),
      );
    });
    const [line, says] = await heard;
    stop.abort();
    expect(line).toBe(3);
    expect(says).toMatch(/^this loop has gone round more than 100,000 times\./);
  });
});
