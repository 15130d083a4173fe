"""Bits per byte in PyTorch. Running this file writes public/reference/bits-per-byte.safetensors."""

import math
import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def bits_per_byte(losses, text):
    """losses (N) in nats, of the tokens that spell the text -> (1)"""
    return (losses.sum() / math.log(2) / len(text.encode())).reshape(1)


def case(text, N, V, seed):
    torch.manual_seed(seed)
    losses = F.cross_entropy(torch.randn(N, V).double() * 2, torch.randint(V, (N,)), reduction="none")
    characters = torch.tensor([ord(character) for character in text])
    return {"N": N, "M": len(text)}, {
        "losses": losses.float(),
        "characters": characters.int(),
        "bits": bits_per_byte(losses, text).float(),
    }


if __name__ == "__main__":
    save("bits-per-byte", {
        "lesson": case("To be, or not to be", N=7, V=50, seed=1),
        "accents": case("Où est la bibliothèque ?", N=11, V=30, seed=2),
        "three_bytes": case("漢字 and €5", N=6, V=40, seed=3),
        "four_bytes": case("😀 is one character 🎭", N=9, V=20, seed=4),
        # The first and the last character of each length.
        "borders": case("\x7f\x80\u07ff\u0800\uffff\U00010000", N=5, V=10, seed=5),
    })  # fmt: skip
