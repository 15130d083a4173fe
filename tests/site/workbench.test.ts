// Exercises as a workbench: what passing brings, the ladder of hints, numbers that one goes through, the writes behind one.

import { describe, expect, test } from "vitest";
import { exercises } from "../../src/exercises.ts";
import { cell, end, paste, run, runText, runToEnd, status, workers } from "./cell.ts";
import {
  audit,
  browser,
  faults,
  find,
  newReader,
  open,
  page,
  poll,
  simplify,
  site,
  useReader,
} from "./reader.ts";

const solutions = import.meta.glob<string>("/lessons/*/*/solution.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});
const solutionOf = (name: string) => {
  const path = Object.keys(solutions).find((one) => one.endsWith(`-${name}/solution.ts`));
  if (!path) throw new Error(`lessons/*-${name}/solution.ts is missing`);
  return solutions[path];
};

useReader();

const layernorm = "/lessons/layernorm/";
const key = "layernorm/backward";
const solution = solutionOf(key);
const section = () => find('[id="exercise-backward"]');
const part = (name: string) => section().locator(`[data-${name}]`);

test("on a phone the verdict comes into view, what was learned keeps its margin, and no keys are named", async () => {
  const viewport = { width: 390, height: 844 };
  const reader = await newReader({ hasTouch: true, isMobile: true, viewport });
  await reader.page.goto(site.origin + layernorm);
  const one = find(`llm-cell[data-key="${key}"]`, reader.page);
  await paste(one, solution);
  await run(one).evaluate((button) => button.scrollIntoView({ block: "end" }));
  await run(one).tap();
  expect(await end(one)).toMatch(/^All/);
  await poll(async () => {
    const box = await status(one).boundingBox();
    // A page is scrolled by whole pixels: what comes into view may lack a part of one.
    return box && box.y >= 0 && box.y + box.height < viewport.height + 1;
  }).toBe(true);
  expect(await one.locator("[data-note]").textContent()).toBe(
    "What you type is kept in this browser.",
  );
  const margin = () =>
    one.locator(".passed-learned").evaluate((learned) => {
      const around = learned.closest("llm-cell") as HTMLElement;
      return learned.getBoundingClientRect().left - around.getBoundingClientRect().left;
    });
  expect(await margin()).toBeGreaterThan(10);
  await reader.page.reload();
  await poll(() => one.locator(".passed-learned").isVisible()).toBe(true);
  expect(await margin()).toBeGreaterThan(10);
  expect(reader.faults).toEqual([]);
  await reader.context.close();
});

describe("passing an exercise", () => {
  test("shows what was learned, the map lit, the next exercise and the reader's lines beside ours, and so after a reload", async () => {
    await open(layernorm);
    expect(await part("panel").isVisible()).toBe(false);
    expect(await part("yours").first().textContent()).toBe("0 of 8 functions are yours");
    const mine = solution.replaceAll("dnormNormMean", "both");
    expect(await runText(cell(key), mine)).toMatch(/^All/);
    const next = exercises[exercises.findIndex((one) => one.key === key) + 1];

    const look = async () => {
      expect(await part("panel").isVisible()).toBe(true);
      expect(await section().locator(".passed-learned").textContent()).toMatch(/^Learned\. Every/);
      const last = find('[id="exercise-mend"] .passed-ways a');
      expect(await last.getAttribute("href")).toBe("#what-to-take-away");
      expect(await last.textContent()).toBe("Next: What to take away");
      const way = section().locator(".passed-ways a");
      expect(await way.getAttribute("href")).toBe(next.address);
      expect(await way.textContent()).toContain(next.title);
      expect(await part("train").textContent()).toContain("layernormBackward");
      expect(await part("yours").allTextContents()).toEqual([
        "1 of 8 functions is yours",
        "1 of 8 functions is yours",
      ]);
      // One of the lesson's two exercises, on the page's map and on the copy beside the answer.
      const lit = (of: string) =>
        find(`${of} [data-fill="layernorm"]`)
          .first()
          .evaluate((element) => getComputedStyle(element).getPropertyValue("--fill"));
      expect(await lit(".model")).toBe("0.5");
      expect(await lit("[data-lit] .model")).toBe("0.5");
    };
    await look();
    expect(await section().locator('.beside .differs[data-whose="yours"]').count()).toBe(2);
    expect(
      await section().locator('.beside .differs[data-whose="ours"]').first().textContent(),
    ).toContain("dnormNormMean");

    await page.reload();
    await look();
    await section().getByText("Your lines beside ours").click();
    expect(
      await section().locator('.beside .differs[data-whose="yours"]').first().textContent(),
    ).toContain("both");
    expect(await find('[id="exercise-mend"] [data-panel]').isVisible()).toBe(false);
    await simplify(page);
    expect(await audit(page, '[id="exercise-backward"]')).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("leads on past what is optional, which is named as that, and says at the end what is still open", async () => {
    await open("/lessons/counting-and-a-bigram/");
    const first = cell("counting-and-a-bigram/backward");
    await runText(first, solutionOf("counting-and-a-bigram/backward"));
    const panel = find('[id="exercise-backward"] [data-panel]');
    const ways = panel.locator(".passed-ways a");
    expect(await ways.allTextContents()).toEqual(["Next: What to take away"]);
    expect(await panel.locator(".passed-aside").textContent()).toBe(
      "If you want to: Count with smoothing, an optional exercise.",
    );
    expect(await panel.locator(".button.primary").count()).toBe(1);
    expect(await panel.locator(".passed-aside .button").count()).toBe(0);
    expect(await find(".done").textContent()).toMatch(
      /^What you can do now.*Still open: Count with smoothing \(optional\); Find the bug \(optional\)\./s,
    );
    await ways.focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => new URL(page.url()).hash).toBe("#what-to-take-away");
    await open("/lessons/counting-and-a-bigram/");
    await panel.locator(".passed-aside a").click();
    await expect.poll(() => cell("counting-and-a-bigram/count").isVisible()).toBe(true);
    expect(faults).toEqual([]);
  });

  test("nothing of the contents shows above or below an open workbench; elsewhere they are there", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await open(layernorm);
    const contents = find(".lesson > .contents");
    const shown = () =>
      contents.evaluate((one) => one.checkVisibility({ visibilityProperty: true }));
    await runText(cell(key), solution.replace("dnormNormMean);", "dnormNormMean * 2);"));
    await cell(key).locator("[data-status]").scrollIntoViewIfNeeded();
    await expect.poll(shown).toBe(false);
    await find("#what-to-take-away").scrollIntoViewIfNeeded();
    await expect.poll(shown).toBe(true);
    await cell(key).locator("[data-reset]").click(); // closes it
    await expect.poll(shown).toBe(true);
  });

  test("can train with the function right there, and says what it came to", async () => {
    // Batches of one text: those of four are trained on in tests/site/own.test.ts.
    const sizes = "const [B, T] = [4, 64];";
    let smaller = false;
    await page.route(/_astro\/train\.[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      const code = await response.text();
      smaller ||= code.includes(sizes);
      await route.fulfill({ response, body: code.replace(sizes, "const [B, T] = [1, 64];") });
    });
    await open(layernorm);
    await runText(cell(key), solution.replaceAll("dnormNormMean", "both"));
    await part("train").click();
    const verdict = part("training").locator(".cell-status");
    await expect.poll(() => verdict.textContent(), { timeout: 480_000 }).not.toBe("");
    expect(await verdict.textContent()).toMatch(
      /^Your layernormBackward trains GPT-2: the loss went from 6\.\d\d to \d\.\d\d in 60 steps, and is that of ours to within/,
    );
    expect(smaller).toBe(true);
    expect(await part("training").locator("svg path").count()).toBeGreaterThan(1);
    expect((await part("training").locator(".passed-words").textContent())?.length).toBeGreaterThan(
      20,
    );
    expect(faults).toEqual([]);
  });

  test("keeps the keyboard's focus on the button that was pressed", async () => {
    await open(layernorm);
    const button = cell(key).locator("[data-run]");
    await button.focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => button.isEnabled(), { timeout: 60_000 }).toBe(true);
    expect(await button.evaluate((element) => document.activeElement === element)).toBe(true);
  });
});

