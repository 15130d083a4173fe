"""Drawing with one number from 0 to 1 in PyTorch. Running this file writes public/reference/draw.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def draw(weights, u):
    """weights (N, V), u (N) -> tokens (N): the first whose weights, summed up to and with it, exceed u of all"""
    sums = weights.cumsum(dim=-1)
    return torch.searchsorted(sums, u[:, None] * sums[:, -1:], right=True)[:, 0]


def case(weights, u):
    N, V = weights.shape
    return {"N": N, "V": V}, {"weights": weights, "u": u, "tokens": draw(weights, u).int()}


def random(N, V, seed):
    torch.manual_seed(seed)
    weights = torch.randint(1, 9, (N, V)).float()  # sums of whole numbers are exact
    weights[torch.rand(N, V) < 0.3] = 0  # as top-k and top-p leave it
    weights[:, V // 2] = 2
    return case(weights, torch.rand(N))


def fractions(N, V, seed):
    """Weights that are no whole numbers, and no u so close to a border that rounding could decide."""
    torch.manual_seed(seed)
    weights = torch.rand(N, V).square()
    u = torch.rand(N)
    parts = weights.double().cumsum(-1) / weights.double().sum(-1, keepdim=True)
    assert (parts - u[:, None]).abs().min() > 1e-5
    return case(weights, u)


# Where u falls exactly on the border between two tokens, it belongs to the one that begins there.
borders = [
    ([0, 1, 2, 1], 0),
    ([1, 1, 2, 0], 0.25),
    ([1, 1, 2, 0], 0.5),
    ([2, 0, 1, 1], 0.5),
    ([3, 0, 0, 1], 0.75),
    ([1, 255, 0, 0], 0),
    ([0, 0, 0, 5], 1 - 2**-24),
]

if __name__ == "__main__":
    save("draw", {
        "lesson": random(N=12, V=8, seed=1),
        "fractions": fractions(N=40, V=9, seed=3),
        "many": random(N=200, V=20, seed=2),
        "borders": case(*(torch.tensor(column, dtype=torch.float) for column in zip(*borders))),
    })  # fmt: skip
