import { expect, test } from "vitest";
import { type Controls, controlsOf, type View } from "../../src/trainer/controls.ts";

const usable = ({ buttons }: Controls) =>
  Object.keys(buttons).filter((name) => !buttons[name].hidden && !buttons[name].disabled);

test.each<[View, boolean, string[], string | undefined]>([
  ["looking", false, [], undefined],
  ["idle", false, ["start"], "start"],
  ["preparing", false, [], undefined],
  ["running", true, ["pause", "stop", "reset", "sample", "export", "export-weights"], "pause"],
  ["paused", true, ["continue", "stop", "reset", "sample", "export", "export-weights"], "continue"],
  ["stopping", true, ["stop", "reset"], "stop"],
  ["finished", true, ["reset", "sample", "export", "export-weights"], "reset"],
])("in the view %s there is a run: %s; what can be pressed is %j", (view, open, names, next) => {
  const controls = controlsOf(view, { fits: true, offered: false });
  expect(controls.open).toBe(open);
  expect(usable(controls)).toEqual(names);
  expect(controls.next).toBe(next);
});

test("what does not fit into memory cannot be started", () => {
  expect(usable(controlsOf("idle", { fits: false, offered: false }))).toEqual([]);
});

test("where there is a run to resume, that comes first, and starting is called starting anew", () => {
  const { buttons, next } = controlsOf("idle", { fits: true, offered: true });
  expect(next).toBe("resume");
  expect(buttons.start.text).toBe("Start over");
});

test("a second press of stop does not wait", () => {
  const text = (view: View) => controlsOf(view, { fits: true, offered: false }).buttons.stop.text;
  expect([text("running"), text("stopping")]).toEqual(["Stop", "Stop at once"]);
});
