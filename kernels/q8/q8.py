"""A linear layer and an embedding whose weights are in 8 bits, as PyTorch computes them from the numbers that these stand for.
Running this file writes public/reference/q8.safetensors.

Q8_0 is llama.cpp's: blocks of 32 values, each a whole number from -127 to 127 times the block's scale, a float16.
"""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def quantised(rows, C):
    """-> whole (rows, C) int8, scales (rows, C / 32) float32, each of which is a float16 too"""
    values = torch.randn(rows, C // 32, 32)
    scales = (values.abs().amax(dim=-1) / 127).half().float()
    whole = (values / scales[..., None]).round().clamp(-127, 127).to(torch.int8)
    return whole.view(rows, C), scales


def matrix(whole, scales):
    """The numbers that these stand for, in float64."""
    rows, C = whole.shape
    return (whole.view(rows, C // 32, 32).double() * scales[..., None].double()).view(rows, C)


def words(whole):
    """Four whole numbers of 8 bits in one of 32, the first in the lowest bits."""
    return whole.contiguous().view(torch.int32)


def matmul_case(B, T, C, OC, seed, with_bias=True):
    torch.manual_seed(seed)
    whole, scales = quantised(OC, C)
    inp = torch.randn(B, T, C)
    bias = torch.randn(OC) if with_bias else None
    out = F.linear(inp.double(), matrix(whole, scales), bias.double() if with_bias else None).float()
    tensors = {"inp": inp, "whole": words(whole), "scales": scales, "out": out}
    return {"B": B, "T": T, "C": C, "OC": OC}, tensors | ({"bias": bias} if with_bias else {})


def embedding_case(B, T, C, V, seed, scale, places=False):
    torch.manual_seed(seed)
    whole, scales = quantised(V, C)
    inp = torch.randint(V, (B, T))
    wpe = torch.randn(T, C) * places
    out = (F.embedding(inp, matrix(whole, scales)) * scale + wpe).float()
    return {"B": B, "T": T, "C": C, "V": V, "scale": scale}, {
        "inp": inp.int(), "whole": words(whole), "scales": scales, "wpe": wpe, "out": out,
    }  # fmt: skip


if __name__ == "__main__":
    save("q8", {
        "lesson": matmul_case(B=2, T=3, C=64, OC=5, seed=1),
        "one_token": matmul_case(B=1, T=1, C=96, OC=37, seed=2),
        "no_bias": matmul_case(B=1, T=4, C=32, OC=3, seed=3, with_bias=False),
        "wide": matmul_case(B=1, T=2, C=320, OC=130, seed=4),
    })  # fmt: skip
    save("q8-embedding", {
        "lesson": embedding_case(B=2, T=3, C=64, V=11, seed=5, scale=1),
        "scaled": embedding_case(B=1, T=5, C=32, V=7, seed=6, scale=8),
        "places": embedding_case(B=2, T=4, C=32, V=9, seed=7, scale=1, places=True),
    })  # fmt: skip
