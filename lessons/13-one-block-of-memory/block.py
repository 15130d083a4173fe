"""One tensor out of the one block, and GPT-2's forward pass from it. Running this file writes public/reference/block.safetensors."""

import pathlib
import sys

import torch

kernels = pathlib.Path(__file__).parents[2] / "kernels"
sys.path += [str(kernels), str(kernels / "gpt2")]
from gpt2 import GPT2, NAMES, parameters, stacked
from reference import save


def make(seed, maxT, V, Vp, L, NH, C):
    """A small GPT-2 with random numbers in all of its parameters."""
    torch.manual_seed(seed)
    model = GPT2(maxT=maxT, V=V, L=L, NH=NH, C=C)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape) * 0.4)
    block = torch.cat([stacked(model, name, Vp).flatten() for name in NAMES])
    return model, block


def tensors_case(layers, seed, maxT, V, Vp, L, NH, C):
    """Every tensor of the table as PyTorch's module has it: out<k>_<l> is tensor k of layer l, for some of the layers."""
    model, block = make(seed, maxT, V, Vp, L, NH, C)
    outs = {}
    for k, name in enumerate(NAMES):
        own = [tensor.detach().flatten() for tensor in parameters(model, name)]
        for l in layers if len(own) > 1 else [0]:
            outs[f"out{k}_{l}"] = pad(own[l], Vp * C) if name == "wte" else own[l]
    return {"maxT": maxT, "V": V, "Vp": Vp, "L": L, "C": C}, {"params": block, **outs}


def pad(tensor, length):
    """With zeros for the rows of the padded vocabulary, which PyTorch's wte does not have."""
    return torch.cat([tensor, torch.zeros(length - len(tensor))])


def forward_case(seed, B, T, **config):
    """The vectors that leave the last layernorm."""
    model, block = make(seed, **config)
    inputs = torch.randint(config["V"], (B, T))
    x = model.wte(inputs) + model.wpe(torch.arange(T))
    for layer in model.h:
        x = layer(x)
    out = model.ln_f(x)
    return {**config, "B": B, "T": T}, {"params": block, "inputs": inputs.int(), "out": out}


if __name__ == "__main__":
    # No length is another's multiple by a size: a mistake in the count is not right by chance.
    save("block", {"lesson": tensors_case([0, 1, 4], seed=1, maxT=8, V=10, Vp=11, L=5, NH=1, C=7)})
    save("block-forward", {
        "one_layer": forward_case(seed=5, B=2, T=3, maxT=4, V=7, Vp=8, L=1, NH=3, C=6),
        "three_layers": forward_case(seed=6, B=1, T=4, maxT=5, V=7, Vp=9, L=3, NH=2, C=8),
    })  # fmt: skip
