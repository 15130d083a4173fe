// The sketches of the lessons as a reader uses them: by hand, by keyboard, by finger, and with a sentence of their own.

import { afterEach, expect, test } from "vitest";
import { type Sketch, sketchWidth } from "../../src/figures/sketch.ts";
import {
  faults,
  find,
  newReader,
  open,
  page,
  poll,
  type Reader,
  site,
  useReader,
} from "./reader.ts";

const sketches = import.meta.glob<{ sketch: Sketch<unknown> }>("/lessons/*/sketch.ts", {
  eager: true,
});

useReader();

afterEach(() => expect(faults).toEqual([]));

const says = (of = page) => find("llm-sketch [data-says]", of).textContent();
const handle = (of = page) => find("llm-sketch [data-handle]", of).first();

test("a handle is moved by arrows, Home and End, and tells a screen reader where it is", async () => {
  await open("/lessons/attention/");
  const before = await says();
  await handle().focus();
  await poll(async () => {
    await page.keyboard.press("Home"); // until the figure has come to life
    return says();
  }).toContain("“start” takes 1.00 from itself");
  expect(await handle().getAttribute("aria-valuetext")).toBe("start");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowDown");
  expect(await says()).toBe(before);
  expect(await handle().getAttribute("aria-valuenow")).toBe("4");
  await page.keyboard.press("End");
  expect(await handle().getAttribute("aria-valuetext")).toBe("he");
});

test("a handle is dragged, and the drawing and its sentence follow", async () => {
  await open("/lessons/softmax/");
  await handle().scrollIntoViewIfNeeded();
  await handle().hover();
  await poll(async () => {
    const box = await handle().boundingBox();
    if (!box) return "";
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y + 400, { steps: 5 }); // as far down as it goes
    await page.mouse.up();
    return says();
  }).toContain("“green” gets"); // red's logit is now −4
  expect(await handle().getAttribute("aria-valuenow")).toBe("-4");
});

test("a finger that touches a figure for the first time takes hold of it at once", async () => {
  const reader = await newReader({ hasTouch: true, viewport: { width: 390, height: 844 } });
  await reader.page.goto(`${site.origin}/lessons/softmax/`);
  const touched = handle(reader.page);
  await touched.scrollIntoViewIfNeeded();
  const box = await touched.boundingBox();
  if (!box) throw new Error("the handle is not to be seen");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const session = await reader.context.newCDPSession(reader.page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", dy: number) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: type === "touchEnd" ? [] : [{ x, y: y + dy }],
    });
  await touch("touchStart", 0);
  await poll(async () => {
    await touch("touchMove", 300 + Math.random());
    return says(reader.page);
  }).toContain("“green” gets");
  await touch("touchEnd", 0);
  expect(reader.faults).toEqual([]);
  await reader.context.close();
});

test("a switch is flipped by a click and by the space bar, and has the name of what it is now", async () => {
  await open("/lessons/fewer-bits/");
  const sign = find('llm-sketch [data-handle][aria-label="sign"]');
  await poll(async () => {
    await sign.click(); // until the figure has come to life
    return says();
  }).toContain("−0.1");
  await sign.click();
  expect(await says()).toMatch(/^0\.1/);
  await page.keyboard.press("Space");
  expect(await says()).toMatch(/^−0\.1/);
  const second = find("llm-sketch [data-handle]").nth(2);
  expect(await second.getAttribute("aria-label")).toBe("exponent, bit 7");
  await find("llm-sketch [data-choice] label").filter({ hasText: "float16" }).last().click();
  expect(await second.getAttribute("aria-label")).toBe("exponent, bit 4");
});

test("the first tap of a finger flips a switch too", async () => {
  const reader = await newReader({ hasTouch: true, viewport: { width: 390, height: 844 } });
  await reader.page.goto(`${site.origin}/lessons/fewer-bits/`);
  await find('llm-sketch [data-handle][aria-label="sign"]', reader.page).tap();
  await poll(() => says(reader.page)).toMatch(/^−0\.1/);
  expect(reader.faults).toEqual([]);
  await reader.context.close();
});

