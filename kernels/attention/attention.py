"""Causal attention as PyTorch defines it. Running this file writes public/reference/attention.safetensors,
attention-sharp.safetensors, attention-grouped.safetensors and attention-grouped-kept.safetensors."""

import math
import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from reference import save


def attention(inp, NH):
    """(B, T, 3C) -> out (B, T, C), preatt (B, NH, T, T), att (B, NH, T, T)"""
    B, T, C = inp.shape[0], inp.shape[1], inp.shape[2] // 3
    heads = [x.view(B, T, NH, C // NH).transpose(1, 2) for x in inp.split(C, dim=2)]
    q, k, v = heads  # each (B, NH, T, hs)
    preatt = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(C // NH)
    later = torch.ones(T, T, dtype=torch.bool).triu(diagonal=1)  # t2 > t: not to be seen
    att = F.softmax(preatt.masked_fill(later, -math.inf), dim=-1)
    out = torch.matmul(att, v).transpose(1, 2).reshape(B, T, C)
    return out, preatt, att


def case(B, T, C, NH, seed, scale=1.0):
    torch.manual_seed(seed)
    inp = (torch.randn(B, T, 3 * C) * scale).requires_grad_()
    dout = torch.randn(B, T, C)  # the gradient that arrives from the layers above

    out, preatt, att = attention(inp, NH)
    preatt.retain_grad()
    att.retain_grad()
    out.backward(dout)  # autograd fills inp.grad, preatt.grad and att.grad

    # Above the diagonal scores are never computed: preatt is 0 there. att is the constant 0 there, so that its gradient,
    # which PyTorch computes before it masks, leads nowhere: datt is left at 0.
    return {"B": B, "T": T, "C": C, "NH": NH}, {
        "inp": inp, "out": out, "preatt": preatt.tril(), "att": att,
        "dout": dout, "dinp": inp.grad, "dpreatt": preatt.grad, "datt": att.grad.tril(),
    }  # fmt: skip


def sharp_case(factor, seed, B=1, T=70, C=16, NH=2):
    """Scores of some hundreds, so that most of the weight is on one token. In float64: float32 would round the scores."""
    torch.manual_seed(seed)
    inp = torch.randn(B, T, 3 * C)
    inp[..., : 2 * C] *= math.sqrt(factor)  # queries and keys, so that scores grow by the factor
    dout = torch.randn(B, T, C)
    exact = inp.double().requires_grad_()
    out, preatt, _ = attention(exact, NH)
    out.backward(dout.double())
    return {"B": B, "T": T, "C": C, "NH": NH, "largest": round(preatt.tril().abs().max().item())}, {
        "inp": inp, "out": out.float(), "dout": dout, "dinp": exact.grad.float(),
    }  # fmt: skip


def grouped(qkv, NH, NKV, window):
    """(B, T, (NH + 2 NKV) hs) -> out (B, T, NH hs), preatt (B, NH, T, T), att (B, NH, T, T), lse (B, NH, T)"""
    B, T = qkv.shape[:2]
    hs = qkv.shape[2] // (NH + 2 * NKV)
    heads = qkv.view(B, T, NH + 2 * NKV, hs).transpose(1, 2)
    q, k, v = heads.split([NH, NKV, NKV], dim=1)
    k, v = (x.repeat_interleave(NH // NKV, dim=1) for x in (k, v))
    preatt = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(hs)
    scores = preatt.masked_fill(~seen(T, window), -math.inf)
    att = F.softmax(scores, dim=-1)
    out = torch.matmul(att, v).transpose(1, 2).reshape(B, T, NH * hs)
    return out, preatt, att, scores.logsumexp(dim=-1)


def seen(T, window):
    """(T, T): whether the query of token t sees token t2"""
    distance = torch.arange(T)[:, None] - torch.arange(T)[None, :]  # t - t2
    return (distance >= 0) & (distance < window)


def grouped_case(B, T, NH, NKV, hs, window, seed):
    torch.manual_seed(seed)
    qkv = torch.randn(B, T, (NH + 2 * NKV) * hs, requires_grad=True)
    dout = torch.randn(B, T, NH * hs)
    out, _, _, lse = grouped(qkv, NH, NKV, window)
    out.backward(dout)
    return {"B": B, "T": T, "NH": NH, "NKV": NKV, "hs": hs, "windowSize": window}, {
        "qkv": qkv, "out": out, "lse": lse, "dout": dout, "dqkv": qkv.grad,
    }  # fmt: skip


def grouped_kept_case(B, T, NH, NKV, hs, window, seed, scale=1.0):
    """The same with the table of weights and its gradients, which are 0 for what is not seen, as in case()."""
    torch.manual_seed(seed)
    qkv = (torch.randn(B, T, (NH + 2 * NKV) * hs) * scale).requires_grad_()
    dout = torch.randn(B, T, NH * hs)
    out, preatt, att, _ = grouped(qkv, NH, NKV, window)
    preatt.retain_grad()
    att.retain_grad()
    out.backward(dout)
    mask = seen(T, window)
    return {"B": B, "T": T, "NH": NH, "NKV": NKV, "hs": hs, "windowSize": window}, {
        "qkv": qkv, "out": out, "preatt": preatt * mask, "att": att,
        "dout": dout, "dqkv": qkv.grad, "dpreatt": preatt.grad, "datt": att.grad * mask,
    }  # fmt: skip


if __name__ == "__main__":
    save("attention", {
        "lesson": case(B=2, T=5, C=12, NH=3, seed=1),
        "one_head": case(B=3, T=4, C=5, NH=1, seed=2),
        "one_channel_a_head": case(B=1, T=6, C=7, NH=7, seed=3),
        "one_token": case(B=2, T=1, C=6, NH=3, seed=4),
        "large_scores": case(B=1, T=9, C=8, NH=2, seed=5, scale=5.0),  # most of the weight on one token
        "long": case(B=1, T=33, C=20, NH=4, seed=6),
    })  # fmt: skip
    save("attention-sharp", {"by30": sharp_case(30, seed=1), "by300": sharp_case(300, seed=2)})
    save("attention-grouped", {
        "lesson": grouped_case(B=2, T=5, NH=4, NKV=2, hs=3, window=5, seed=1),
        "one_for_all": grouped_case(B=1, T=6, NH=3, NKV=1, hs=4, window=100, seed=2),
        "each_its_own": grouped_case(B=2, T=4, NH=2, NKV=2, hs=5, window=4, seed=3),
        "window": grouped_case(B=1, T=9, NH=4, NKV=2, hs=2, window=3, seed=4),
        "itself_alone": grouped_case(B=1, T=4, NH=2, NKV=1, hs=6, window=1, seed=5),
        "long": grouped_case(B=1, T=150, NH=2, NKV=1, hs=4, window=70, seed=6),
    })  # fmt: skip
    save("attention-grouped-kept", {
        "lesson": grouped_kept_case(B=2, T=5, NH=4, NKV=2, hs=3, window=5, seed=1),
        "one_for_all": grouped_kept_case(B=1, T=6, NH=3, NKV=1, hs=4, window=100, seed=2),
        "each_its_own": grouped_kept_case(B=2, T=4, NH=2, NKV=2, hs=5, window=4, seed=3),
        "window": grouped_kept_case(B=2, T=9, NH=6, NKV=2, hs=2, window=3, seed=4),
        "itself_alone": grouped_kept_case(B=1, T=4, NH=2, NKV=1, hs=6, window=1, seed=5),
        "large_scores": grouped_kept_case(B=1, T=9, NH=2, NKV=1, hs=4, window=6, seed=6, scale=5.0),
        "long": grouped_kept_case(B=1, T=70, NH=2, NKV=1, hs=4, window=66, seed=7),
    })  # fmt: skip
