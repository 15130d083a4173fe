"""Numbers in 16 bits, two in a word, as PyTorch rounds them.

Running this file writes public/reference/pack.safetensors.
"""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def pack(inp, dtype):
    """(N) float32 -> (N / 2, rounded up) int32: number 2i is in the lower half of word i, 2i + 1 in the upper."""
    bits = inp.to(dtype).view(torch.int16)
    even = torch.cat([bits, torch.zeros(len(bits) % 2, dtype=torch.int16)])
    return even.view(torch.int32)  # of a machine whose lowest byte comes first, as that of every browser


def case(inp):
    tensors = {"inp": inp}
    for name, dtype in [("bfloat16", torch.bfloat16), ("float16", torch.float16)]:
        tensors[f"packed_{name}"] = pack(inp, dtype)
        tensors[f"out_{name}"] = inp.to(dtype).float()  # what unpacking gives
    return {"N": len(inp)}, tensors


def randn(N, seed):
    return torch.randn(N, generator=torch.Generator().manual_seed(seed))


def words(N, seed):
    """Floats of every size: N patterns of bits, of which a third are half way between two of bfloat16, a third of float16."""
    bits = torch.randint(-2**31, 2**31, (N,), generator=torch.Generator().manual_seed(seed))
    bits[0::3] = (bits[0::3] & ~0xFFFF) | 0x8000
    bits[1::3] = (bits[1::3] & ~0x1FFF) | 0x1000
    inp = bits.to(torch.int32).view(torch.float32)
    return torch.where(inp.isnan(), torch.zeros(N), inp)  # which NaN comes out is no format's to say


if __name__ == "__main__":
    inf = float("inf")
    save("pack", {
        "lesson": case(randn(6, seed=1)),
        "odd": case(randn(37, seed=2)),
        "one": case(torch.tensor([1 / 3])),
        "every size": case(words(6001, seed=3)),
        "small": case(randn(2001, seed=4) * 2.0**-20),  # float16's subnormals
        "ends": case(torch.tensor([
            0.0, -0.0, inf, -inf, 65504, 65519.996, 65520, -65520, 1e30, -3.4e38, 3.39e38, 3.4028235e38,
            2.0**-14, 2.0**-14 - 2.0**-25, 2.0**-24, 2.0**-25, -(2.0**-25), 2.0**-25 * (1 + 2.0**-23), -3 * 2.0**-25,
            2.0**-126, 2.0**-127, 2.0**-133, 2.0**-134, -3 * 2.0**-134, 2.0**-149,
        ])),
    })  # fmt: skip
