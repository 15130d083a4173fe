"""Softmax as PyTorch defines it. Running this file writes public/reference/softmax.safetensors."""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def softmax(logits, V):
    """(B, T, Vp) -> (B, T, Vp); columns from V on are padding: not read, and of probability 0"""
    Vp = logits.shape[-1]
    return F.pad(F.softmax(logits[..., :V], dim=-1), (0, Vp - V))


def case(B, T, V, Vp, seed, spread=2.0, levels=(0,)):
    torch.manual_seed(seed)
    logits = torch.randn(B, T, Vp) * spread
    logits += torch.tensor(levels, dtype=torch.float).repeat(B * T)[: B * T].view(B, T, 1)
    logits[..., V:] = torch.randn(B, T, Vp - V) * 1e6  # rubbish, so that a kernel that reads the padding is found out
    dprobs = torch.randn(B, T, Vp)  # the gradient that arrives from the loss
    dprobs[..., V:] *= 1e6
    logits.requires_grad_()

    probs = softmax(logits, V)
    probs.backward(dprobs)  # autograd fills logits.grad

    return {"B": B, "T": T, "V": V, "Vp": Vp}, {
        "logits": logits, "probs": probs, "dprobs": dprobs, "dlogits": logits.grad,
    }  # fmt: skip


if __name__ == "__main__":
    save("softmax", {
        "lesson": case(B=2, T=3, V=5, Vp=8, seed=1),
        "odd": case(B=1, T=7, V=37, Vp=37, seed=2),
        "padded": case(B=3, T=2, V=50, Vp=128, seed=3),
        "column": case(B=4, T=1, V=1, Vp=3, seed=4),
        "wide": case(B=1, T=3, V=1000, Vp=1024, seed=5),
        "huge": case(B=2, T=1, V=50, Vp=64, seed=6, spread=1e4),  # exp of these overflows, even in float64
        # Rows far from 0, and far from one another: each needs a maximum of its own.
        "apart": case(B=2, T=5, V=7, Vp=9, seed=7, levels=(0, -2000, 500, 30, 3000, -800, -90)),
    })  # fmt: skip
