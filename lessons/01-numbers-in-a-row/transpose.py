"""The last two dimensions swapped, as PyTorch does it. Running this file writes public/reference/transpose.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def transpose(inp):
    """(B, T, C) -> (B, C, T)"""
    view = inp.transpose(1, 2)  # the same memory, read with other strides
    return view.contiguous()  # a copy, with its rows one after the other again


def case(B, T, C, seed):
    torch.manual_seed(seed)
    inp = torch.randn(B, T, C)
    return {"B": B, "T": T, "C": C}, {"inp": inp, "out": transpose(inp)}


if __name__ == "__main__":
    save("transpose", {
        "lesson": case(B=2, T=3, C=4, seed=1),
        "tall": case(B=3, T=7, C=5, seed=2),
        "one": case(B=1, T=4, C=9, seed=3),
    })  # fmt: skip
