/** Said where the browser has no WebGPU at all. A file of its own, since pages load it before anything is pressed. */
export const noWebGpu =
  "This browser has no WebGPU. Chrome and Edge have it from version 113, Safari from 26, Firefox from 141 on Windows: open this page in one of them.";
