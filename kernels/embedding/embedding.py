"""The table of tokens as PyTorch defines it. Running this file writes public/reference/embedding.safetensors."""

import math
import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def embedding(inp, wte, scale):
    """(B, T), (V, C) -> (B, T, C)"""
    return F.embedding(inp, wte) * scale


def case(B, T, C, V, scale, seed):
    torch.manual_seed(seed)
    inp = torch.randint(V, (B, T))
    wte = torch.randn(V, C, requires_grad=True)
    dout = torch.randn(B, T, C)  # the gradient that arrives from the layers above
    out = embedding(inp, wte, scale)
    out.backward(dout)  # autograd fills wte.grad
    return {"B": B, "T": T, "C": C, "V": V, "scale": scale}, {
        "inp": inp.int(), "wte": wte, "out": out, "dout": dout, "dwte": wte.grad,
    }  # fmt: skip


if __name__ == "__main__":
    save("embedding", {
        "lesson": case(B=2, T=3, C=8, V=6, scale=1.0, seed=1),
        "scaled": case(B=1, T=5, C=36, V=4, scale=math.sqrt(36), seed=2),
        "one_token": case(B=2, T=8, C=5, V=1, scale=0.5, seed=3),
        "many": case(B=4, T=16, C=70, V=90, scale=1.0, seed=4),
    })  # fmt: skip
