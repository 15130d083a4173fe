/// <reference types="@webgpu/types" />
// What a GPU's time goes into: every dispatch is counted and, where the GPU can tell the time, timed by the GPU itself.
//
// A timed dispatch has a compute pass of its own, and passes wait for one another, so the whole takes a little longer than
// without. What a dispatch takes is told all the same: its share is what matters.

/** One dispatch. */
export interface Dispatch {
  /** What the caller named it by, such as the kernel. */
  readonly label: string;
  /** Entry point of the shader. */
  readonly entryPoint: string;
  /** Seconds, or null where the GPU does not say. */
  readonly seconds: number | null;
}

export type Profile = ReturnType<typeof createProfile>;

const most = 2048; // dispatches of one query set: WebGPU allows 4096 queries, and each takes two

/** @param device times dispatches if it was made with the feature "timestamp-query", else they are only counted */
export function createProfile(device: GPUDevice) {
  const timed = device.features.has("timestamp-query");
  const sets: GPUQuerySet[] = [];
  let dispatches: { label: string; entryPoint: string }[] = [];

  return {
    timed,

    /** Whether the dispatches from now on are noted. The others run as they would without a profile. */
    on: true,

    /** What the dispatches from now on belong to. */
    label: "",

    /** Notes a dispatch. @returns the number by which `timestamps` knows it, null while nothing is noted */
    note(entryPoint: string): number | null {
      if (!this.on) return null;
      dispatches.push({ label: this.label, entryPoint });
      return dispatches.length - 1;
    },

    /** Forgets the last dispatches, which have not been submitted, and goes on with the label of the first of them. */
    forget(count: number): void {
      const [first] = dispatches.splice(dispatches.length - count, count);
      if (first) this.label = first.label;
    },

    /** What the pass of a dispatch is begun with. */
    timestamps(dispatch: number): GPUComputePassDescriptor {
      if (!timed) return {};
      const set = Math.floor(dispatch / most);
      sets[set] ??= device.createQuerySet({ type: "timestamp", count: 2 * most });
      const first = 2 * (dispatch % most);
      return {
        timestampWrites: {
          querySet: sets[set],
          beginningOfPassWriteIndex: first,
          endOfPassWriteIndex: first + 1,
        },
      };
    },

    /** All that were noted since the last call. All must have been submitted. */
    async take(): Promise<Dispatch[]> {
      const taken = dispatches;
      dispatches = [];
      const times = timed && taken.length > 0 ? await readTimes(device, sets, taken.length) : null;
      return taken.map((dispatch, i) => ({
        ...dispatch,
        seconds: times === null ? null : Number(times[2 * i + 1] - times[2 * i]) / 1e9,
      }));
    },

    destroy(): void {
      for (const set of sets) set.destroy();
    },
  };
}

/** The times at which so many dispatches began and ended, in nanoseconds. */
async function readTimes(
  device: GPUDevice,
  sets: readonly GPUQuerySet[],
  dispatches: number,
): Promise<BigUint64Array> {
  const size = 16 * dispatches;
  const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const resolved = device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC });
  const staging = device.createBuffer({ size, usage: MAP_READ | COPY_DST });
  const encoder = device.createCommandEncoder();
  for (let first = 0; first < dispatches; first += most) {
    const count = Math.min(most, dispatches - first);
    encoder.resolveQuerySet(sets[first / most], 0, 2 * count, resolved, 16 * first);
  }
  encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const times = new BigUint64Array(staging.getMappedRange().slice(0));
  staging.destroy();
  resolved.destroy();
  return times;
}
