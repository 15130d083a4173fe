// What cannot be trained is refused with a sentence.

import { readFile } from "node:fs/promises";
import { readSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import { afterEach, describe, expect, test } from "vitest";
import { context, faults, site, useReader } from "../reader.ts";
import { act, alert, choose, open, quick, scrollTo, view } from "./trainer.ts";

useReader();

const { warmup: _, ...short } = quick; // with the warm-up as it comes

afterEach(() => expect(faults).toEqual([]));

describe("what cannot be trained is refused with a sentence", () => {
  test("texts that are empty, not UTF-8, or too short", async () => {
    const page = await open();
    await choose(page, quick);
    await page.check('input[name="text"][value="own"]');
    await act(page, "start");
    expect(await page.locator('[data-error="file"]').textContent()).toBe(
      "Choose a text file first.",
    );

    const texts: [string, Buffer, string][] = [
      ["empty.txt", Buffer.alloc(0), "The text is empty. Choose a file with text in it."],
      ["latin1.txt", Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a]), "The text is not in UTF-8."],
      ["short.txt", Buffer.from("To be, or not to be."), "Use a longer text, or a smaller T."],
    ];
    for (const [name, buffer, message] of texts) {
      await page.setInputFiles('input[name="file"]', { name, mimeType: "text/plain", buffer });
      await act(page, "start");
      await page.waitForFunction(
        (text) => document.querySelector('[data-part="alert"]')?.textContent?.includes(text),
        message,
      );
      await view(page, "idle");
    }
  });

  test("but a text of the reader's own is trained on, and kept with the run", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 8 });
    const buffer = Buffer.from("Whan that Aprille with his shoures soote\n\n".repeat(60));
    await page.setInputFiles('input[name="file"]', {
      name: "chaucer.txt",
      mimeType: "text/plain",
      buffer,
    });
    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="title"]').textContent()).toContain(
      "tiny on chaucer.txt",
    );
    await page.reload();
    await view(page, "idle");
    expect(await page.locator('[data-part="offer-text"]').textContent()).toContain(
      "A run of tiny on chaucer.txt stopped at step 8",
    );
  });

  test("nor a text with separators: they are offered as such, and read as the reader wishes", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 8 });
    const own = (name: string, text: string) => ({
      ...{ name, mimeType: "text/plain" },
      buffer: Buffer.from(text),
    });
    const label = page.locator('[data-part="separators"]');
    await page.setInputFiles('input[name="file"]', own("plain.txt", "a story\n\n".repeat(200)));
    expect(await label.isVisible()).toBe(false);
    await page.setInputFiles(
      'input[name="file"]',
      own("tales.txt", "a story<|endoftext|>".repeat(200)),
    );
    await label.waitFor();
    expect((await label.textContent())?.replace(/\s+/g, " ").trim()).toBe(
      "It says <|endoftext|> 200 times: read each as the border between two texts, and not as letters",
    );
    expect(await label.locator("input").isChecked()).toBe(true);
    for (const separators of [true, false]) {
      await label.locator("input").setChecked(separators);
      await act(page, "start");
      await view(page, "finished");
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.click('[data-action="export"]'),
      ]);
      const { tensors } = readSafetensors(await readFile(await file.path()));
      const tokens = [...(tensors.get("text.train")?.data ?? [])];
      // "a", " story" in three pieces of the small vocabulary, and the token; or its letters.
      const ends = tokens.filter((id) => id === 1023).length;
      if (separators) expect(ends).toBeGreaterThan(150);
      else expect(ends).toBe(0);
      await act(page, "reset", "yes");
      await view(page, "idle");
    }
  });

  test("T over maxT, B that is no whole number, a warm-up longer than the run", async () => {
    const page = await open();
    for (const [name, value, message] of [
      ["T", "65", "T is 65, but tiny reads at most 64: choose 64 or fewer tokens."],
      [
        "B",
        "1.5",
        "B, the number of sequences in a batch, is 1.5; choose a whole number from 1 to 256.",
      ],
      ["seed", "", "The seed is missing; choose a whole number from 0 to 4294967295."],
      ["warmup", "8000", "The warm-up takes 8000 steps, but the whole run has 8000: choose fewer."],
    ]) {
      const before = await page.inputValue(`input[name="${name}"]`);
      await choose(page, { [name]: value });
      await act(page, "start");
      expect(await page.locator(`[data-error="${name}"]`).textContent()).toBe(message);
      expect(await page.getAttribute(`input[name="${name}"]`, "aria-invalid")).toBe("true");
      await choose(page, { [name]: before });
      expect(await page.locator(`[data-error="${name}"]`).textContent()).toBe("");
    }
    expect(await page.locator("llm-trainer").getAttribute("data-view")).toBe("idle");
  });

  test("but the warm-up of a short run is shortened, unless the reader has typed one", async () => {
    const page = await open();
    const warmup = () => page.inputValue('input[name="warmup"]');
    await choose(page, { ...short, steps: 4 });
    expect(await warmup()).toBe("3");
    await choose(page, { steps: 2000 });
    expect(await warmup()).toBe("100");
    await choose(page, { steps: 4 });
    await act(page, "start");
    await view(page, "finished");
    await act(page, "reset", "yes");
    await view(page, "idle");
    await choose(page, { warmup: 10, steps: 4 });
    await act(page, "start");
    expect(await warmup()).toBe("10");
    expect(await page.locator('[data-error="warmup"]').textContent()).toBe(
      "The warm-up takes 10 steps, but the whole run has 4: choose fewer.",
    );
  });

  test("a plan that does not fit into memory, with the numbers and the nearest that does", async () => {
    const page = await open();
    await page.check('input[name="preset"][value="gpt2-124M"]');
    expect(await page.locator("[data-total]").textContent()).toMatch(/GiB$/);
    await choose(page, { B: 256, T: 1024 });
    const verdict = await page.locator("[data-verdict]").textContent();
    expect(verdict).toMatch(
      /^gpt2-124M with B = 256, T = 1024 needs 343\.2 GiB, and there are \d+ GiB\. What fits is B = \d+, T = \d+, which needs/,
    );
    expect(await page.locator('[data-action="start"]').isDisabled()).toBe(true);
    await page.check('input[name="preset"][value="tiny"]');
    expect(await page.locator('[data-action="start"]').isEnabled()).toBe(true);
  });

  test("a worker that cannot work", async () => {
    const page = await context.newPage();
    await page.addInitScript(() => {
      const Original = Worker;
      window.Worker = class extends Original {
        constructor() {
          super(URL.createObjectURL(new Blob(["throw new Error('out of order')"])));
        }
      };
    });
    await page.goto(`${site.origin}/lessons/training/`);
    await scrollTo(page);
    await page.waitForFunction(() => document.querySelector('[data-part="alert"]')?.textContent);
    expect(await alert(page)).toBe(
      "The training worker stopped working (Uncaught Error: out of order). Reload the page to try again.",
    );
  });
});
