"""float32 rounded to bfloat16 by PyTorch, bits to bits. Running this file writes public/reference/bfloat16.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def case(words):
    """words (N) int64, the bits of float32 -> the bits of bfloat16, as int32 from 0 to 65535"""
    inp = torch.where(words >= 2**31, words - 2**32, words).to(torch.int32)
    values = inp.view(torch.float32)
    rounded = values.to(torch.bfloat16)
    assert torch.equal(rounded.isnan(), values.isnan())
    bits = rounded.view(torch.int16).to(torch.int32) & 0xFFFF
    # Which NaN comes out is left open. Here it is the quiet one, with the sign that was there.
    nan = torch.where(inp < 0, 0xFFC0, 0x7FC0).to(torch.int32)
    return {"N": len(words)}, {"inp": inp, "out": torch.where(values.isnan(), nan, bits)}


def floats(*values):
    return torch.tensor(values, dtype=torch.float32).view(torch.int32).long() & 0xFFFFFFFF


def random(N, seed):
    """Numbers from 1/2 to 2, of which each third is half way between two of bfloat16."""
    words = torch.randint(0x3F000000, 0x40000000, (N,), generator=torch.Generator().manual_seed(seed))
    words[::3] = (words[::3] & ~0xFFFF) | 0x8000
    return words


if __name__ == "__main__":
    halves = [0x3F808000, 0x3F818000, 0xBF808000, 0xBF818000, 0x3F807FFF, 0x3F808001, 0x3FFF8000]
    ends = [0x7F800000, 0xFF800000, 0x7F7F7FFF, 0x7F7F8000, 0xFF7FFFFF, 0, 0x80000000, 1, 0x8000, 0x18000]
    nans = [0x7FC00000, 0xFFC00000, 0x7F800001, 0xFF800001, 0x7FFFFFFF, 0xFFFFFFFF]
    save("bfloat16", {
        "lesson": case(floats(0.1, -0.1, 1.0, 257.0, 259.0, 1 / 3, -3.14159265, 1e-30, 65504.0)),
        "half_way": case(torch.tensor(halves)),
        "random": case(random(300, seed=1)),
        "ends": case(torch.tensor(ends)),
        "not_a_number": case(torch.tensor(nans)),
    })  # fmt: skip
