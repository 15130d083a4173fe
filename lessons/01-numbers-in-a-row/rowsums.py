"""The sum of each row, as PyTorch computes it in float64. Running this file writes public/reference/rowsums.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def row_sums(inp):
    """(B, T, C) -> (B, T)"""
    return inp.double().sum(dim=-1).float()  # added up in float64, rounded to float32 once


def case(B, T, C, large, seed):
    torch.manual_seed(seed)
    inp = torch.randn(B, T, C) + 0.5
    # Every other row has a large number near its beginning, and the opposite one near its end.
    for row in inp.view(B * T, C)[::2]:
        row[1] = large
        row[C - 2] = -large
    return {"B": B, "T": T, "C": C}, {"inp": inp, "out": row_sums(inp)}


if __name__ == "__main__":
    save("rowsums", {
        "lesson": case(B=2, T=3, C=8, large=100_000, seed=1),
        "wide": case(B=2, T=5, C=768, large=1_000_000, seed=2),
    })  # fmt: skip
