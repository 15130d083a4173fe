"""Scores of endings in PyTorch. Running this file writes public/reference/endings.safetensors."""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def score_endings(logits, tokens, contexts, lengths):
    """logits (N, T, V), tokens (N, T), contexts and lengths (N) -> sums, means, perplexities (N)"""
    # The row of logits at t is about token t + 1.
    losses = F.cross_entropy(logits[:, :-1].transpose(1, 2), tokens[:, 1:], reduction="none")  # (N, T - 1)
    places = torch.arange(1, tokens.shape[1])
    mask = (places >= contexts[:, None]) & (places < lengths[:, None])
    sums = -(losses * mask).sum(dim=1)
    means = sums / (lengths - contexts)
    return sums, means, torch.exp(-means)


def case(N, T, V, contexts, lengths, seed, spread=1.5, levels=0.0):
    torch.manual_seed(seed)
    logits = torch.randn(N, T, V) * spread + torch.linspace(-levels, levels, N * T).view(N, T, 1)
    tokens = torch.randint(V, (N, T))
    contexts, lengths = torch.tensor(contexts), torch.tensor(lengths)
    sums, means, perplexities = score_endings(logits.double(), tokens, contexts, lengths)
    return {"N": N, "T": T, "V": V}, {
        "logits": logits,
        "tokens": tokens.int(),
        "contexts": contexts.int(),
        "lengths": lengths.int(),
        "sums": sums.float(),
        "means": means.float(),
        "perplexities": perplexities.float(),
    }


if __name__ == "__main__":
    save("endings", {
        "lesson": case(N=4, T=9, V=6, contexts=[3, 3, 3, 3], lengths=[5, 9, 7, 8], seed=1),
        "contexts_apart": case(N=3, T=8, V=5, contexts=[1, 4, 6], lengths=[4, 8, 7], seed=2),
        "one_token": case(N=2, T=5, V=7, contexts=[4, 2], lengths=[5, 3], seed=3),
        "large_logits": case(N=3, T=6, V=4, contexts=[2, 1, 3], lengths=[6, 4, 5], seed=4, levels=2000.0),
    })  # fmt: skip
