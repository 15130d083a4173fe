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
  /** What the buttons do, in a sentence or two. */
  readonly help: string;
  /** The action of the button that takes the place of one that is gone. */
  readonly next: string | undefined;
}

export interface Situation {
  readonly fits: boolean; // whether the settings in the form fit into memory
  readonly offered: boolean; // whether there is a run to resume
  readonly done?: boolean; // whether all steps of that are done
  readonly kept?: boolean; // whether checkpoints can be kept here
}

export function controlsOf(
  view: View,
  { fits, offered, done = false, kept = true }: Situation,
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
      resume: { text: done ? "Open" : "Resume" },
      cancel: { hidden: view !== "preparing" },
      pause: { hidden: view !== "running" },
      continue: { hidden: view !== "paused" },
      stop: {
        hidden: !open || view === "finished", // then there is nothing left to stop
        text: view === "stopping" ? "Stop at once" : "Stop",
      },
      reset: { hidden: !open },
      change: ofModel,
      sample: ofModel,
      export: ofModel,
      "export-weights": ofModel,
    },
    help: helpOf(view, kept),
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

function helpOf(view: View, kept: boolean): string {
  const reset = "Reset throws the run away, with its checkpoints.";
  const stop = kept
    ? "Stop saves and closes it: it can be resumed here, after a reload too."
    : "Stop closes it, and as no checkpoint can be kept here, it is lost then.";
  switch (view) {
    case "running":
    case "paused":
    case "stopping":
      return `Pause holds the run after the running step; Continue goes on with the same numbers. ${stop} ${reset}`;
    case "finished":
      return `${kept ? "The run stays in this browser until you reset it. " : ""}${reset}`;
    case "preparing":
      return "Cancel goes back to the settings.";
    default:
      return "It trains in this tab, in a thread of its own. Nothing is sent anywhere.";
  }
}
