// The reader's hand on a run: what is changed while it goes.

import { afterEach, expect, test } from "vitest";
import { faults, poll, useReader } from "../reader.ts";
import { act, bits, choose, download, number, open, quick, reach, view } from "./trainer.ts";

useReader();

afterEach(() => expect(faults).toEqual([]));

test("the rate is changed and the run extended by keyboard, and a reload in between changes no bit", async () => {
  const page = await open();
  await choose(page, { ...quick, T: 16, steps: 6, warmup: 2 });
  const change = async (values: Record<string, string>) => {
    for (const [name, value] of Object.entries(values)) {
      await page.locator(`input[name="${name}"]`).focus();
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type(value);
    }
    await page.keyboard.press("Enter");
  };
  const openHand = async () => {
    if ((await page.locator('[data-part="hand"]').getAttribute("open")) !== null) return;
    await page.locator('[data-part="hand"] summary').focus();
    await page.keyboard.press("Enter");
  };
  const finish = async (reload: boolean) => {
    await act(page, "start");
    await view(page, "finished");
    await openHand();
    if (reload) {
      await change({ newSteps: "6" });
      await poll(() => page.locator('[data-part="doing"]').textContent()).toBe(
        "Nothing was changed.",
      );
      await page.reload();
      await view(page, "idle");
      await act(page, "resume");
      await view(page, "finished");
      await openHand();
    }
    await change({ newRate: "0.001", newSteps: "12" });
    await reach(page, 12);
    await view(page, "finished");
    return download(page);
  };
  const expected = await finish(false);
  expect(expected.find(({ step }) => step === "7")?.change).toBe(
    "learning rate 0.002 → 0.001; steps 6 → 12",
  );
  expect(await page.locator('[data-hand="changes"]').textContent()).toContain("after step 6");
  await poll(() => page.locator('[data-part="chart"] svg').textContent()).toContain("steps 6 → 12");
  expect(await number(page, "step")).toBe("12 of 12");
  await page.fill('input[name="newSteps"]', "5");
  await page.keyboard.press("Enter");
  expect(await page.locator('[data-error="newSteps"]').textContent()).toBe(
    "The number of steps is 5, but 12 are done already; choose 13 or more.",
  );
  await act(page, "reset", "yes");
  await view(page, "idle");
  await choose(page, { ...quick, T: 16, steps: 6, warmup: 2, learningRate: "0.002" });
  expect(bits(await finish(true))).toEqual(bits(expected));
});
