"""The soft cap of Gemma 2, as PyTorch computes it. Running this file writes public/reference/softcap.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def softcap(inp, cap):
    """(N) -> (N), each within -cap and cap"""
    return cap * torch.tanh(inp / cap)


def case(inp, cap, seed):
    """In float64, then rounded: in float32 autograd loses the slope where tanh is next to 1."""
    torch.manual_seed(seed)
    dout = torch.randn(len(inp))  # the gradient that arrives from the layers above
    exact = inp.double().requires_grad_()

    out = softcap(exact, cap)
    out.backward(dout.double())  # autograd fills exact.grad

    return {"N": len(inp), "cap": cap}, {
        "inp": inp, "out": out.float(), "dout": dout, "dinp": exact.grad.float(),
    }  # fmt: skip


def randn(N, scale, seed):
    return torch.randn(N, generator=torch.Generator().manual_seed(seed)) * scale


if __name__ == "__main__":
    save("softcap", {
        "lesson": case(randn(24, 40, seed=1), cap=30.0, seed=2),
        "odd": case(randn(37, 60, seed=3), cap=50.0, seed=4),
        "small_cap": case(randn(21, 1, seed=5), cap=0.5, seed=6),
        "curve": case(torch.linspace(-8, 8, 1001), cap=1.0, seed=7),  # the whole bend, and both of its flat ends
        "near_zero": case(torch.logspace(-12, 1, 131) * (1 - 2 * (torch.arange(131) % 2)), cap=30.0, seed=8),
        "far": case(torch.tensor([-3e38, -1e10, -1e4, -700, 700, 1e4, 1e10, 3e38]), cap=30.0, seed=9),
    })  # fmt: skip
