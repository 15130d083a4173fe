"""Matmul (torch.nn.Linear) as PyTorch defines it. Running this file writes public/reference/matmul.safetensors."""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def matmul(inp, weight, bias=None):
    """(B, T, C), (OC, C), (OC) or None -> (B, T, OC)"""
    return F.linear(inp, weight, bias)


def case(B, T, C, OC, seed, has_bias=True):
    torch.manual_seed(seed)
    inp = torch.randn(B, T, C).requires_grad_()
    weight = (torch.randn(OC, C) * C**-0.5).requires_grad_()  # so that out is of the same size for every C
    bias = torch.randn(OC).requires_grad_() if has_bias else None
    dout = torch.randn(B, T, OC)  # the gradient that arrives from the layers above

    out = matmul(inp, weight, bias)
    out.backward(dout)  # autograd fills inp.grad, weight.grad and bias.grad

    tensors = {
        "inp": inp, "weight": weight, "out": out,
        "dout": dout, "dinp": inp.grad, "dweight": weight.grad,
    }  # fmt: skip
    if has_bias:
        tensors |= {"bias": bias, "dbias": bias.grad}
    return {"B": B, "T": T, "C": C, "OC": OC}, tensors


if __name__ == "__main__":
    save("matmul", {
        "lesson": case(B=2, T=3, C=8, OC=6, seed=1),
        "odd": case(B=3, T=2, C=5, OC=3, seed=2),
        "no_bias": case(B=2, T=4, C=7, OC=9, seed=3, has_bias=False),
        "one_row": case(B=1, T=1, C=37, OC=2, seed=4),
        "one_channel": case(B=1, T=5, C=1, OC=4, seed=5),
        "one_output": case(B=2, T=3, C=4, OC=1, seed=6),
        "past_a_tile": case(B=1, T=9, C=13, OC=17, seed=7),
        "before_a_tile": case(B=1, T=7, C=11, OC=15, seed=8),
        "wide": case(B=2, T=5, C=96, OC=65, seed=9),
    })  # fmt: skip
