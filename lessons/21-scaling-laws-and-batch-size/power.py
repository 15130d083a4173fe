"""A power law fitted by least squares in PyTorch. Running this file writes public/reference/power.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def fit_power(N, loss, E):
    """(n), (n) -> A, alpha of loss = E + A / N**alpha, by least squares on logarithms"""
    y = torch.log(loss.double() - E)
    X = torch.stack([torch.ones_like(y), -torch.log(N.double())], dim=1)  # (n, 2): ln A has the factor 1, alpha -ln N
    solution = torch.linalg.lstsq(X, y[:, None]).solution[:, 0]
    return torch.stack([solution[0].exp(), solution[1]])


def case(n, A, alpha, E, noise, seed, first=200.0, factor=3.0):
    torch.manual_seed(seed)
    N = (first * factor ** torch.arange(n)).round()
    loss = E + A / N**alpha * torch.exp(noise * torch.randn(n))
    return {"n": n, "E": E}, {"N": N, "loss": loss, "out": fit_power(N, loss, E).float()}


if __name__ == "__main__":
    save("power", {
        "lesson": case(n=6, A=12.0, alpha=0.25, E=1.5, noise=0.03, seed=1),
        "exact": case(n=4, A=3.0, alpha=0.5, E=1.0, noise=0.0, seed=2, first=2.0),
        "two_models": case(n=2, A=5.0, alpha=0.2, E=0.5, noise=0.1, seed=3),
        "no_floor": case(n=7, A=8.0, alpha=0.12, E=0.0, noise=0.05, seed=4),
        "rising": case(n=5, A=0.4, alpha=-0.15, E=0.75, noise=0.05, seed=5, first=4.0),
    })  # fmt: skip
