"""Dropout in PyTorch, with the masks of this course's generator. Running this file writes public/reference/dropout.safetensors."""

import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

kernels = pathlib.Path(__file__).parents[2] / "kernels"
for folder in (kernels, kernels / "gpt2"):
    sys.path.append(str(folder))
from generator import open_stream, uniform
from reference import save


def dropout(x, mask, p):
    """What F.dropout does, with its mask handed over: mask is 1 where a number is kept."""
    return x * mask / (1 - p)


def agrees_with_torch(p):
    """F.dropout draws its own mask. With that one, the function above and its gradient are the same."""
    x = torch.randn(1000, requires_grad=True)
    out = F.dropout(x, p, training=True)
    mask = (out != 0).float()
    dout = torch.randn(1000)
    (theirs,) = torch.autograd.grad(out, x, dout)
    ours = dropout(x, mask, p)
    (gradient,) = torch.autograd.grad(ours, x, dout)
    return torch.allclose(ours, out) and torch.allclose(gradient, theirs)


def case(N, p, training, seed, step):
    torch.manual_seed(step)
    assert agrees_with_torch(p)
    kept = uniform(open_stream(seed, step), np.arange(N)) >= p
    x = torch.randn(N, requires_grad=True)
    dout = torch.randn(N)
    out = dropout(x, torch.from_numpy(kept).float(), p) if training else F.dropout(x, p, training=False)
    (dinp,) = torch.autograd.grad(out, x, dout)
    sizes = {"seed": seed, "step": step, "p": p, "training": int(training), "N": N}
    return sizes, {"out": out, "dinp": dinp, "inp": x, "dout": dout}


if __name__ == "__main__":
    save("dropout", {
        "lesson": case(N=12, p=0.25, training=True, seed=1, step=3),
        "most": case(N=40, p=0.8, training=True, seed=2, step=1),
        "long": case(N=101, p=0.1, training=True, seed=7, step=250),
        "evaluation": case(N=12, p=0.25, training=False, seed=1, step=3),
    })  # fmt: skip
