"""The noise of a gradient in PyTorch. Running this file writes public/reference/noise.safetensors."""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def noise_of(gradients):
    """(n, P) -> the squared length of the true gradient, without bias, and the sum of the variances"""
    n, _ = gradients.shape
    variance = torch.var(gradients.double(), dim=0, unbiased=True).sum()
    mean = gradients.double().mean(dim=0)
    return torch.stack([mean @ mean - variance / n, variance])


def case(n, inputs, outputs, seed, opposed=False):
    """Gradients of a classifier: each of n examples has one, by autograd. Opposed: each is the one before, turned around."""
    torch.manual_seed(seed)
    weight = torch.randn(outputs, inputs, requires_grad=True)
    rows = []
    for k in range(n):
        x = -x if opposed and k > 0 else torch.randn(inputs) + 1
        loss = F.cross_entropy(F.linear(x, weight)[None], torch.tensor([seed % outputs]))
        rows.append(torch.autograd.grad(loss, weight)[0].flatten())
    gradients = torch.stack(rows)
    return {"n": n, "P": inputs * outputs}, {"gradients": gradients, "out": noise_of(gradients).float()}


if __name__ == "__main__":
    save("noise", {
        "lesson": case(n=6, inputs=3, outputs=4, seed=1),
        "two_texts": case(n=2, inputs=4, outputs=3, seed=2),
        "many": case(n=40, inputs=2, outputs=3, seed=3),
        "more_texts_than_weights": case(n=9, inputs=1, outputs=2, seed=4),
        "below_zero": case(n=2, inputs=3, outputs=2, seed=5, opposed=True),
    })  # fmt: skip
