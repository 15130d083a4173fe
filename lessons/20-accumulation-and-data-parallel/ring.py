"""A reduce-scatter around a ring, told by what each machine holds before and after a step. Running this file writes
public/reference/ring.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def held(grads, steps):
    """grads (machines, N) -> what each machine holds after so many steps, (machines, N)

    A chunk sets out from the machine with its number. After `steps` steps it has passed as many machines, and each of them
    holds the sum of all from the chunk's own machine to itself.
    """
    machines = len(grads)
    chunks = grads.view(machines, machines, -1)
    after = chunks.clone()
    for r in range(machines):
        for c in range(machines):
            passed = (r - c) % machines
            if passed <= steps:
                after[r, c] = sum(chunks[(c + i) % machines, c].double() for i in range(passed + 1)).float()
    return after.flatten(1)


def case(machines, length, step, seed):
    torch.manual_seed(seed)
    grads = torch.randn(machines, machines * length)
    whole = held(grads, machines - 1).view(machines, machines, length)
    for r in range(machines):  # in the end each machine has the whole sum of one chunk
        c = (r + 1) % machines
        assert torch.allclose(whole[r, c], grads.view(machines, machines, length)[:, c].sum(0), atol=1e-5)
    sizes = {"step": step, "machines": machines, "N": machines * length}
    return sizes, {"grads": held(grads, step), "after": held(grads, step + 1)}


if __name__ == "__main__":
    save("ring", {
        "lesson": case(machines=4, length=3, step=0, seed=1),
        "second_step": case(machines=4, length=3, step=1, seed=1),
        "last_step": case(machines=4, length=3, step=2, seed=1),
        "two_machines": case(machines=2, length=4, step=0, seed=2),
        "five": case(machines=5, length=2, step=3, seed=3),
    })  # fmt: skip
