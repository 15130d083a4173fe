"""SwiGLU and GeGLU as PyTorch defines them. Running this file writes public/reference/swiglu.safetensors."""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def swiglu(inp):
    """(B, T, 2F) -> (B, T, F)"""
    gate, up = inp.chunk(2, dim=-1)
    return F.silu(gate) * up


def geglu(inp):
    """(B, T, 2F) -> (B, T, F)"""
    gate, up = inp.chunk(2, dim=-1)
    return F.gelu(gate, approximate="tanh") * up


def case(B, T, width, seed, spread=2.0):
    torch.manual_seed(seed)
    inp = (torch.randn(B, T, 2 * width) * spread).requires_grad_()
    dout = torch.randn(B, T, width)  # the gradient that arrives from the layers above
    tensors = {"inp": inp, "dout": dout}
    for name, kernel in (("silu", swiglu), ("gelu", geglu)):
        inp.grad = None
        out = kernel(inp)
        out.backward(dout)  # autograd fills inp.grad
        tensors |= {f"out_{name}": out, f"dinp_{name}": inp.grad.clone()}
    return {"B": B, "T": T, "F": width}, tensors


if __name__ == "__main__":
    save("swiglu", {
        "lesson": case(B=2, T=3, width=5, seed=1),
        "odd": case(B=1, T=1, width=37, seed=2),
        "far": case(B=1, T=2, width=24, seed=3, spread=40.0),  # gates that are shut, or open, to the last bit
        "wide": case(B=1, T=3, width=300, seed=4),
    })  # fmt: skip