describe("the ladder of hints", () => {
  const wrong = (factor: number) =>
    solution.replace("dnormNormMean);", `dnormNormMean * ${factor});`);

  test("offers the first hint after the second try that fails, by keyboard too, one after the other, the solution last", async () => {
    await open(layernorm);
    const rungs = section().locator(".ladder > .reveal");
    const seen = () =>
      rungs.evaluateAll((all) => all.map((one) => one.checkVisibility() && one.children.length));
    expect(await seen()).toEqual([2, false, false]);
    await runText(cell(key), wrong(2));
    expect(await part("tries").textContent()).toBe("1st try");
    expect(await part("offer").textContent()).toBe("");
    await cell(key).locator("[data-run]").click(); // the same once more is no further try
    await expect.poll(() => cell(key).locator("[data-run]").isEnabled()).toBe(true);
    expect(await part("tries").textContent()).toBe("1st try");

    await runText(cell(key), wrong(3));
    expect(await part("tries").textContent()).toBe("2nd try");
    expect(await part("offer").textContent()).toMatch(/^If you are stuck, open First hint/);
    expect(await seen()).toEqual([2, false, false]); // offered, not forced
    await part("offer").getByRole("button").focus();
    await page.keyboard.press("Enter");
    expect(await rungs.first().getAttribute("open")).not.toBe(null);
    expect(
      await rungs
        .first()
        .locator("summary")
        .evaluate((one) => one.matches(":focus")),
    ).toBe(true);
    await expect.poll(seen).toEqual([2, 2, false]);
    await rungs.first().locator("summary").click(); // closed again, the next one stays
    expect(await seen()).toEqual([2, 2, false]);

    await runText(cell(key), wrong(4));
    expect(await part("offer").textContent()).toMatch(/^If you are stuck, open Second hint/);
    await part("offer").getByRole("button").click();
    await runText(cell(key), wrong(5));
    expect(await part("offer").textContent()).toBe("If you are stuck, open the solution");
    await page.reload();
    expect(await part("tries").textContent()).toBe("4th try");
    await runText(cell(key), solution);
    expect(await part("tries").textContent()).toBe("at the 5th try");
    expect(await part("offer").textContent()).toBe("");
    expect((await seen()).every(Boolean)).toBe(true);
    expect(faults).toEqual([]);
  });

  test("is whole without JavaScript", async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const read = await plain.newPage();
    await read.goto(site.origin + layernorm);
    const rungs = find('[id="exercise-backward"] .ladder > .reveal', read);
    expect(await rungs.count()).toBe(3);
    for (const rung of await rungs.all()) expect(await rung.isVisible()).toBe(true);
    await plain.close();
  });
});

