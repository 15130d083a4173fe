"""One block of a Llama with everything that it computes on its way, by the modules of kernels/llama/llama.py.
Running this file writes public/reference/llama-block.safetensors."""

import pathlib
import sys

import torch
import torch.nn.functional as F

kernels = pathlib.Path(__file__).parents[2] / "kernels"
for folder in (kernels, kernels / "llama", kernels / "rope"):
    sys.path.append(str(folder))
from llama import Block
from reference import save
from rope import angles, halves

BASE = 10_000


def case(B, T, NH, NKV, hs, width, seed, eps=1e-5):
    torch.manual_seed(seed)
    C = NH * hs
    parts = {"norm": "rmsnorm", "positions": "rope", "pairs": "halves", "mlp": "swiglu", "eps": eps, "base": BASE}
    config = {**parts, "C": C, "NH": NH, "NKV": NKV, "hs": hs, "F": width, "scaling": None, "windowSize": None}
    block = Block(config)
    attn, mlp = block.self_attn, block.mlp
    for p in block.parameters():
        torch.nn.init.normal_(p, std=0.6)
    x = torch.randn(B, T, C) * 1.5 + 0.3

    ln1 = block.input_layernorm(x)
    angle = angles(T, hs, BASE)
    q, k = (halves(part(ln1).view(B, T, -1, hs), angle).flatten(2) for part in (attn.q_proj, attn.k_proj))
    qkv = torch.cat([q, k, attn.v_proj(ln1)], dim=-1)
    residual2 = x + attn(ln1)
    ln2 = block.post_attention_layernorm(residual2)
    fchgated = F.silu(mlp.gate_proj(ln2)) * mlp.up_proj(ln2)
    residual3 = residual2 + mlp.down_proj(fchgated)
    assert torch.allclose(residual3, block(x), atol=1e-5)

    # What attention answers with, before its projection: the projection made the identity.
    projection = attn.o_proj.weight.data.clone()
    attn.o_proj.weight.data = torch.eye(C)
    atty = attn(ln1)
    attn.o_proj.weight.data = projection

    weights = {
        "ln1w": block.input_layernorm.weight,
        "qkvw": torch.cat([attn.q_proj.weight, attn.k_proj.weight, attn.v_proj.weight]),
        "attprojw": attn.o_proj.weight,
        "ln2w": block.post_attention_layernorm.weight,
        "fcw": torch.cat([mlp.gate_proj.weight, mlp.up_proj.weight]),
        "fcprojw": mlp.down_proj.weight,
        "cis": torch.stack([torch.cos(angle), torch.sin(angle)], dim=1).float(),
    }
    steps = {"ln1": ln1, "qkv": qkv, "atty": atty, "residual2": residual2, "ln2": ln2, "fchgated": fchgated}
    sizes = {"B": B, "T": T, "C": C, "NH": NH, "NKV": NKV, "hs": hs, "F": width, "eps": eps}
    return sizes, {"residual": x, **weights, **steps, "residual3": residual3}


if __name__ == "__main__":
    save("llama-block", {
        "lesson": case(B=2, T=3, NH=4, NKV=2, hs=2, width=5, seed=1),
        "one_head_of_keys": case(B=1, T=4, NH=3, NKV=1, hs=4, width=7, seed=2, eps=0.25),
    })  # fmt: skip
