// What a run tells whoever has it run: a page, or a command.

import type { KernelTime } from "./clock.ts";
import type { Change, History, LossRow, ScoreRow, ValidationRow } from "./history.ts";
import type { Inside } from "./inside/inside.ts";
import type { Cost } from "./inside/watch.ts";
import type { Inspection, Progress, Sample } from "./progress.ts";
import type { Settings } from "./settings.ts";
import type { Spread, TensorRow } from "./tensors.ts";

export type RunEvent =
  | { type: "state"; state: RunState }
  | { type: "step"; row: LossRow; tokens: number; bytes: number | null } // tokens trained on; bytes of a GPU's memory
  | { type: "validation"; row: ValidationRow }
  | { type: "changed"; settings: Settings; changes: Change[] } // from the next step on
  | { type: "score"; row: ScoreRow } // of a task
  | { type: "writing"; sample: Sample | null } // as far as it has come; null: it was given up
  | { type: "sample"; sample: Sample; asked: boolean } // asked for, or due by the schedule
  | { type: "batch"; inspection: Inspection } // asked for
  | { type: "kernels"; times: KernelTime[] | null } // of one step, while it is asked for; null: the device does not tell
  | { type: "tensors"; step: number; rows: TensorRow[] | null } // while it is asked for; null: the model is too large
  | { type: "spread"; step: number; spread: Spread } // of the tensor that is opened
  | { type: "inside"; inside: Inside; cost: Cost } // while it is asked for
  | { type: "saved"; step: number; bytes: number }
  | { type: "best"; row: ValidationRow } // whose checkpoint is kept
  | { type: "not saved"; message: string } // holds until the next "saved"
  | { type: "resumed"; progress: Progress; history: History; message: string } // after the device was lost
  | { type: "notice"; message: string } // something went wrong, and the run goes on
  | { type: "refused"; message: string; setting?: string } // a command was not carried out; nothing has changed
  | { type: "fault"; message: string; cause: Cause }; // the run is over; the last checkpoint is kept

/** Of a fault: numbers that no training can go on from, or something else that does not depend on the settings. */
export type Cause = "numbers" | "device";

export type RunState = "running" | "paused" | "finished" | "stopped";
