// Checkpoints: damaged, foreign, without room, in two tabs.

import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import { context, faults, site, useReader } from "../reader.ts";
import {
  act,
  alert,
  choose,
  download,
  number,
  open,
  openLesson,
  pauseAt,
  pausedRun,
  quick,
  reach,
  step,
  view,
} from "./trainer.ts";

useReader();

afterEach(() => expect(faults).toEqual([]));

describe("a checkpoint", () => {
  test("that is damaged is passed over for the one before, with a sentence", async () => {
    const page = await open();
    const [first] = await twoCheckpoints(page);
    await damage(page, "newest", 40_000);
    await openLesson(page);
    await act(page, "resume");
    await view(page, "running");
    expect(await alert(page)).toContain(
      "its checksum does not match its contents: the file was damaged",
    );
    await act(page, "pause");
    await view(page, "paused");
    const rows = await download(page);
    expect(rows.filter(({ train_loss }) => train_loss).length).toBeGreaterThanOrEqual(first);
  });

  test("whose beginning is damaged is not offered; the one before is", async () => {
    const page = await open();
    const [first] = await twoCheckpoints(page);
    await damage(page, "newest", 3);
    await openLesson(page);
    expect(await page.locator('[data-part="offer-text"]').textContent()).toContain(
      `stopped at step ${first} of`,
    );
    expect(await alert(page)).toContain("A saved checkpoint cannot be used");
  });

  test("is not resumed when both are damaged, and a new run can start", async () => {
    const page = await open();
    await twoCheckpoints(page);
    await damage(page, "both", 40_000);
    await openLesson(page);
    await act(page, "resume");
    await view(page, "idle");
    expect(await alert(page)).toContain(
      "There is no checkpoint that could be used. Start a new run.",
    );
    await choose(page, { ...quick, steps: 6 });
    await act(page, "start", "yes");
    await view(page, "finished");
  });

  test("from a foreign or a damaged file is refused, and the kept run stays", async () => {
    const page = await open();
    await pausedRun(page);
    const at = await step(page);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.click('[data-action="export"]'),
    ]);
    const good = await readFile(await file.path());
    await page.reload();
    await view(page, "idle");

    const bad = Buffer.from(good);
    bad[good.length >> 1] ^= 1;
    const files: [string, Buffer, string][] = [
      [
        "notes.safetensors",
        Buffer.from("not a checkpoint at all"),
        "this is not a checkpoint of this site",
      ],
      ["empty.safetensors", Buffer.alloc(0), "it has only 0 bytes"],
      ["short.safetensors", good.subarray(0, 100_000), "it is cut short"],
      ["damaged.safetensors", bad, "the file was damaged"],
    ];
    for (const [name, buffer, message] of files) {
      await page.setInputFiles('[data-part="checkpoint"]', {
        name,
        mimeType: "application/octet-stream",
        buffer,
      });
      await page.click('[data-part="dialog"] button[value="yes"]');
      await page.waitForFunction(
        (text) => document.querySelector('[data-part="alert"]')?.textContent?.includes(text),
        message,
      );
      await view(page, "idle");
    }
    await act(page, "resume");
    await view(page, "running");
    expect(await step(page)).toBeGreaterThanOrEqual(at);
  });

  test("that finds no room is given up with a sentence about the one before, which stays", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 2000 });
    await act(page, "start");
    await pauseAt(page, 3);
    const kept = await step(page);
    const devtools = await context.newCDPSession(page);
    await devtools.send("Storage.overrideQuotaForOrigin", {
      origin: site.origin,
      quotaSize: 15_000_000,
    });
    await act(page, "continue");
    await pauseAt(page, kept + 3);
    expect(await alert(page)).toContain(
      `The browser's storage for this site is full. The checkpoint of step ${kept} is kept.`,
    );
    await act(page, "continue");
    await reach(page, (await step(page)) + 2);
    await page.reload();
    await view(page, "idle");
    expect(await page.locator('[data-part="offer-text"]').textContent()).toContain(
      `stopped at step ${kept} of`,
    );
  });

  test("may be deleted by the browser: it is asked, once, not to, and the page says what it answers", async () => {
    for (const durable of [false, true]) {
      const page = await open();
      await page.evaluate((durable) => {
        const asked = { times: 0 };
        Object.assign(window, { asked });
        navigator.storage.persist = async () => {
          asked.times++;
          return durable;
        };
      }, durable);
      await choose(page, { ...quick, steps: 6, warmup: 2 });
      for (let run = 0; run < 2; run++) {
        await act(page, "start");
        await view(page, "finished");
        expect(await page.locator('[data-part="may-go"]').isHidden()).toBe(durable);
        await act(page, "reset", "yes");
        await view(page, "idle");
      }
      const asked = await page.evaluate(
        () => (window as unknown as { asked: { times: number } }).asked.times,
      );
      expect(asked).toBe(1);
    }
  });

  test("is kept by one tab at a time; the other is told, and trains without", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 5000 });
    await act(page, "start");
    await view(page, "running");
    const other = await open();
    expect(await alert(other)).toContain("Another tab of this site is training");
    await choose(other, { ...quick, steps: 6 });
    await act(other, "start");
    await view(other, "finished");
    expect(await number(other, "saved")).toBe("not kept: another tab is training");
  });
});

/** @returns the steps of the two checkpoints that are left in the store */
async function twoCheckpoints(page: Page): Promise<[number, number]> {
  await choose(page, { ...quick, steps: 2000 });
  await act(page, "start");
  const steps: number[] = [];
  for (const least of [2, 5]) {
    await pauseAt(page, least);
    steps.push(await step(page));
    await act(page, "continue");
    await view(page, "running");
  }
  await act(page, "pause");
  await view(page, "paused");
  const last = await step(page);
  // A pause at which nothing was learned since the last save does not write.
  return last === steps[1] ? [steps[0], last] : [steps[1], last];
}

/** Flips a bit in the newest of the two checkpoints, or in both, from a page on which nothing uses them. */
async function damage(page: Page, which: "newest" | "both", at: number): Promise<void> {
  await page.goto(`${site.origin}/404.html`);
  await page.evaluate(
    async ({ which, at }) => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle("checkpoints");
      const files = await Promise.all(
        ["a.safetensors", "b.safetensors"].map(async (name) => {
          const handle = await folder.getFileHandle(name);
          const file = await handle.getFile();
          const length = new DataView(await file.slice(0, 8).arrayBuffer()).getUint32(0, true);
          const header = JSON.parse(await file.slice(8, 8 + length).text());
          return { handle, file, savedAt: JSON.parse(header.__metadata__.progress).savedAt };
        }),
      );
      files.sort((a, b) => b.savedAt - a.savedAt);
      for (const { handle, file } of which === "both" ? files : files.slice(0, 1)) {
        const byte = new Uint8Array(await file.slice(at, at + 1).arrayBuffer());
        byte[0] ^= 16;
        const writer = await handle.createWritable({ keepExistingData: true });
        await writer.write({ type: "write", position: at, data: byte });
        await writer.close();
      }
    },
    { which, at },
  );
}
