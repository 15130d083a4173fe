"""Blocks of 32 values in 8 bits, in PyTorch: a scale, and whole numbers from -127 to 127.
Running this file writes public/reference/q8-blocks.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def quantize(inp):
    """(N, 32) -> whole (N, 32), scales (N)"""
    scales = inp.abs().amax(dim=-1).double() / 127
    steps = inp.double() / scales.where(scales > 0, torch.ones_like(scales))[:, None]
    whole = torch.trunc(steps + torch.copysign(torch.full_like(steps, 0.5), steps))  # halves go away from 0
    return whole, scales, steps


def case(inp):
    whole, scales, steps = quantize(inp)
    # No value is so close to the middle between two that rounding could decide, unless it is there exactly.
    middle = (steps - steps.floor() - 0.5).abs()
    assert ((middle == 0) | (middle > 1e-5)).all()
    assert ((whole * scales[:, None] - inp).abs() <= scales[:, None] * (0.5 + 1e-9)).all()
    return {"N": len(inp)}, {"inp": inp, "whole": whole.float(), "scales": scales.float()}


def randn(N, seed, spread):
    return torch.randn(N, 32, generator=torch.Generator().manual_seed(seed)) * spread


if __name__ == "__main__":
    halves = torch.arange(-16, 16) + 0.5
    halves[0] = -127.0
    lone = torch.zeros(3, 32)  # a block of zeros between two others
    lone[0, 3], lone[2, 31] = 254, -3
    save("q8-blocks", {
        "lesson": case(randn(2, seed=1, spread=10.0)),
        "many": case(randn(9, seed=2, spread=100.0)),
        "half_way": case(torch.stack([halves, -halves * 4])),
        "zeros": case(lone),
    })  # fmt: skip
