"""Temperature, top-k and top-p in PyTorch. Running this file writes public/reference/likeliest.safetensors."""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def keep_likeliest(logits, temperature, topK, topP):
    """(N, V) -> probabilities (N, V): 0 for a token that must not be drawn"""
    scaled, ids = torch.sort(logits.double() / temperature, dim=-1, descending=True)
    probs = F.softmax(scaled[:, :topK], dim=-1)  # of the K likeliest
    before = probs.cumsum(dim=-1) - probs  # what those that are likelier still have together
    probs = probs.masked_fill(before >= topP, 0)
    probs = probs / probs.sum(dim=-1, keepdim=True)
    return torch.zeros_like(logits).scatter(-1, ids[:, :topK], probs.float())


def case(N, V, Vp, temperature, topK, topP, seed, scale=1.0, levels=0.0):
    torch.manual_seed(seed)
    logits = torch.randn(N, V) * scale + torch.linspace(-levels, levels, N)[:, None]
    probs = keep_likeliest(logits, temperature, topK, topP)

    # No sum is so close to topP that rounding could decide which token is the last.
    kept = F.softmax(torch.sort(logits.double() / temperature, descending=True)[0][:, :topK], dim=-1)
    assert (kept.cumsum(-1) - topP).abs().min() > 1e-4 or topP == 1

    sizes = {"N": N, "V": V, "Vp": Vp, "temperature": temperature, "topK": topK, "topP": topP}
    return sizes, padded(logits, probs, Vp)


def border(V, Vp, topP):
    """Sums that are exactly topP: all weights are exp(0) = 1 exactly, though no two logits are alike."""
    logits = torch.arange(1.0, V + 1).flip(0).roll(1)[None] * 1e-30
    sizes = {"N": 1, "V": V, "Vp": Vp, "temperature": 1, "topK": V, "topP": topP}
    return sizes, padded(logits, keep_likeliest(logits, 1, V, topP), Vp)


def padded(logits, probs, Vp):
    N, V = logits.shape
    padding = torch.full((N, Vp - V), 9.0)  # of no token: must not matter
    return {
        "logits": torch.cat([logits, padding], dim=-1),
        "probs": torch.cat([probs, torch.zeros(N, Vp - V)], dim=-1),
    }


if __name__ == "__main__":
    save("likeliest", {
        "lesson": case(N=4, V=10, Vp=12, temperature=0.8, topK=7, topP=0.8, seed=1, scale=1.5),
        "temperature_alone": case(N=3, V=7, Vp=8, temperature=2.0, topK=7, topP=1, seed=2),
        "top_k_alone": case(N=3, V=9, Vp=9, temperature=1, topK=4, topP=1, seed=3),
        "top_p_alone": case(N=5, V=11, Vp=16, temperature=1, topK=11, topP=0.6, seed=4),
        "hot": case(N=4, V=20, Vp=24, temperature=3.0, topK=6, topP=0.7, seed=5),
        "one_token": case(N=2, V=5, Vp=8, temperature=0.7, topK=1, topP=0.9, seed=6),
        "large_logits": case(N=2, V=6, Vp=8, temperature=0.5, topK=5, topP=0.9, seed=7, scale=500.0),
        "more_than_there_are": case(N=3, V=4, Vp=6, temperature=1.5, topK=40, topP=0.95, seed=8),
        "rows_apart": case(N=5, V=6, Vp=7, temperature=0.9, topK=4, topP=0.85, seed=9, levels=2000.0),
        "border": border(V=4, Vp=5, topP=0.5),
    })  # fmt: skip
