"""GELU, in GPT-2's tanh form, as PyTorch defines it.

Running this file writes public/reference/gelu.safetensors.
"""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def gelu(inp):
    """(N) -> (N)"""
    return F.gelu(inp, approximate="tanh")


def case(inp, seed):
    torch.manual_seed(seed)
    inp = inp.requires_grad_()
    dout = torch.randn(len(inp))  # the gradient that arrives from the layers above

    out = gelu(inp)
    out.backward(dout)  # autograd fills inp.grad

    return {"N": len(inp)}, {"inp": inp, "out": out, "dout": dout, "dinp": inp.grad}


def randn(N, seed):
    return torch.randn(N, generator=torch.Generator().manual_seed(seed)) * 2


if __name__ == "__main__":
    save("gelu", {
        "lesson": case(randn(24, seed=1), seed=2),
        "odd": case(randn(37, seed=3), seed=4),
        "one": case(torch.zeros(1), seed=5),
        "curve": case(torch.linspace(-8, 8, 1001), seed=6),  # the whole bend, and both of its flat ends
        "far": case(torch.tensor([-1e10, -1e4, -100, -10, 10, 100, 1e4, 1e10]), seed=7),
    })  # fmt: skip
