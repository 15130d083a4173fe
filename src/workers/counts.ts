// A worker that guesses from counts, so that neither training nor the page waits for it. It is ended after its answer.

import { lossOfCounts } from "../training/counts.ts";

export interface CountsQuestion {
  train: Uint16Array<ArrayBuffer>; // counted
  validation: Uint16Array<ArrayBuffer>; // guessed
  targets: number;
  V: number;
}

self.onmessage = ({ data }: MessageEvent<CountsQuestion>) => {
  const { train, validation, targets, V } = data;
  self.postMessage([0, 1, 2].map((order) => lossOfCounts(train, validation, targets, order, V)));
};