describe("the numbers of a wrong tensor", () => {
  const wrong = solution.replace("dnormNormMean);", "dnormNormMean * 1.5);");
  const table = (k: number) => section().locator(".numbers-table").nth(k);
  const marked = async () => {
    const all = [];
    for (const k of [0, 1, 2]) {
      all.push(
        await table(k)
          .locator("td.here")
          .evaluateAll((cells) => cells.map((one) => (one as HTMLElement).dataset.at)),
      );
    }
    return all;
  };

  test("are marked together under the pointer, are walked by arrows, and play the writes that made them", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await open(layernorm);
    expect(await runText(cell(key), wrong)).toMatch(/^dinp is wrong everywhere/);
    // Code at the left, results at the right.
    const [code, output] = await Promise.all(
      [".cell-code", ".cell-output"].map((of) => section().locator(of).boundingBox()),
    );
    expect(output?.x).toBeGreaterThanOrEqual((code?.x ?? 0) + (code?.width ?? 0) - 1);

    expect(await section().locator(".numbers > .label").first().textContent()).toBe(
      "The numbers of dinp, 5 of 6 rows and 4 of 8 columns; arrows move.",
    );

    await table(1).locator("td").nth(2).hover();
    expect(await marked()).toEqual([["2"], ["2"], ["2"]]);
    const here = section().locator(".cell-map rect.here");
    expect(await here.getAttribute("x")).toBe("2");
    const numbers = await Promise.all(
      [0, 1, 2].map(async (k) => Number(await table(k).locator("td").nth(2).textContent())),
    );
    expect(numbers[2]).toBeCloseTo(numbers[0] - numbers[1], 2);

    await table(0).locator("td").first().focus();
    for (const key of ["ArrowRight", "ArrowDown", "End"]) await page.keyboard.press(key);
    expect(await marked()).toEqual([["15"], ["15"], ["15"]]); // row 1 of 8 columns, the last
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.at)).toBe(
      "15",
    );
    await page.keyboard.press("Enter");
    const writes = section().locator(".write");
    await expect.poll(() => writes.count(), { timeout: 30_000 }).toBe(1);
    const line = wrong.slice(0, wrong.indexOf("dinp[row + i] +=")).split("\n").length;
    expect(await writes.textContent()).toContain(`1. line ${line}: `);
    expect(await writes.textContent()).toMatch(/after reading .*inp\[15\].*dout\[15\]/);
    expect(await section().locator(".cm-line.cell-lit").textContent()).toContain(
      "dinp[row + i] +=",
    );
    await simplify(page);
    expect(await audit(page, '[id="exercise-backward"]')).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("leave the buttons right under the code, where they were", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await open(layernorm);
    const one = find('[id="exercise-mend"] llm-cell');
    await runToEnd(one);
    const boxOf = (of: string) => one.locator(of).evaluate((part) => part.getBoundingClientRect());
    const [code, all, check] = await Promise.all(
      [".cell-code", "[data-more]", "[data-run]"].map(boxOf),
    );
    expect((await boxOf(".cell-output")).bottom).toBeGreaterThan(code.bottom + 150);
    for (const button of [all, check]) {
      expect(button.top).toBeGreaterThanOrEqual(code.bottom);
      expect(button.bottom).toBeLessThan(code.bottom + 64);
    }
    expect(all.left).toBeGreaterThan(check.right + 100);
    expect(all.right).toBeLessThan(code.right);
  });

  test("are below the code on a phone, within the page", async () => {
    await page.setViewportSize({ width: 320, height: 700 });
    await open(layernorm);
    await runText(cell(key), wrong);
    await table(0).locator("td").first().click();
    await expect.poll(() => section().locator(".write").count(), { timeout: 30_000 }).toBe(1);
    const [code, output] = await Promise.all(
      [".cell-code", ".cell-output"].map((of) => section().locator(of).boundingBox()),
    );
    expect(output?.y).toBeGreaterThan((code?.y ?? 0) + (code?.height ?? 0) - 1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    for (const k of [0, 1, 2]) {
      const box = await table(k).boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThan(320);
    }
  });
});

