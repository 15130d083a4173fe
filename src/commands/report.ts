// What a run prints: lines as llm.c has them, or one JSON object a line; and on a terminal how far it is.

import { type Config, countParameters, kindOf } from "@llm.ts/kernels/models.ts";
import { lengthOf } from "@llm.ts/kernels/runtime/plan.ts";
import type { RunEvent } from "../training/events.ts";
import type { RunPlan } from "../training/plan.ts";
import type { Text } from "../training/session.ts";

export interface Reporter {
  header(header: Header): void;
  event(event: RunEvent): void;
  /** A sentence that is no result. */
  notice(message: string): void;
  end(): void;
}

export interface Header {
  readonly plan: RunPlan;
  readonly text: Text;
  readonly weights: string;
  readonly computer: string;
  readonly step: number; // steps that are done already
  readonly save: string | null;
}

/** @param json whether programs read it */
export function createReporter(json: boolean): Reporter {
  return json ? createJson() : createLines();
}

/** The sizes of a model, named as llm.c prints them. */
export function sizesOf(config: Config): Record<string, number> {
  return {
    max_seq_len: config.maxT,
    vocab_size: config.V,
    padded_vocab_size: config.Vp,
    num_layers: config.L,
    num_heads: config.NH,
    channels: config.C,
    num_parameters: countParameters(config),
  };
}

/** Everything that is known before the first step. */
function facts({ plan, text, weights, computer, step, save }: Header) {
  const { B, T, accumulation, steps } = plan.settings;
  const batches = (tokens: Uint16Array) => Math.floor(tokens.length / (B * T));
  return {
    sizes: sizesOf(plan.config),
    run: {
      train_dataset_num_batches: batches(text.train),
      val_dataset_num_batches: batches(text.validation),
      num_activations: activationsIn(plan),
    },
    also: { text: text.name, weights, computer, B, T, accumulation, step, steps, save },
  };
}

/** Values of all activations, whether in 4 bytes or in 2. */
function activationsIn({ memory }: RunPlan): number {
  const tensors = memory.tensors.filter(({ group }) => group === "activations");
  return tensors.reduce((sum, tensor) => sum + lengthOf(tensor) * tensor.copies, 0);
}

function createLines(): Reporter {
  const progress = createProgressLine();
  const print = (line: string) => {
    progress.clear();
    process.stdout.write(`${line}\n`);
  };
  const notice = (message: string) => {
    progress.clear();
    process.stderr.write(`${message}\n`);
  };
  let steps = 0;
  return {
    header(header) {
      const { sizes, run, also } = facts(header);
      steps = also.steps;
      print(`[${kindOf(header.plan.config)}]`);
      for (const [name, value] of Object.entries(sizes)) print(`${name}: ${value}`);
      for (const [name, value] of Object.entries(run)) {
        print(`${name.replace("_dataset_", " dataset ")}: ${value}`);
      }
      const { B, T, accumulation } = also;
      const batch = accumulation > 1 ? `, accumulation = ${accumulation}` : "";
      print(`text: ${also.text}, B = ${B}, T = ${T}${batch}`);
      print(`weights: ${also.weights}`);
      print(`computed by ${also.computer}`);
      if (also.step > 0) print(`going on after ${also.step} of ${steps} steps`);
    },
    event(event) {
      if (event.type === "validation") print(`val loss ${event.row.loss.toFixed(6)}`);
      else if (event.type === "score") {
        print(`${event.row.right} of ${event.row.asked} problems answered rightly`);
      } else if (event.type === "step") {
        const { step, loss, seconds } = event.row;
        const rate = Math.round(event.tokens / seconds);
        const took = (1000 * seconds).toFixed(6);
        print(
          `step ${step - 1}: train loss ${loss.toFixed(6)} (took ${took} ms), ${rate} tokens/s`,
        );
        progress.show(step, steps, seconds);
      } else if (event.type === "sample") {
        print(`generating:\n---\n${printable(event.sample.prompt + event.sample.text)}\n---`);
      } else if (event.type === "saved")
        notice(`checkpoint after ${event.step} steps written (${event.bytes} bytes)`);
      else if ("message" in event) notice(event.message);
    },
    notice,
    end: progress.clear,
  };
}

/** A text without what a terminal would obey: a model that has learned little writes any byte. */
function printable(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}/gu, "");
}

function createJson(): Reporter {
  const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
  return {
    header(header) {
      const { sizes, run, also } = facts(header);
      print({ type: "header", ...sizes, ...run, ...also });
    },
    event(event) {
      if (event.type === "validation" || event.type === "score") {
        print({ type: event.type, ...event.row });
      } else if (event.type === "step") {
        const { step, loss, norm, seconds } = event.row;
        const tokensPerSecond = event.tokens / seconds;
        print({
          type: "step",
          step: step - 1,
          loss,
          norm,
          milliseconds: 1000 * seconds,
          tokensPerSecond,
        });
      } else if (event.type === "sample") {
        const { step, prompt, text } = event.sample;
        print({ type: "sample", step, prompt, text });
      } else if (event.type === "saved") print(event);
      else if (event.type === "state") {
        if (event.state === "finished" || event.state === "stopped")
          print({ type: "end", state: event.state });
      } else if ("message" in event) print({ type: event.type, message: event.message });
    },
    notice: (message) => print({ type: "notice", message }),
    end() {},
  };
}

/** A line that is written over again and again, where standard error is a terminal. */
function createProgressLine() {
  const terminal = process.stderr.isTTY === true;
  let shown = false;
  return {
    show(step: number, steps: number, seconds: number) {
      if (!terminal) return;
      const width = 24;
      const done = Math.round((width * step) / steps);
      const bar = `${"█".repeat(done)}${"░".repeat(width - done)}`;
      process.stderr.write(
        `\r\x1b[K${bar} ${step} of ${steps}, ${duration(seconds * (steps - step))} left`,
      );
      shown = true;
    },
    clear() {
      if (shown) process.stderr.write("\r\x1b[K");
      shown = false;
    },
  };
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
