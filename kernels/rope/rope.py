"""RoPE as PyTorch defines it, in the two layouts that are in use. Running this file writes public/reference/rope.safetensors."""

import math
import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def frequencies(hs, base, scaling=None):
    """(hs / 2) in float64: by how many radians each pair of channels is turned from one place to the next.

    scaling: None, or Llama 3.1's (factor, low, high, T before): slow turns are slowed down, fast ones kept, and between
    the two the one passes into the other.
    """
    turns = base ** (-torch.arange(0, hs, 2, dtype=torch.float64) / hs)
    if scaling is None:
        return turns
    factor, low, high, before = scaling
    rounds = before * turns / (2 * math.pi)  # full turns within the length that the model was trained on
    kept = ((rounds - low) / (high - low)).clamp(0, 1)
    return kept * turns + (1 - kept) * turns / factor


def angles(T, hs, base, scaling=None):
    """(T, hs / 2) in float64"""
    return torch.outer(torch.arange(T, dtype=torch.float64), frequencies(hs, base, scaling))


def neighbours(x, angle):
    """Channels 2i and 2i + 1 as one complex number, which is turned: (B, T, heads, hs) -> (B, T, heads, hs)"""
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2))
    turn = torch.polar(torch.ones_like(angle), angle).to(torch.complex64)
    return torch.view_as_real(pairs * turn[:, None]).flatten(-2)


def halves(x, angle):
    """Channels i and i + hs / 2 as a pair: (B, T, heads, hs) -> (B, T, heads, hs)"""
    cos, sin = (torch.cat([f(angle)] * 2, dim=-1).float()[:, None] for f in (torch.cos, torch.sin))
    a, b = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-b, a], dim=-1) * sin


def case(B, T, NH, NKV, hs, base, seed, rotate, scaling=None, start=0):
    torch.manual_seed(seed)
    inp = torch.randn(B, T, (NH + 2 * NKV) * hs, requires_grad=True)
    dout = torch.randn(B, T, (NH + 2 * NKV) * hs)
    angle = angles(start + T, hs, base, scaling)[start:]

    heads = inp.view(B, T, NH + 2 * NKV, hs)
    turned = rotate(heads[:, :, : NH + NKV], angle)  # queries and keys; values stay as they are
    out = torch.cat([turned, heads[:, :, NH + NKV :]], dim=2).view_as(inp)
    out.backward(dout)
    cis = torch.stack([angle.cos(), angle.sin()], dim=1).float()
    apart = 1 if rotate is neighbours else hs // 2
    sizes = {"B": B, "T": T, "NH": NH, "NKV": NKV, "hs": hs, "apart": apart, "base": base, "start": start}
    for name, value in zip(("factor", "low", "high", "before"), scaling or ()):
        sizes[name] = value
    return sizes, {"inp": inp, "cis": cis, "out": out, "dout": dout, "dinp": inp.grad}


if __name__ == "__main__":
    llama3 = (8, 1, 4, 8192)
    save("rope", {
        "lesson": case(B=2, T=3, NH=2, NKV=1, hs=4, base=10000, seed=1, rotate=neighbours),
        "halves": case(B=2, T=3, NH=2, NKV=1, hs=4, base=10000, seed=1, rotate=halves),
        "odd": case(B=1, T=5, NH=3, NKV=3, hs=6, base=100, seed=2, rotate=halves),
        "pair": case(B=1, T=4, NH=1, NKV=1, hs=2, base=10000, seed=3, rotate=neighbours),
        "far": case(B=1, T=3, NH=2, NKV=2, hs=10, base=500000, seed=4, rotate=neighbours, start=130000),
        "llama3": case(B=1, T=4, NH=4, NKV=2, hs=64, base=500000, seed=5, rotate=halves, scaling=llama3, start=9000),
    })  # fmt: skip
