"""The residual sum as PyTorch defines it. Running this file writes public/reference/residual.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def residual(inp1, inp2):
    """(N), (N) -> (N)"""
    return torch.add(inp1, inp2)


def case(N, seed):
    torch.manual_seed(seed)
    inp1 = (torch.randn(N) * 3).requires_grad_()
    inp2 = torch.randn(N).requires_grad_()
    dout = torch.randn(N)  # the gradient that arrives from the layers above

    out = residual(inp1, inp2)
    out.backward(dout)  # autograd fills inp1.grad and inp2.grad

    return {"N": N}, {
        "inp1": inp1, "inp2": inp2, "out": out,
        "dout": dout, "dinp1": inp1.grad, "dinp2": inp2.grad,
    }  # fmt: skip


if __name__ == "__main__":
    save("residual", {
        "lesson": case(N=24, seed=1),
        "odd": case(N=37, seed=2),
        "one": case(N=1, seed=3),
        "wide": case(N=1536, seed=4),
    })  # fmt: skip
