"""Gradient clipping as PyTorch defines it. Running this file writes public/reference/clip.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def clip(gradients, max_norm):
    """Any number of tensors -> the same scaled, and their common norm before that (1)"""
    params = [torch.nn.Parameter(torch.zeros_like(gradient)) for gradient in gradients]
    for param, gradient in zip(params, gradients):
        param.grad = gradient.clone()
    norm = torch.nn.utils.clip_grad_norm_(params, max_norm)
    return [param.grad for param in params], norm


def case(N1, N2, N3, max_norm, seed, scale=1.0):
    torch.manual_seed(seed)
    grads = [torch.randn(N) * scale for N in (N1, N2, N3)]
    clipped, norm = clip(grads, max_norm)
    tensors = {"norm": norm.reshape(1)}
    for i in range(3):
        tensors |= {f"grads{i + 1}": grads[i], f"clipped{i + 1}": clipped[i]}
    return {"N1": N1, "N2": N2, "N3": N3, "maxNorm": max_norm}, tensors


if __name__ == "__main__":
    save("clip", {
        "lesson": case(N1=4, N2=6, N3=5, max_norm=1.0, seed=1),
        "not_over": case(N1=3, N2=1, N3=2, max_norm=100.0, seed=2),
        "long": case(N1=37, N2=1, N3=1001, max_norm=0.5, seed=3),
        "tiny": case(N1=5, N2=7, N3=3, max_norm=1e-6, seed=4, scale=1e-6),  # so small that the 1e-6 counts
    })  # fmt: skip
