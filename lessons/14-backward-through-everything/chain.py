"""The second half of a block, x + mlp(ln_2(x)), once and several times over, with its gradients from autograd.
Running this file writes public/reference/chain.safetensors and chain-layers.safetensors."""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save

NAMES = ("ln2w", "ln2b", "fcw", "fcb", "fcprojw", "fcprojb")


def half(x, p):
    """(B, T, C) -> (B, T, C), and what the forward pass keeps on its way"""
    C = x.shape[-1]
    ln2 = F.layer_norm(x, (C,), p["ln2w"], p["ln2b"])
    fch = F.linear(ln2, p["fcw"], p["fcb"])
    fchgelu = F.gelu(fch, approximate="tanh")
    fcproj = F.linear(fchgelu, p["fcprojw"], p["fcprojb"])
    mean = x.mean(-1)
    rstd = (x.var(-1, unbiased=False) + 1e-5).rsqrt()
    return x + fcproj, {"ln2": ln2, "ln2mean": mean, "ln2rstd": rstd, "fch": fch, "fchgelu": fchgelu}


def weights(C):
    shapes = {"ln2w": (C,), "ln2b": (C,), "fcw": (4 * C, C), "fcb": (4 * C,), "fcprojw": (C, 4 * C), "fcprojb": (C,)}
    spread = {"ln2w": 1.0, "ln2b": 0.5, "fcw": 0.6, "fcb": 0.5, "fcprojw": 0.4, "fcprojb": 0.5}
    return {name: (torch.randn(shape) * spread[name]).requires_grad_() for name, shape in shapes.items()}


def case(B, T, C, seed):
    torch.manual_seed(seed)
    x = (torch.randn(B, T, C) * 1.5 + 0.3).requires_grad_()
    p = weights(C)
    out, kept = half(x, p)
    dout = torch.randn(B, T, C)
    out.backward(dout)
    tensors = {"residual2": x, "dresidual2": x.grad, "dresidual3": dout, **kept, **p}
    tensors |= {f"d{name}": p[name].grad for name in NAMES}
    return {"B": B, "T": T, "C": C}, tensors


def layers_case(L, B, T, C, seed):
    """L of them, one after another: every tensor has L as its first dimension, and inp[l] is what layer l began with."""
    torch.manual_seed(seed)
    x = (torch.randn(B, T, C) * 1.2).requires_grad_()
    all_p = [weights(C) for _ in range(L)]
    inps, kepts, stream = [], [], x
    for p in all_p:
        inps.append(stream)
        stream, kept = half(stream, p)
        kepts.append(kept)
    dout = torch.randn(B, T, C)
    stream.backward(dout)
    stack = lambda tensors: torch.stack([t.detach() for t in tensors])
    tensors = {"dinp": x.grad, "dout": dout, "inp": stack(inps)}
    tensors |= {name: stack([kept[name] for kept in kepts]) for name in kepts[0]}
    tensors |= {name: stack([p[name] for p in all_p]) for name in NAMES}
    tensors |= {f"d{name}": torch.stack([p[name].grad for p in all_p]) for name in NAMES}
    return {"L": L, "B": B, "T": T, "C": C}, tensors


if __name__ == "__main__":
    save("chain", {
        "lesson": case(B=2, T=3, C=4, seed=1),
        "one_token": case(B=1, T=1, C=6, seed=2),
    })  # fmt: skip
    save("chain-layers", {
        "one_layer": layers_case(L=1, B=2, T=3, C=4, seed=3),
        "three_layers": layers_case(L=3, B=2, T=4, C=5, seed=4),
    })  # fmt: skip
