"""Token and position embeddings as PyTorch defines them.

Running this file writes public/reference/encoder.safetensors.
"""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def encoder(inp, wte, wpe):
    """(B, T) ids, (V, C), (maxT, C) -> (B, T, C)"""
    positions = torch.arange(inp.shape[-1])
    return F.embedding(inp, wte) + F.embedding(positions, wpe)


def case(B, T, C, V, maxT, seed):
    torch.manual_seed(seed)
    inp = torch.randint(V, (B, T))
    wte = torch.randn(V, C).requires_grad_()
    wpe = torch.randn(maxT, C).requires_grad_()
    dout = torch.randn(B, T, C)  # the gradient that arrives from the layers above

    out = encoder(inp, wte, wpe)
    out.backward(dout)  # autograd fills wte.grad and wpe.grad; rows that were not looked up stay 0

    return {"B": B, "T": T, "C": C, "V": V, "maxT": maxT}, {
        "inp": inp.int(), "wte": wte, "wpe": wpe, "out": out,
        "dout": dout, "dwte": wte.grad, "dwpe": wpe.grad,
    }  # fmt: skip


if __name__ == "__main__":
    save("encoder", {
        "lesson": case(B=2, T=3, C=4, V=5, maxT=6, seed=1),
        "odd": case(B=3, T=1, C=5, V=37, maxT=1, seed=2),
        "repeated": case(B=4, T=16, C=3, V=2, maxT=16, seed=3),  # every token at about 32 places
        "wide": case(B=1, T=9, C=384, V=12, maxT=11, seed=4),
    })  # fmt: skip
