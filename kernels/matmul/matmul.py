"""Matmul (torch.nn.Linear) as PyTorch defines it. Running this file writes public/reference/matmul.safetensors, and
matmul-half.safetensors, where the weight is rounded to 16 bits.
"""

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


def words(halves):
    """Numbers of 16 bits, two in a word of 32, the first in the lower half. An odd one out is followed by 0."""
    bits = halves.contiguous().view(torch.int16).flatten()
    return F.pad(bits, (0, len(bits) % 2)).view(torch.int32)


def half_case(dtype, B, T, C, OC, seed, has_bias=True):
    """As `case`, with the weight rounded. Its gradient is that of the rounded one: rounding itself has none."""
    torch.manual_seed(seed)
    inp = torch.randn(B, T, C).requires_grad_()
    halves = (torch.randn(OC, C) * C**-0.5).to(dtype)
    weight = halves.to(torch.float32).requires_grad_()
    bias = torch.randn(OC).requires_grad_() if has_bias else None
    dout = torch.randn(B, T, OC)
    out = matmul(inp, weight, bias)
    out.backward(dout)

    tensors = {
        "inp": inp, "packed": words(halves), "out": out,
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
    save("matmul-half", {
        f"{name}_{kind}": half_case(dtype, **sizes)
        for kind, dtype in (("bfloat16", torch.bfloat16), ("float16", torch.float16))
        for name, sizes in {
            "lesson": dict(B=2, T=3, C=8, OC=6, seed=11),
            "odd": dict(B=3, T=2, C=5, OC=3, seed=12),
            "no_bias": dict(B=2, T=4, C=7, OC=9, seed=13, has_bias=False),
            "one_channel": dict(B=1, T=5, C=1, OC=5, seed=14),
            "past_a_tile": dict(B=1, T=9, C=13, OC=17, seed=15),
            "fours": dict(B=1, T=5, C=96, OC=68, seed=16),
        }.items()
    })  # fmt: skip
