// Cells on the real lesson pages, as a reader uses them: run, edit, break, stop, mend, come back.

import { readdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Mutant, mutate } from "../../src/cells/mutants.ts";
import { exercises } from "../../src/exercises.ts";
import {
  cell,
  end,
  paste,
  printed,
  run,
  runText,
  runToEnd,
  status,
  unfold,
  workers,
} from "./cell.ts";
import {
  audit,
  browser,
  faults,
  find,
  open,
  page,
  poll,
  simplify,
  site,
  useReader,
} from "./reader.ts";
import { dist } from "./site.ts";

const mutantsOf = import.meta.glob<{ mutants: Mutant[] }>("/lessons/*/*/mutants.ts", {
  eager: true,
});
const solutions = import.meta.glob<string>("/lessons/*/*/solution.{ts,wgsl}", {
  query: "?raw",
  import: "default",
  eager: true,
});

const lessons = (await readdir(join(dist, "lessons"), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory()) // beside them is the page that lists them
  .map(({ name }) => `/lessons/${name}/`);
const layernorm = "/lessons/layernorm/";

useReader();

/** What an editor underlines. It is in pieces, since a call stays whole where a line is broken. */
const underlined = async (one: Locator, kind: "error" | "warning") =>
  (await one.locator(`.cm-lintRange-${kind}`).allTextContents()).join("");

/** A file of an exercise, by "layernorm/backward/solution.ts". */
function fileIn<File>(files: Record<string, File>, name: string): File {
  const path = Object.keys(files).find((one) => one.endsWith(`-${name}`));
  if (!path) throw new Error(`lessons/*-${name} is missing`);
  return files[path];
}

describe.each(lessons)("%s", (path) => {
  test("every cell runs, every figure is drawn, and nothing is wrong", async () => {
    await open(path);
    for (const one of await find("llm-cell").all()) {
      const key = await one.getAttribute("data-key");
      await unfold(one);
      await one.scrollIntoViewIfNeeded();
      if ((await one.getAttribute("data-automatic")) === null) {
        const says = await runToEnd(one);
        expect(says, key ?? "").not.toBe("");
        // An exercise begins wrong; everything else is right as it stands.
        const isExercise = (await one.getAttribute("data-exercise")) !== null;
        const kind = (await status(one).getAttribute("class")) ?? "";
        expect(kind.includes("wrong"), `${key}: ${says}`).toBe(isExercise);
      }
      if ((await one.getAttribute("data-figure")) === null) continue;
      await expect
        .poll(() => one.locator("[data-drawing] > div > *").count(), { timeout: 30_000 })
        .toBeGreaterThan(0);
    }
    expect(faults).toEqual([]);
  });
});

describe.each(exercises)("the exercise $key", ({ key, title, address }) => {
  test("is where its address leads, takes the solution, remembers it, and names a mistake", async () => {
    await open(address);
    const section = find(`section[id="${address.split("#")[1]}"]`);
    expect(await section.getAttribute("aria-label")).toBe(`Exercise: ${title}`);
    await expect
      .poll(() => section.evaluate((one) => one.getBoundingClientRect().top < 300))
      .toBe(true);

    const one = cell(key);
    const { mutants } = fileIn(mutantsOf, `${key}/mutants.ts`);
    const inWgsl = Object.keys(solutions).some((path) => path.endsWith(`-${key}/solution.wgsl`));
    const solution = fileIn(solutions, `${key}/solution.${inWgsl ? "wgsl" : "ts"}`);
    // All of them are handed in by tests/lessons/exercises.test.ts; here one of each exercise, and some of the longest list.
    const handedIn = mutants.filter(
      (_, i) => i === 0 || (key === "layernorm/backward" && i % 8 === 0),
    );
    for (const mutant of handedIn) {
      const says = await runText(one, mutate(solution, mutant));
      if (inWgsl) {
        expect(says, mutant.name).toContain(mutant.says); // after what the walk stumbled over, so there are no numbers
        continue;
      }
      expect(says, mutant.name).toBe(mutant.says);
      expect(await one.locator("[data-details] tbody .wrong").count()).toBeGreaterThan(0);
      expect(await one.locator("[data-details] svg").count()).toBeGreaterThan(0);
    }
    expect(await runText(one, solution)).toMatch(/^All [\d,]+ numbers agree with PyTorch/);
    const passed = await page.evaluate(() => localStorage.getItem("llm.ts/passed"));
    expect(Object.keys(JSON.parse(passed ?? "{}"))).toEqual([key]);
    expect(faults).toEqual([]);
  });
});

test("an exercise's wrong answer marks the line that something is said of, or that writes the wrong numbers", async () => {
  await open(layernorm);
  const one = cell("layernorm/backward");
  const solution = fileIn(solutions, "layernorm/backward/solution.ts");
  const line = (text: string) =>
    String(solution.slice(0, solution.indexOf(text)).split("\n").length);
  const edited = (find: string, replace: string) => runText(one, solution.replace(find, replace));
  const dweight = "dweight[i] += dout[row + i] * norm";
  expect(await edited(dweight, "dweight[b, i] += dout[row + i] * norm * i")).toContain("commas");
  expect(await one.locator(".cell-bad-line").allTextContents()).toEqual([line(dweight)]);
  expect(await edited(dweight, `${dweight} * (1 + i)`)).toMatch(/^dweight is wrong/);
  expect(await one.locator(".cell-bad-line").count()).toBe(0);
  expect(await underlined(one, "warning")).toContain("* (1 + i)");
  expect(await runText(one, solution)).toMatch(/^All/);
  expect(await one.locator(".cm-lintRange-warning").count()).toBe(0);
});

test("a verdict names the arrays that are right, what has come right since the attempt before, and the lesson's end tells it", async () => {
  await open(layernorm);
  const one = cell("layernorm/backward");
  const solution = fileIn(solutions, "layernorm/backward/solution.ts");
  const standing = one.locator("[data-standing]");
  const arrays = () =>
    standing
      .locator("span")
      .evaluateAll((all) => all.map((one) => [one.textContent, one.className]));
  const says = () => standing.evaluate((box) => box.lastChild?.textContent);
  const wrong = solution
    .replace("dweight[i] += ", "dweight[i] -= ")
    .replace("dinp[row + i] += ", "dinp[row + i] += 1 + ");
  await runText(one, wrong);
  expect(await says()).toBe("dbias is right: 1 of 3.");
  await runText(one, solution.replace("dinp[row + i] += ", "dinp[row + i] += 1 + "));
  expect(await says()).toBe("With this change dweight has come right: 2 of 3.");
  expect(await arrays()).toEqual([
    ["dinp", "open"],
    ["dweight", "right came"],
    ["dbias", "right"],
  ]);
  const done = find("[data-done]");
  expect(await done.isVisible()).toBe(false);
  expect(await audit(page, "llm-cell[data-key='layernorm/backward']")).toEqual([]);
  await runText(one, solution);
  expect(await says()).toBe("With this change dinp has come right, and nothing is left.");
  const panel = find('[id="exercise-backward"] [data-unaided]');
  expect(await panel.textContent()).toBe("Passed without a hint.");
  const told = await done.textContent();
  expect(told).toMatch(/In this lesson so far\s*Write the backward pass\.\s+Every number/);
  expect(told).toMatch(/Still open: Find the bug\.\s*Next, Matmul: /);
  await page.reload();
  await poll(() => done.isVisible()).toBe(true);
  expect(await audit(page, "[data-done]")).toEqual([]);
  expect(await audit(page, '[id="exercise-backward"] .passed')).toEqual([]);
  expect(faults).toEqual([]);
});

describe("a cell", () => {
  beforeEach(() => open(layernorm));

  test("runs before its editor has loaded", async () => {
    await page.route("**/editor*.js", (route) => route.abort());
    expect(await runToEnd(cell("layernorm/forward"))).toMatch(/^All [\d,]+ numbers agree/);
  });

  test("does not move the page when the listing becomes an editor", async () => {
    const code = cell("layernorm/forward").locator("[data-code]");
    /** Where the text of line 21 begins, from the corner of the listing, and how high the listing is. */
    const measure = (line: string) =>
      code.evaluate((element, selector) => {
        const box = element.getBoundingClientRect();
        const range = document.createRange();
        range.selectNodeContents(element.querySelectorAll(selector)[20]);
        const text = range.getBoundingClientRect();
        return [text.x - box.x, text.y - box.y, box.height].map(Math.round);
      }, line);
    const before = await measure(".line");
    await code.locator("pre").click({ position: { x: 200, y: 60 } });
    await code.locator(".cm-content").waitFor();
    expect(await measure(".cm-line")).toEqual(before);
  });

  test("in an endless loop is stopped within 200 ms of Stop, and its worker is gone", async () => {
    const one = cell("layernorm/play");
    await paste(one, 'console.log("in"); for (;;) {}');
    await run(one).click();
    await expect.poll(() => printed(one)).toEqual(["in"]);
    expect(workers()).toHaveLength(1);
    const milliseconds = await one.evaluate(
      (element) =>
        new Promise<number>((resolve) => {
          const button = element.querySelector<HTMLButtonElement>("[data-run]");
          const started = performance.now();
          const look = () =>
            button?.disabled ? setTimeout(look, 1) : resolve(performance.now() - started);
          element.querySelector<HTMLButtonElement>("[data-stop]")?.click();
          look();
        }),
    );
    expect(milliseconds).toBeLessThan(200);
    await expect.poll(() => workers().length).toBe(0); // which the browser says when it has the time
    expect(await status(one).textContent()).toBe("Stopped.");
    expect(await runText(one, 'console.log("again")')).toMatch(/^Ran in \d+ ms\.$/);
    expect(await printed(one)).toEqual(["again"]);
  });

  test("leaves no worker behind when it ends, also with a timer running", async () => {
    const one = cell("layernorm/play");
    await runText(one, "setInterval(() => console.log('tick'), 10);");
    await expect.poll(() => workers().length).toBe(0);
    expect(await printed(one)).toEqual([]);
  });

  test("that throws says so at the reader's line, there and in the editor", async () => {
    const one = cell("layernorm/play");
    const says = await runText(one, 'const a = 1;\n\nthrow new Error("my fault");\n');
    expect(says).toBe("Line 3: Error: my fault");
    expect(await one.locator(".cell-bad-line").textContent()).toBe("3");
    expect(await underlined(one, "error")).toContain("throw");
    expect(await runText(one, "let b = 1;\nlet c = 1;\nlet b = 2;\n")).toMatch(
      /^Line 3: SyntaxError: .*'?b'? has already been declared/,
    );
    expect(await one.locator(".cell-bad-line").textContent()).toBe("3");
    expect(await runText(one, "const d = 1;\n")).toMatch(/^Ran in/);
    expect(await one.locator(".cell-bad-line").count()).toBe(0);
  });

  test("that shows one function of a file names the line as the file has it", async () => {
    const one = cell("layernorm/forward");
    const first = Number(await one.getAttribute("data-first-line"));
    expect(first).toBeGreaterThan(1);
    const says = await runText(one, "export function layernormForward() {\n  missing();\n}");
    expect(says).toBe(
      `Line ${first + 1}: ReferenceError: missing is not defined (in the call with B = 2, T = 3, C = 8)`,
    );
    expect(await one.locator(".cell-bad-line").textContent()).toBe(String(first + 1));
    expect(await runText(one, "export function layernormForward() {\n  1 +;\n}")).toBe(
      `Line ${first + 1}: SyntaxError: Unexpected token`,
    );
  });

  test("that floods the page with messages is ended, and says so", async () => {
    const one = cell("layernorm/play");
    const says = await runText(one, "for (;;) postMessage(new Float32Array(1000));");
    expect(says).toContain("Stopped: the cell sent more than 1,000 messages.");
    expect(await runText(one, "for (let i = 0; i < 1e5; i++) console.log(i);")).toMatch(/^Ran in/);
    expect(await printed(one)).toHaveLength(201);
  });

  test("that posts garbage is not believed", async () => {
    const one = cell("layernorm/forward");
    const says = await runText(
      one,
      `export function layernormForward(out) {
  for (const garbage of [null, 1, "done", { type: "done" }, [[]], { type: "done", nonce: "", values: {}, results: [] }]) {
    postMessage(garbage);
  }
}`,
    );
    expect(says).toMatch(
      /^Nothing was written: out, mean and rstd are as they were before the call\./,
    );
    expect(faults).toEqual([]);
  });
});

/**
 * Wraps code so that a cell runs it in a worker of its own, where the browser's functions are as they were: what is left
 * is the policy of the frame. It has `tryAll`, which prints what comes of each way.
 */
const bare = (code: string) => `
const code = ${JSON.stringify(`(async () => {
  const tryAll = async (ways) => {
    for (const [name, way] of Object.entries(ways)) {
      try { postMessage(name + " " + (await way())); } catch (error) { postMessage(name + " refused"); }
    }
  };
  ${code}
  postMessage("end");
})();`)};
const worker = new Worker(URL.createObjectURL(new Blob([code])));
await new Promise((end, fail) => {
  worker.onerror = (event) => fail(new Error(event.message));
  worker.onmessage = ({ data }) => (data === "end" ? end() : console.log(data));
});`;

describe("a cell reaches", () => {
  let outside: Server;
  let visits: string[]; // requests that arrived outside

  beforeEach(async () => {
    visits = [];
    outside = createServer((request, response) => {
      visits.push(request.url ?? "");
      response.setHeader("Access-Control-Allow-Origin", "*").end("1");
    });
    outside.on("upgrade", (request, socket) => {
      visits.push(request.url ?? "");
      socket.destroy();
    });
    await new Promise<void>((resolve) => outside.listen(0, "127.0.0.1", resolve));
    await open(layernorm);
  });

  afterEach(async () => {
    await new Promise((resolve) => outside.close(resolve));
  });

  test("no network, by any of the ways that a worker has, also where our own words are taken away", async () => {
    const port = (outside.address() as AddressInfo).port;
    const asked: string[] = [];
    page.on("requestfinished", (request) => asked.push(request.url()));
    const one = cell("layernorm/play");
    const says = await runText(
      one,
      bare(`
for (const base of ["http://127.0.0.1:${port}", "${site.origin}"]) {
  const url = base + "/leak";
  const soon = (f) => Promise.race([new Promise(f), new Promise((r) => setTimeout(r, 500, "nothing came"))]);
  const ways = {
    fetch: () => fetch(url).then(() => "REACHED"),
    noCors: () => fetch(url, { mode: "no-cors" }).then(() => "REACHED"),
    xhr: () => soon((r) => { const x = new XMLHttpRequest(); x.onload = () => r("REACHED"); x.onerror = () => r("error"); x.open("GET", url); x.send(); }),
    xhrSync: () => { const x = new XMLHttpRequest(); x.open("GET", url, false); x.send(); return "REACHED"; },
    socket: () => soon((r) => { const s = new WebSocket(url.replace("http", "ws")); s.onopen = () => r("REACHED"); s.onerror = () => r("error"); }),
    events: () => soon((r) => { const s = new EventSource(url); s.onopen = () => r("REACHED"); s.onerror = () => r("error"); }),
    importScripts: () => { importScripts(url); return "REACHED"; },
    importModule: () => import(url).then(() => "REACHED"),
    worker: () => soon((r) => { const w = new Worker(url); w.onerror = () => r("error"); }),
    transport: () => new WebTransport(url.replace("http", "https")).ready.then(() => "REACHED"),
  };
  await tryAll(ways);
}`),
    );
    expect(says).toMatch(/^Ran in/);
    const lines = await printed(one);
    expect(lines).toHaveLength(20);
    expect(lines.filter((line) => line.includes("REACHED"))).toEqual([]);
    expect(visits).toEqual([]);
    expect(asked.filter((url) => url.includes("leak"))).toEqual([]);
  });

  test("not far by other ways, and is told why", async () => {
    const play = cell("layernorm/play");
    for (const [attempt, sentence] of [
      ["fetch('/')", "Cells cannot use the network"],
      ["new XMLHttpRequest()", "Cells cannot use the network"],
      ["new WebSocket('wss://example.org')", "Cells cannot use the network"],
      ["importScripts('/robots.txt')", "Cells cannot use the network"],
      ["indexedDB.open('x')", "Cells cannot store anything"],
      ["caches.open('x')", "Cells cannot store anything"],
      ["localStorage.length", "Cells cannot store anything"],
      ["parent.document", "cannot reach it"],
      ["document.body", "cannot reach it"],
    ]) {
      const says = await runText(play, `\n${attempt};`);
      expect(says, attempt).toMatch(/^Line 2: /);
      expect(says, attempt).toContain(sentence);
      expect(page.url()).toBe(site.origin + layernorm);
    }
  });

  test("no storage and no page, also where our own words are taken away", async () => {
    const one = cell("layernorm/play");
    await runText(
      one,
      bare(`
const ways = {
  indexedDB: () => new Promise((r, no) => { const q = indexedDB.open("x"); q.onsuccess = () => r("REACHED"); q.onerror = no; }),
  caches: () => caches.open("x").then(() => "REACHED"),
  files: () => navigator.storage.getDirectory().then(() => "REACHED"),
  origin: () => (origin === "null" ? "none" : "REACHED " + origin),
  window: () => "REACHED " + window,
  parent: () => "REACHED " + parent,
  top: () => "REACHED " + top,
  localStorage: () => "REACHED " + localStorage,
  cookies: () => cookieStore.getAll().then(() => "REACHED"),
  eval: () => "REACHED " + (0, eval)("1"),
};
await tryAll(ways);`),
    );
    const lines = await printed(one);
    expect(lines).toHaveLength(10);
    expect(lines.filter((line) => line.includes("REACHED"))).toEqual([]);
  });
});

describe("an edit", () => {
  beforeEach(() => open(layernorm));

  const key = "layernorm/play";
  const kept = () => page.evaluate((name) => localStorage.getItem(`llm.ts/cell/${name}`), key);

  test("is kept over a reload, not run by itself, and taken back by Reset", async () => {
    const one = cell(key);
    const original = await one.locator("[data-code] > pre").textContent();
    await paste(one, 'console.log("mine");\n');
    await expect.poll(kept).toContain("mine");
    await page.reload();
    expect(await one.locator("[data-note]").textContent()).toMatch(
      /^You edited this on \d+ \w+ \d{4}\. /,
    );
    expect(await one.locator("[data-code]").textContent()).toContain('console.log("mine");');
    await page.waitForTimeout(500);
    expect(await status(one).textContent()).toBe("");
    await runToEnd(one);
    expect(await printed(one)).toEqual(["mine"]);

    const reset = one.locator("[data-reset]");
    for (const awake of [false, true]) {
      if (awake) await paste(one, 'console.log("mine");\n');
      await reset.click();
      expect(await kept()).toBeNull();
      expect(await one.locator("[data-note]").textContent()).toBe(
        "The lesson's code is back. Undo brings yours back.",
      );
      await reset.press("Enter"); // the focus is still there
      expect(await one.locator("[data-note]").textContent()).toBe("Your code is back.");
      expect(await kept()).toContain("mine");
      expect(await reset.textContent()).toBe("Reset");
    }
    await runToEnd(one);
    expect(await printed(one)).toEqual(["mine"]);
    await reset.click();
    await paste(one, 'console.log("another");\n');
    expect(await reset.textContent()).toBe("Reset"); // what was taken is now behind the reader
    await reset.click();
    expect(await kept()).toBeNull();
    await page.reload();
    expect(await one.locator("[data-code] > pre").textContent()).toBe(original);
    expect(await one.locator("[data-note]").textContent()).toBe("");
  });

  test("of a figure's code does not run until the reader asks", async () => {
    const figure = find("llm-cell[data-automatic]").first();
    const name = await figure.getAttribute("data-key");
    await page.evaluate((own) => {
      const edit = { text: "throw new Error('ran')", of: "0", on: new Date().toISOString() };
      localStorage.setItem(`llm.ts/cell/${own}`, JSON.stringify(edit));
    }, name);
    await page.reload();
    await unfold(figure);
    await figure.scrollIntoViewIfNeeded();
    await expect
      .poll(() => status(figure).textContent())
      .toContain("You have changed this figure's code");
    await figure.locator("summary").click();
    expect(await figure.locator("[data-note]").textContent()).toContain("code has changed since");
    expect(await runToEnd(figure)).toBe("Line 1: Error: ran");
  });

  test("that cannot be kept, because storage is full, is told so and still runs", async () => {
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    const one = cell(key);
    await paste(one, 'console.log("still here");\n');
    await expect
      .poll(() => one.locator("[data-note]").textContent())
      .toMatch(/could not be kept: .* storage .* is full\. Copy the text/);
    await runToEnd(one);
    expect(await printed(one)).toEqual(["still here"]);
  });

  test("that is broken in storage is left alone", async () => {
    await page.evaluate((name) => localStorage.setItem(`llm.ts/cell/${name}`, "{nonsense"), key);
    await page.evaluate(() => localStorage.setItem("llm.ts/passed", "[1"));
    await page.reload();
    expect(await runToEnd(cell(key))).toMatch(/^Ran in/);
    expect(faults).toEqual([]);
  });
});

describe.each(["light", "dark"] as const)("axe-core, %s", (colorScheme) => {
  test("finds nothing in an open editor, a failed check, an error and a passed check", async () => {
    await page.emulateMedia({ colorScheme });
    await open(layernorm);
    await runText(cell("layernorm/mend"), solutions["/lessons/05-layernorm/mend/solution.ts"]);
    await runToEnd(cell("layernorm/backward"));
    const wide = `// ${"a line that is broken ".repeat(12)}`;
    await runText(cell("layernorm/play"), `console.warn("w");\nthrow new Error("e");\n${wide}`);
    const code = cell("layernorm/play").locator(".cm-scroller");
    expect(await code.evaluate((one) => one.scrollWidth > one.clientWidth)).toBe(false);
    const heights = await code
      .locator(".cm-line")
      .evaluateAll((all) => all.map((line) => line.getBoundingClientRect().height));
    expect(heights[2]).toBeGreaterThan(2.5 * heights[0]);
    await runToEnd(cell("layernorm/forward"));
    // The text around the cells is another test's.
    await page.evaluate(() => {
      for (const element of document.querySelectorAll("article *")) {
        if (!element.closest("llm-cell") && !element.querySelector("llm-cell")) element.remove();
      }
    });
    await simplify(page);
    expect(await audit(page, "llm-cell")).toEqual([]);
  });
});

describe("by keyboard alone", () => {
  test("a listing is reached, left, edited, run and left again", async () => {
    await open(layernorm);
    const one = cell("layernorm/play");
    const focusIn = (selector: string) =>
      expect.poll(() => one.locator(`${selector}:focus`).count()).toBe(1);
    // The link or control before the cell, then Tab into its listing.
    await one.locator("[data-code] > pre").evaluate((pre) => {
      const before = document.createElement("button");
      pre.closest("llm-cell")?.before(before);
      before.focus();
    });
    await page.keyboard.press("Tab");
    await focusIn(".cm-content");
    await page.keyboard.press("Tab"); // nothing typed yet: Tab goes on
    await focusIn("[data-run]");
    await page.keyboard.press("Shift+Tab");
    await focusIn(".cm-content");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type('console.log("typed");');
    await page.keyboard.press("Tab"); // now it indents
    await focusIn(".cm-content");
    expect(await one.locator("[data-note]").textContent()).toContain("Escape, then Tab, leaves");
    await page.keyboard.press("ControlOrMeta+Enter");
    await expect.poll(() => printed(one)).toEqual(["typed"]);
    await end(one);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    await focusIn("[data-run]");
    await page.keyboard.press("Enter");
    await end(one);
    expect(await printed(one)).toEqual(["typed"]);
    expect(faults).toEqual([]);
  });
});

test("without JavaScript the code and the solution are there to read", async () => {
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const read = await plain.newPage();
  await read.goto(site.origin + layernorm);
  await expect
    .poll(() => read.locator('llm-cell[data-key="layernorm/forward"] pre').textContent())
    .toContain("export function layernormForward(");
  expect(await read.locator("[data-run]").first().isVisible()).toBe(false);
  await read.getByText("Solution", { exact: true }).first().click();
  expect(await read.locator('pre[aria-label^="Solution"]').first().isVisible()).toBe(true);
  await plain.close();
});
