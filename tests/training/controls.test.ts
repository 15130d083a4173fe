import { expect, test } from "vitest";
import { type Controls, controlsOf, type View } from "../../src/trainer/controls.ts";

/** `resume` and its neighbour are shown with the offer, whatever the view. */
const usable = ({ buttons }: Controls) =>
  Object.keys(buttons).filter(
    (name) => name !== "resume" && !buttons[name].hidden && !buttons[name].disabled,
  );

test.each<[View, boolean, string[], string | undefined]>([
  ["looking", false, [], undefined],
  ["idle", false, ["start"], "start"],
  ["preparing", false, ["cancel"], undefined],
  [
    "running",
    true,
    ["pause", "stop", "reset", "change", "sample", "export", "export-weights"],
    "pause",
  ],
  [
    "paused",
    true,
    ["continue", "stop", "reset", "change", "sample", "export", "export-weights"],
    "continue",
  ],
  ["stopping", true, ["stop", "reset"], "stop"],
  ["finished", true, ["reset", "change", "sample", "export", "export-weights"], "reset"],
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

test("a run whose steps are all done is opened, and not resumed", () => {
  const text = (done: boolean) =>
    controlsOf("idle", { fits: true, offered: true, done }).buttons.resume.text;
  expect([text(false), text(true)]).toEqual(["Resume", "Open"]);
});

test("what pausing, stopping and resetting do is said, and stopping loses the run where none can be kept", () => {
  const help = (view: View, kept: boolean) =>
    controlsOf(view, { fits: true, offered: false, kept }).help;
  expect(help("running", true)).toMatch(/^Pause holds .* Stop saves .* Reset throws the run away/);
  expect(help("paused", false)).toContain("Stop closes it, and as no checkpoint can be kept here");
  expect(help("finished", true)).toContain("stays in this browser until you reset it");
  expect(help("finished", false)).not.toContain("stays");
  expect(help("idle", true)).toContain("Nothing is sent anywhere.");
});

test("a second press of stop does not wait", () => {
  const text = (view: View) => controlsOf(view, { fits: true, offered: false }).buttons.stop.text;
  expect([text("running"), text("stopping")]).toEqual(["Stop", "Stop at once"]);
});
