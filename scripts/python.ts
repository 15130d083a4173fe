// Finds a Python that has PyTorch.

import { spawnSync } from "node:child_process";

const pythons = ["python3", "/usr/bin/python3", "python"];

/**
 * The Python that the environment variable PYTHON names, else the first of a few usual ones that can import torch and numpy.
 *
 * @throws Error that says what to install, if there is none
 */
export function findPython(): string {
  const named = process.env.PYTHON;
  for (const candidate of named ? [named] : pythons) {
    const { status } = spawnSync(candidate, ["-c", "import torch, numpy"], { stdio: "ignore" });
    if (status === 0) return candidate;
  }
  const whose = named ? `PYTHON names ${named}, which cannot` : `none of ${pythons.join(", ")} can`;
  throw new Error(
    `${whose} import torch and numpy. Install PyTorch (on Debian: apt-get install python3-torch python3-numpy; ` +
      "elsewhere: pip install torch numpy), or name a Python that has it in the environment variable PYTHON.",
  );
}