test("a loop without end in a cell that is not checked is named by the page, and ends with Stop", async () => {
  await open(layernorm);
  const play = cell("layernorm/play");
  await paste(play, "let n = 1;\nwhile (n > 0) {\n  n++;\n}\n");
  await play.locator("[data-run]").click();
  const says = () => play.locator("[data-status]").textContent();
  await expect.poll(says, { timeout: 60_000 }).toMatch(/^Still running\. Line 2: this loop has/);
  await play.locator("[data-stop]").click();
  await expect.poll(says).toBe("Stopped.");
  await expect.poll(() => workers().length).toBe(0);
});

test("after a run by key the verdict is in view, also where the code fills the screen", async () => {
  const phone = await newReader({ viewport: { width: 390, height: 500 } });
  await phone.page.goto(site.origin + layernorm);
  const one = find(`llm-cell[data-key="${key}"]`, phone.page);
  await paste(one, solution);
  const verdict = one.locator("[data-status]");
  const inView = () =>
    verdict.evaluate((says) => {
      const { top, bottom } = says.getBoundingClientRect();
      return says.textContent !== "" && top >= 0 && bottom < innerHeight + 1; // scrolled by whole pixels
    });
  await one
    .locator(".cm-line")
    .first()
    .evaluate((line) => line.scrollIntoView({ block: "start" }));
  expect(await inView()).toBe(false);
  await phone.page.keyboard.press("ControlOrMeta+Enter");
  await expect.poll(() => verdict.textContent()).toMatch(/^All/);
  await expect.poll(inView).toBe(true);
  expect(phone.faults).toEqual([]);
  await phone.context.close();
});

test("ids are right or wrong: no error of theirs has a size", async () => {
  await open("/lessons/tokens/");
  const batch = cell("tokens/batch");
  await runText(batch, solutionOf("tokens/batch").replace("t + 1", "t + 2"));
  const cells = (row: number) => batch.locator(`tbody tr >> nth=${row} >> td`).allTextContents();
  const wrong = [await cells(0), await cells(1)].find(([result]) => /wrong/.test(result));
  expect(wrong?.slice(1, 3)).toEqual(["", ""]);
});

describe("a second stage", () => {
  const [first, second] = ["attention/weights", "attention/backward"];
  const bring = () => cell(second).locator("[data-bring]");
  const note = () => cell(second).locator("[data-note]").textContent();
  const text = (name: string) =>
    cell(name).evaluate((element) => (element as HTMLElement & { text: string }).text);

  test("takes over the code of the first by keyboard, says so, and undo takes it out", async () => {
    await open("/lessons/attention/");
    expect(await bring().isVisible()).toBe(false); // there is nothing to bring
    expect(await runText(cell(first), solutionOf(first))).toMatch(/^All/);
    await poll(() => bring().isVisible()).toBe(true);
    expect(await bring().textContent()).toBe("Bring my code from the first stage");
    const before = await text(second);

    await bring().focus();
    await page.keyboard.press("Enter");
    await poll(note).toBe(
      "Your code from the first stage is in lines 35 to 41. Ctrl+Z in the editor undoes this.",
    );
    expect(await cell(second).locator("[data-note]").getAttribute("role")).toBe("status");
    const after = await text(second);
    expect(after).toContain("dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean);");
    expect(after).not.toContain("as in the first stage");
    await page.keyboard.press("ArrowDown"); // the editor has the focus, at the first of the lines
    await page.keyboard.press("ControlOrMeta+z");
    expect(await text(second)).toBe(before);
    await page.keyboard.press("ControlOrMeta+y");
    expect(await text(second)).toBe(after);

    await bring().click();
    await poll(note).toBe("Your code from the first stage is here already.");
    await page.waitForTimeout(400); // the keeping of the edit before, which says something itself, does not take its place
    expect(await note()).toBe("Your code from the first stage is here already.");
    expect(await text(second)).toBe(after);
    await page.reload(); // it is kept
    expect(await text(second)).toBe(after);
    expect(await bring().isVisible()).toBe(true);
    await cell(first).locator("[data-reset]").click();
    await poll(() => bring().isVisible()).toBe(false);
    expect(faults).toEqual([]);
  });
});
