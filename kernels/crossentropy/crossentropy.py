"""Cross-entropy as PyTorch defines it, from probabilities and from logits.

Running this file writes public/reference/crossentropy.safetensors and crossentropy-sure.safetensors.
"""

import math
import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def crossentropy(probs, targets):
    """(B, T, V) probabilities, (B, T) ids -> (B, T) losses"""
    return F.nll_loss(probs.log().transpose(1, 2), targets, reduction="none")  # classes are dimension 1


def crossentropy_softmax(logits, targets):
    """(B, T, V) logits, (B, T) ids -> (B, T) losses"""
    return F.cross_entropy(logits.transpose(1, 2), targets, reduction="none")


def case(B, T, V, Vp, seed, spread=2.0):
    torch.manual_seed(seed)
    logits = torch.randn(B, T, Vp) * spread
    logits[..., V:] = torch.randn(B, T, Vp - V) * 1e6  # rubbish, so that a kernel that reads the padding is found out
    logits.requires_grad_()
    targets = torch.randint(V, (B, T))
    targets[-1, -1] = V - 1  # the last token is next to the padding
    dlosses = torch.rand(B, T) + 0.5  # not all alike, as they would be for the mean

    losses = crossentropy_softmax(logits[..., :V], targets)
    losses.backward(dlosses)  # autograd fills logits.grad

    probs = F.pad(F.softmax(logits.detach()[..., :V], dim=-1), (0, Vp - V)).requires_grad_()
    crossentropy(probs[..., :V], targets).backward(dlosses)  # autograd fills probs.grad

    return {"B": B, "T": T, "V": V, "Vp": Vp}, {
        "logits": logits, "targets": targets.int(), "probs": probs, "losses": losses, "mean": losses.mean().view(1),
        "dlosses": dlosses, "dprobs": probs.grad, "dlogits": logits.grad,
    }  # fmt: skip


def sure_case(V, Vp, seed):
    """A model that is sure: the loss of row k is about 10^(1 - k), computed in float64. In the last row it is 300."""
    torch.manual_seed(seed)
    T = 12
    logits = torch.randn(1, T, Vp) * 2
    targets = torch.randint(V, (1, T))
    for t, target in enumerate(targets[0]):
        loss = 10.0 ** (1 - t) if t < T - 1 else 300.0
        logits[0, t, target] = -math.inf
        # loss = log(sum over the others of exp(logits_j - logits_target) + 1), solved for the target's logit
        others = logits[0, t, :V].double().logsumexp(0).item()
        logits[0, t, target] = others - math.log(math.expm1(loss)) if loss < 100 else others - loss
    dlosses = torch.rand(1, T) + 0.5

    exact = logits.double().requires_grad_()
    losses = crossentropy_softmax(exact[..., :V], targets)
    losses.backward(dlosses.double())
    return {"B": 1, "T": T, "V": V, "Vp": Vp}, {
        "logits": logits, "targets": targets.int(), "losses": losses.float(),
        "dlosses": dlosses, "dlogits": exact.grad.float(),
    }  # fmt: skip


if __name__ == "__main__":
    save("crossentropy", {
        "lesson": case(B=2, T=3, V=5, Vp=8, seed=1),
        "odd": case(B=1, T=7, V=37, Vp=37, seed=2),
        "padded": case(B=3, T=2, V=50, Vp=128, seed=3),
        "column": case(B=4, T=1, V=1, Vp=3, seed=4),
        "wide": case(B=1, T=3, V=1000, Vp=1024, seed=5),
    })  # fmt: skip
    save("crossentropy-sure", {
        "odd": sure_case(V=50, Vp=51, seed=1),
        "fours": sure_case(V=50, Vp=52, seed=2),
        "wide": sure_case(V=1000, Vp=1024, seed=3),
        "two": sure_case(V=2, Vp=2, seed=4),
    })  # fmt: skip
