"""LayerNorm as PyTorch defines it. Running this file writes public/reference/layernorm.safetensors."""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def layernorm(inp, weight, bias):
    """(B, T, C), (C), (C) -> (B, T, C)"""
    return F.layer_norm(inp, inp.shape[-1:], weight, bias, eps=1e-5)


def case(B, T, C, seed):
    torch.manual_seed(seed)
    inp = (torch.randn(B, T, C) * 2 + 0.5).requires_grad_()  # mean far from 0 and variance far from 1
    weight = (torch.randn(C) * 0.5 + 1.5).requires_grad_()
    bias = torch.randn(C).requires_grad_()
    dout = torch.randn(B, T, C)  # the gradient that arrives from the layers above

    out = layernorm(inp, weight, bias)
    out.backward(dout)  # autograd fills inp.grad, weight.grad and bias.grad

    mean = inp.mean(dim=-1)
    rstd = (inp.var(dim=-1, unbiased=False) + 1e-5).rsqrt()
    return {"B": B, "T": T, "C": C}, {
        "inp": inp, "weight": weight, "bias": bias, "out": out, "mean": mean, "rstd": rstd,
        "dout": dout, "dinp": inp.grad, "dweight": weight.grad, "dbias": bias.grad,
    }  # fmt: skip


if __name__ == "__main__":
    save("layernorm", {
        "lesson": case(B=2, T=3, C=8, seed=1),
        "odd": case(B=1, T=7, C=5, seed=2),
        "wide": case(B=3, T=2, C=768, seed=3),
    })  # fmt: skip
