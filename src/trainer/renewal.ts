// What is done when a device is lost in the middle of a run: a new one goes on from where the run was last kept.

import { integer } from "../page/numbers.ts";
import type { Renewed, Run } from "../training/run.ts";
import type { Session } from "../training/session.ts";
import { type Device, DeviceError, type Ids, type Tensor } from "./tier.ts";

const mostLosses = 3; // of the device without getting further

/**
 * Makes a run's `renew`.
 *
 * @param device the one in use
 * @param again makes a session on a new device, from the last checkpoint or else from the beginning
 */
export function renewal(
  run: Run<Tensor, Ids>,
  device: () => Device | undefined,
  again: () => Promise<Session<Tensor, Ids>>,
): () => Promise<Renewed<Tensor, Ids> | null> {
  let furthest = -1; // step at which the device was lost
  let losses = 0; // since the run got further than that
  return async () => {
    const why = await device()?.lost();
    if (!why) return null;
    const { step } = run.session;
    losses = step > furthest ? 1 : losses + 1;
    furthest = Math.max(furthest, step);
    if (losses > mostLosses) {
      throw new DeviceError(
        `the graphics processor was lost ${losses} times at step ${integer(step)} or before (${why})`,
      );
    }
    const session = await again().catch((error) => {
      throw new DeviceError(
        `the graphics processor was lost at step ${integer(step)} (${why}), and none could be had to go on with: ${error.message}`,
      );
    });
    const from =
      session.step === 0 ? "the beginning" : `the checkpoint of step ${integer(session.step)}`;
    const message = `The graphics processor was lost at step ${integer(step)} (${why}). Training goes on from ${from}.`;
    return { session, message };
  };
}
