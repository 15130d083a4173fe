"""A table of logits that guesses the next token from the one before, in PyTorch. Running this file writes
public/reference/bigram.safetensors."""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def bigram(table, inputs, targets):
    """table (V, V), inputs (N), targets (N) -> the mean loss"""
    return F.cross_entropy(table[inputs], targets)


def descend(table, inputs, targets, lr, steps):
    """Changes the table in as many steps of gradient descent."""
    for _ in range(steps):
        table.grad = None
        bigram(table, inputs, targets).backward()
        with torch.no_grad():
            table -= lr * table.grad


def case(N, V, seed, lr=0.5, steps=5):
    torch.manual_seed(seed)
    table = torch.nn.Parameter(torch.randn(V, V))
    inputs, targets = torch.randint(V, (2, N))
    losses = F.cross_entropy(table[inputs], targets, reduction="none")
    loss = bigram(table, inputs, targets)
    loss.backward()
    trained = torch.nn.Parameter(table.detach().clone())
    descend(trained, inputs, targets, lr, steps)
    tensors = {
        "table": table,
        "inputs": inputs.int(),
        "targets": targets.int(),
        "probs": table.softmax(dim=-1),
        "losses": losses,
        "loss": loss.reshape(1),
        "dtable": table.grad,
        "trained": trained,
    }
    return {"N": N, "V": V, "lr": lr, "steps": steps}, tensors


if __name__ == "__main__":
    save("bigram", {
        "lesson": case(N=7, V=4, seed=1),
        "many_pairs": case(N=60, V=5, seed=2),  # so that most pairs come more than once
        "few_pairs": case(N=3, V=6, seed=3),  # and rows that are never asked for
    })  # fmt: skip
