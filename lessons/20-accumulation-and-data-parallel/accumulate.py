"""One step's gradient in PyTorch, of a whole batch and part by part. Running this file writes public/reference/accumulate.safetensors."""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def accumulate(model, parts, total):
    """parts: inp (T, C), targets (T), and how many of the T tokens count; total: how many count in all of them"""
    model.zero_grad()
    mean = 0
    for inp, targets, count in parts:
        losses = F.cross_entropy(model(inp), targets, reduction="none")
        loss = losses[:count].sum() / total  # not .mean(): that would divide by this part's own count
        loss.backward()  # adds to .grad
        mean += loss.item()
    return mean


def whole(weight, inp, targets, counts):
    """The mean loss over all tokens that count, computed at once."""
    T = inp.shape[1]
    counted = torch.arange(T) < counts[:, None]
    losses = F.cross_entropy((inp @ weight.T).flatten(0, 1), targets.flatten(), reduction="none")
    return losses[counted.flatten()].mean()


def case(counts, T, C, V, seed):
    torch.manual_seed(seed)
    parts, counts = len(counts), torch.tensor(counts)
    weight = torch.randn(V, C, requires_grad=True)
    inp, targets = torch.randn(parts, T, C), torch.randint(V, (parts, T))
    loss = whole(weight, inp, targets, counts)
    loss.backward()

    model = torch.nn.Linear(C, V, bias=False)
    model.weight.data = weight.data
    mean = accumulate(model, zip(inp, targets, counts), counts.sum())
    assert torch.allclose(model.weight.grad, weight.grad, atol=1e-6) and abs(mean - loss.item()) < 1e-6

    tensors = {
        "dweight": torch.randn(V, C),  # what the step before has left
        "gradient": weight.grad,
        "loss": loss[None],
        "inp": inp,
        "targets": targets.int(),
        "counts": counts.int(),
        "weight": weight,
    }
    return {"parts": parts, "T": T, "C": C, "V": V}, tensors


if __name__ == "__main__":
    save("accumulate", {
        "lesson": case([5, 2, 4], T=5, C=4, V=6, seed=1),
        "equal": case([3, 3], T=4, C=2, V=5, seed=2),
        "no_padding": case([3, 3, 3, 3], T=3, C=5, V=2, seed=3),
        "one_part": case([2], T=4, C=3, V=7, seed=4),
        "lone_tokens": case([1, 6, 1], T=6, C=2, V=4, seed=5),
    })  # fmt: skip
