// A lesson's place: which exercises are in which section, and the minutes.

import { expect, test } from "vitest";
import { course } from "../../src/course.ts";
import { exercisesOf, onwards } from "../../src/exercises.ts";
import { minutesOf, sectionsOf } from "../../src/layouts/sections.ts";
import { stopsOf } from "../../src/stops.ts";

const entry = { ...course[0], slug: "dummy" };
const heading = (text: string, depth = 2) => ({ text, slug: text.toLowerCase(), depth });

test("every exercise is in the section that it comes in", () => {
  const mdx = `---
title: "x"
---
Before.

## One

<Exercise id="a" check="a" title="First" />

### Deeper

<Exercise id="b" check="b" title="Second" />

## Two
`;
  const headings = [heading("One"), heading("Deeper", 3), heading("Two")];
  const sections = sectionsOf({ ...entry, mdx }, headings);
  expect(sections.map(({ text, exercises }) => [text, exercises.map(({ key }) => key)])).toEqual([
    ["One", ["dummy/a", "dummy/b"]],
    ["Two", []],
  ]);
  expect(() => sectionsOf({ ...entry, mdx }, [heading("One")])).toThrow(
    "dummy: the text has 2 sections, the page 1",
  );
});

test("what is folded away is optional, and the way on passes it by", () => {
  const mdx = `<Exercise id="a" check="a" title="First" />
<Deeper title="One more">
<Exercise id="b" check="b" title="Second" />
</Deeper>
<Exercise id="c" check="c" title="Third" />
<Deeper title="The last">
<Exercise id="d" check="d" title="Fourth" />
</Deeper>
`;
  const all = exercisesOf({ ...entry, mdx });
  expect(all.map(({ id, optional }) => [id, optional])).toEqual([
    ["a", false],
    ["b", true],
    ["c", false],
    ["d", true],
  ]);
  const ids = (key: string) => {
    const { next, aside } = onwards(all, key);
    return [next?.id, aside?.id];
  };
  expect(ids("dummy/a")).toEqual(["c", "b"]);
  expect(ids("dummy/b")).toEqual(["c", undefined]);
  expect(ids("dummy/c")).toEqual([undefined, "d"]);
  expect(ids("dummy/d")).toEqual([undefined, undefined]);
});

test("the minutes are those of the words alone", () => {
  const words = "word ".repeat(1010);
  const mdx = `---\ntitle: "x"\n---\n${words}\n\`\`\`ts\n${words}\n\`\`\`\n$$${words}$$\n<Cell id="a" title="${words}" />`;
  expect(minutesOf({ ...entry, mdx })).toBe(5);
  expect(minutesOf({ ...entry, mdx: "Short." })).toBe(1);
});

test("no exercise of the course is outside the sections", () => {
  for (const { slug, mdx } of course) {
    const before = mdx.split(/^## /m)[0];
    expect(exercisesOf({ ...entry, slug, mdx: before })).toEqual([]);
  }
});

test("a part begins with the section that follows its name, and has an address; two of one name are refused", () => {
  const mdx = `<Stop title="The idea" />

## One

## Two

<Stop title="Build it, by hand" />

## Three
`;
  const headings = ["One", "Two", "Three"].map((text) => heading(text));
  const parts = sectionsOf({ ...entry, mdx }, headings).map(({ text, stop }) => [text, stop?.id]);
  expect(parts).toEqual([
    ["One", "stop-the-idea"],
    ["Two", undefined],
    ["Three", "stop-build-it-by-hand"],
  ]);
  const twice = `${mdx}<Stop title="The idea" />\n`;
  expect(() => stopsOf({ slug: "dummy", mdx: twice })).toThrow("two stops are called The idea");
  expect(() => stopsOf({ slug: "dummy", mdx: "<Stop />" })).toThrow("expected a title in <Stop />");
});

// A cell is kept, and linked to, by its lesson and its name.
test("the cells and exercises of a lesson have names of their own", () => {
  const keys = course.flatMap(({ slug, mdx }) =>
    [...mdx.matchAll(/<(?:Cell|Exercise)\s[^>]*?\bid="([^"]+)"/g)].map(([, id]) => `${slug}/${id}`),
  );
  expect(keys.length).toBeGreaterThan(100);
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});
