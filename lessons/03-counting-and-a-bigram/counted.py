"""Counted pairs with smoothing, in PyTorch. Running this file writes public/reference/counted.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def counted(inputs, targets, alpha, V):
    """inputs (N), targets (N) -> (V, V): in row a the probabilities of what comes after token a"""
    counts = torch.zeros(V, V).index_put((inputs, targets), torch.ones(len(inputs)), accumulate=True)
    return (counts + alpha) / (counts + alpha).sum(dim=-1, keepdim=True)


def case(N, V, alpha, seed):
    torch.manual_seed(seed)
    inputs, targets = torch.randint(V, (2, N))
    tensors = {"inputs": inputs.int(), "targets": targets.int(), "probs": counted(inputs, targets, alpha, V)}
    return {"N": N, "V": V, "alpha": alpha}, tensors


if __name__ == "__main__":
    save("counted", {
        "lesson": case(N=9, V=4, alpha=0.5, seed=1),
        "many_pairs": case(N=80, V=5, alpha=2, seed=2),
        "few_pairs": case(N=3, V=6, alpha=0.25, seed=3),
    })  # fmt: skip
