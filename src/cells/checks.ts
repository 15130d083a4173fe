// All checks, by the name of the function: those of the kernels, and those that exercises have in a file of their own.

import type { Check } from "./check.ts";
import { kernelChecks } from "./kernel-checks.ts";

const files = import.meta.glob<{ check: Check }>(
  ["/lessons/*/*/check.ts", "/lessons/*/cells/*.check.ts"],
  { eager: true },
);

export const checks: Readonly<Record<string, Check>> = {
  ...kernelChecks,
  ...Object.fromEntries(Object.values(files).map(({ check }) => [check.function, check])),
};
