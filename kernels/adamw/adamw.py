"""AdamW as PyTorch defines it. Running this file writes public/reference/adamw.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def adamw(param, gradients, **settings):
    """(N), (steps, N) -> params, m, v, each (steps, N): what they are after each step"""
    optimizer = torch.optim.AdamW([param], **settings)
    after = {"params": [], "m": [], "v": []}
    for gradient in gradients:
        param.grad = gradient.clone()
        optimizer.step()
        after["params"].append(param.detach().clone())
        after["m"].append(optimizer.state[param]["exp_avg"].clone())
        after["v"].append(optimizer.state[param]["exp_avg_sq"].clone())
    return {name: torch.stack(values) for name, values in after.items()}


def case(N, steps, seed, lr, beta1, beta2, eps, weight_decay, scale=1.0):
    torch.manual_seed(seed)
    start = torch.randn(N)
    grads = torch.randn(steps, N) * scale
    grads[:, 2] = 0  # a weight that nothing asks to move: only decay does

    param = torch.nn.Parameter(start.clone())
    after = adamw(param, grads, lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay)
    sizes = {
        "N": N, "steps": steps,
        "lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps, "weightDecay": weight_decay,
    }  # fmt: skip
    return sizes, {"start": start, "grads": grads, **after}


if __name__ == "__main__":
    save("adamw", {
        "lesson": case(N=8, steps=4, seed=1, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.1),
        "long": case(N=37, steps=50, seed=2, lr=0.003, beta1=0.9, beta2=0.95, eps=1e-8, weight_decay=0.5),
        "no_decay": case(N=5, steps=6, seed=3, lr=0.1, beta1=0.8, beta2=0.99, eps=1e-8, weight_decay=0.0),
        "no_memory": case(N=5, steps=3, seed=4, lr=0.1, beta1=0.0, beta2=0.0, eps=1e-3, weight_decay=0.01),
        # Gradients so small that eps counts.
        "small": case(N=9, steps=5, seed=5, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-6, weight_decay=0.1, scale=1e-6),
    })  # fmt: skip
