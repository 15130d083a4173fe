// Which buttons the reader has at each moment, and which of them the keyboard goes to.

/** What the reader sees. The parts of the page are shown and hidden by it, in Trainer.astro's style sheet. */
export type View =
  | "looking"
  | "idle"
  | "preparing"
  | "paused"
  | "running"
  | "stopping"
  | "finished";

export interface Control {
  readonly hidden?: boolean;
  readonly disabled?: boolean;
  readonly text?: string;
}

export interface Controls {
  /** Whether there is a run. */
  readonly open: boolean;
  /** By the button's action. */
  readonly buttons: Readonly<Record<string, Control>>;
  /** The action of the button that takes the place of one that is gone. */
  readonly next: string | undefined;
}

/** @param fits whether the settings in the form fit into memory; offered: whether there is a run to resume */
export function controlsOf(
  view: View,
  { fits, offered }: { fits: boolean; offered: boolean },
): Controls {
  const open = ["paused", "running", "stopping", "finished"].includes(view);
  const ofModel = { disabled: !open || view === "stopping" };
  return {
    open,
    buttons: {
      start: {
        hidden: open,
        disabled: view !== "idle" || !fits,
        text: offered ? "Start over" : "Start",
      },
      pause: { hidden: view !== "running" },
      continue: { hidden: view !== "paused" },
      stop: {
        hidden: !open || view === "finished",
        text: view === "stopping" ? "Stop at once" : "Stop",
      },
      reset: { hidden: !open },
      sample: ofModel,
      export: ofModel,
      "export-weights": ofModel,
    },
    next: {
      looking: undefined,
      preparing: undefined,
      idle: offered ? "resume" : "start",
      running: "pause",
      paused: "continue",
      stopping: "stop",
      finished: "reset",
    }[view],
  };
}