/** Touches a page at a point and lets go. */
async function tapAt(reader: Reader, x: number, y: number): Promise<void> {
  const session = await reader.context.newCDPSession(reader.page);
  const touchPoints = [{ x, y }];
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

test("a finger has 44 pixels of every handle, and of two that are closer than that it takes the nearer", async () => {
  const reader = await newReader({
    ...{ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } },
  });
  await reader.page.goto(`${site.origin}/lessons/sampling/`);
  await handle(reader.page).scrollIntoViewIfNeeded();
  const around = await handle(reader.page).evaluate((circle) => {
    const { x, y, width, height } = circle.getBoundingClientRect();
    const [cx, cy] = [x + width / 2, y + height / 2];
    return [-21.5, 21.5].map(
      (away) =>
        document.elementFromPoint(cx + away, cy) === circle &&
        document.elementFromPoint(cx, cy + away) === circle,
    );
  });
  expect(around).toEqual([true, true]);

  await reader.page.goto(`${site.origin}/lessons/fewer-bits/`);
  const signs = 'llm-sketch [data-handle][aria-label="sign"]';
  const sign = find(signs, reader.page);
  await sign.scrollIntoViewIfNeeded();
  const [own, next] = [
    await sign.boundingBox(),
    await find(`${signs} + circle`, reader.page).boundingBox(),
  ];
  if (!own || !next) throw new Error("the switches are not to be seen");
  expect(next.x - own.x).toBeLessThan(30);
  // Its rim is below that of the next one, which is drawn later.
  await tapAt(reader, own.x + own.width / 2 + 0.4 * (next.x - own.x), own.y + own.height / 2);
  await poll(() => says(reader.page)).toMatch(/^−0\.1/);
  expect(reader.faults).toEqual([]);
  await reader.context.close();
});

test("attention shows where the small model looks in a sentence of the reader's own", async () => {
  await open("/lessons/attention/");
  await find("llm-sketch [data-text]").fill("My lord, what news");
  await poll(() => says()).toContain("“s” takes");
  await find('llm-sketch [data-choice]:first-of-type input[value="0"]').check();
  await poll(() => says()).toContain("Layer 0, head 1: “s” takes 0.80 from “new”");
});

/** Where a sketch begins, and where each choice and each of its first handles can take it, by what was done. */
function statesOf({ start, handles, choices }: Sketch<unknown>): [string, unknown][] {
  const moved = (state: unknown): [string, unknown][] =>
    handles(state)
      .slice(0, 9)
      .flatMap(({ name, x, y }) =>
        [x, y].flatMap((axis): [string, unknown][] =>
          axis ? [axis.min, axis.max].map((end) => [`${name} at ${end}`, axis.set(end)]) : [],
        ),
      );
  const chosen = (choices?.(start) ?? []).flatMap(({ options, set }) =>
    options.flatMap((option, at): [string, unknown][] => [
      [option, set(at)],
      ...moved(set(at)).map(([what, state]): [string, unknown] => [`${option}, ${what}`, state]),
    ]),
  );
  return [["at first", start], ...moved(start), ...chosen];
}

test.each([
  [390, "13.5 px"],
  [360, "13.1 px"],
])(
  "on a phone of %i pixels all letters of the first figures have %s, none overlap, and nothing is cut off",
  async (wide, size) => {
    const reader = await newReader({ viewport: { width: wide, height: 844 } });
    await reader.page.goto(`${site.origin}/lessons/softmax/`);
    await reader.page.evaluate(() => document.fonts.ready);
    const drawings: Record<string, string[]> = {};
    // The drawings of all lessons in the figure of one: no page is opened but this.
    for (const [path, { sketch }] of Object.entries(sketches)) {
      const drawn = statesOf(sketch).map(([what, state]) => [what, sketch.marks(state)]);
      const found = await find("llm-sketch svg", reader.page).evaluate(
        (svg, { drawn, width, height }) => {
          svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
          const scale = svg.getBoundingClientRect().width / width;
          const place = svg.querySelector("[data-marks]") as SVGGElement;
          const wrong = new Set<string>();
          for (const [what, marks] of drawn) {
            place.innerHTML = marks;
            const texts = [...place.querySelectorAll("text")]
              .filter(({ textContent }) => textContent?.trim())
              .map((text) => {
                // A raised exponent is smaller.
                for (const part of [text, ...text.querySelectorAll("tspan:not([dy])")]) {
                  wrong.add(
                    `${(scale * Number.parseFloat(getComputedStyle(part).fontSize)).toFixed(1)} px`,
                  );
                }
                // Of the height of a line, the letters themselves: above and below them it is empty.
                const { x, y, width, height } = text.getBBox();
                const [top, bottom] = [y + 0.24 * height, y + 0.8 * height];
                return {
                  says: text.textContent,
                  left: x + 0.5,
                  right: x + width - 0.5,
                  top,
                  bottom,
                };
              });
            for (const [i, one] of texts.entries()) {
              const { left, right, top, bottom } = one;
              if (left < -1 || right > width + 1 || top < -1 || bottom > height + 1) {
                wrong.add(`${what}: “${one.says}” is cut off`);
              }
              for (const other of texts.slice(i + 1)) {
                const beside = right <= other.left || other.right <= left;
                if (!beside && bottom > other.top && other.bottom > top) {
                  wrong.add(`${what}: “${one.says}” overlaps “${other.says}”`);
                }
              }
            }
          }
          return [...wrong];
        },
        { drawn, width: sketchWidth, height: sketch.height },
      );
      drawings[path.split("/")[2]] = found;
    }
    const right = Object.keys(drawings).map((lesson) => [lesson, [size]]);
    expect(drawings).toEqual(Object.fromEntries(right));
    await reader.context.close();
  },
);
