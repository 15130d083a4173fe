/// <reference types="@webgpu/types" />
// The list of what is to be done. Adding to it costs next to nothing; `submit` has it done, in the same order.

import type { Profile } from "../profile.ts";
import { type Faults, GpuFault } from "./fault.ts";
import type { Pipeline } from "./pipelines.ts";
import type { Recorder, Run } from "./recorder.ts";
import type { GpuTensor } from "./tensor.ts";

type Work =
  | { kind: "run"; pipeline: Pipeline; run: Run }
  | { kind: "zero"; tensor: GpuTensor }
  | {
      kind: "write";
      tensor: GpuTensor;
      values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
    };

/** A place in the list of what is to be done. */
export interface Place {
  readonly list: unknown;
  readonly length: number;
}

export function createQueue(recorder: Recorder, faults: Faults, profile: Profile | undefined) {
  let list: Work[] = [];
  let done: Promise<void> = Promise.resolve(); // everything submitted so far is in the device's hands

  /** Hands a list to the device, once all pipelines in it are compiled. */
  async function record(list: readonly Work[]): Promise<void> {
    const ready = await Promise.all(
      list.map((item) => (item.kind === "run" ? item.pipeline.compiled : null)),
    ).catch((error) => {
      throw new GpuFault(`a shader does not compile: ${error.message.split("\n")[0]}`);
    });
    for (const [i, item] of list.entries()) {
      if (item.kind === "run") recorder.run(item.run, ready[i] as GPUComputePipeline);
      else if (item.kind === "zero") recorder.zero(item.tensor);
      else recorder.write(item.tensor, item.values);
    }
    recorder.submit();
  }

  return {
    add(item: Work): void {
      list.push(item);
    },

    submit(): void {
      const submitted = list;
      list = [];
      if (submitted.length === 0) return;
      done = done
        .then(() => (faults.first ? undefined : record(submitted)))
        .catch((error) => faults.fail((error as Error).message));
    },

    /** Ends when all that was submitted is in the device's hands. */
    handedOver: (): Promise<void> => done,

    get place(): Place {
      return { list, length: list.length };
    },

    takeBack(place: Place): void {
      if (place.list !== list) throw new Error("takeBack: what was added has been submitted");
      const taken = list.splice(place.length);
      const noted = taken.filter((item) => item.kind === "run" && item.run.noted !== null);
      profile?.forget(noted.length);
    },
  };
}
