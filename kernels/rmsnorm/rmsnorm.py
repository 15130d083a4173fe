"""RMSNorm as PyTorch defines it. Running this file writes public/reference/rmsnorm.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def rmsnorm(inp, weight, eps):
    """(B, T, C), (C) -> (B, T, C)

    Written out, as PyTorch has F.rms_norm only since 2.4.
    """
    rstd = (inp.square().mean(dim=-1, keepdim=True) + eps).rsqrt()
    return inp * rstd * weight


def case(B, T, C, eps, seed):
    torch.manual_seed(seed)
    inp = (torch.randn(B, T, C) * 2 + 0.5).requires_grad_()  # a mean that is not 0: it is not taken away
    weight = (torch.randn(C) * 0.5 + 1.5).requires_grad_()
    dout = torch.randn(B, T, C)  # the gradient that arrives from the layers above

    out = rmsnorm(inp, weight, eps)
    out.backward(dout)  # autograd fills inp.grad and weight.grad

    rstd = (inp.square().mean(dim=-1) + eps).rsqrt()
    return {"B": B, "T": T, "C": C, "eps": eps}, {
        "inp": inp, "weight": weight, "out": out, "rstd": rstd,
        "dout": dout, "dinp": inp.grad, "dweight": weight.grad,
    }  # fmt: skip


if __name__ == "__main__":
    save("rmsnorm", {
        "lesson": case(B=2, T=3, C=8, eps=1e-5, seed=1),
        "odd": case(B=1, T=7, C=5, eps=1e-6, seed=2),
        "large": case(B=1, T=2, C=6, eps=2.0, seed=4),  # so large that a kernel with an eps of its own is found
        "wide": case(B=3, T=2, C=768, eps=1e-5, seed=3),
    })  # fmt: skip
