"""Two small blocks, each added to the stream that it reads, with the gradient from autograd.
Running this file writes public/reference/stack.safetensors."""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def block(x):
    """(N) -> (N)"""
    return x + F.gelu(x, approximate="tanh")


def case(N, seed):
    torch.manual_seed(seed)
    inp = (torch.randn(N) * 2).requires_grad_()
    dout = torch.randn(N)  # the gradient that arrives from the layers above

    mid = block(inp)
    out = block(mid)
    out.backward(dout)  # autograd fills inp.grad

    return {"N": N}, {"inp": inp, "mid": mid, "out": out, "dout": dout, "dinp": inp.grad}


if __name__ == "__main__":
    save("stack", {
        "lesson": case(N=24, seed=1),
        "odd": case(N=37, seed=2),
        "one": case(N=1, seed=3),
    })  # fmt: skip
