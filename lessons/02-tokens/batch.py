"""Windows of a text as a batch, cut by PyTorch. Running this file writes public/reference/batch.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def batch(tokens, starts, T):
    """(N), (B) -> (B, T), (B, T)"""
    windows = tokens.unfold(0, T + 1, 1)[starts]  # all windows of T + 1 tokens, and of these the ones asked for
    return windows[:, :-1], windows[:, 1:]


def case(N, B, T, seed):
    torch.manual_seed(seed)
    tokens = torch.randint(0, 50257, (N,))
    starts = torch.randperm(N - T)[:B]
    starts[B - 1] = N - T - 1  # the last window there is: its last target is the last token of the text
    inputs, targets = batch(tokens, starts, T)
    tensors = {"inputs": inputs, "targets": targets, "tokens": tokens, "starts": starts}
    return {"N": N, "B": B, "T": T}, {name: tensor.int() for name, tensor in tensors.items()}


if __name__ == "__main__":
    save("batch", {
        "lesson": case(N=40, B=3, T=5, seed=1),
        "long": case(N=200, B=2, T=16, seed=2),
        "one": case(N=30, B=4, T=1, seed=3),
    })  # fmt: skip
