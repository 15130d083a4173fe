"""All windows of a text in order, cut by PyTorch, and some of them as a batch. Running this file writes
public/reference/windows.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def windows(tokens, T):
    """(N) -> (windows, T), (windows, T): as many windows as have a target for each of their tokens"""
    return tokens[:-1].unfold(0, T, T), tokens[1:].unfold(0, T, T)


def case(N, B, T, position, seed):
    torch.manual_seed(seed)
    tokens = torch.randint(1, 50257, (N,))
    inputs, targets = windows(tokens, T)
    dealt = (position + torch.arange(B)) % len(inputs)
    tensors = {"inputs": inputs[dealt], "targets": targets[dealt], "tokens": tokens}
    sizes = {"N": N, "B": B, "T": T, "position": position}
    return sizes, {name: tensor.int() for name, tensor in tensors.items()}


if __name__ == "__main__":
    save("windows", {
        "lesson": case(N=24, B=3, T=4, position=4, seed=1),
        "twice": case(N=45, B=2, T=5, position=15, seed=2),
        "uneven": case(N=41, B=5, T=6, position=17, seed=3),
        "one_over": case(N=25, B=3, T=4, position=5, seed=4),  # N - 1 is a multiple of T: the last window just fits
        "from_the_middle": case(N=30, B=3, T=4, position=9, seed=6),
        "one_under": case(N=23, B=4, T=3, position=6, seed=5),
    })  # fmt: skip
