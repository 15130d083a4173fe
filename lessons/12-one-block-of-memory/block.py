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


def tensor_case(name, l, seed, maxT, V, Vp, L, NH, C):
    """The tensor `name` of layer l, as PyTorch's module has it."""
    model, block = make(seed, maxT, V, Vp, L, NH, C)
    own = parameters(model, name)
    tensor = own[l if len(own) > 1 else 0].detach()
    sizes = {"k": list(NAMES).index(name), "l": l, "maxT": maxT, "V": V, "Vp": Vp, "L": L, "C": C}
    return sizes, {"params": block, "out": tensor.flatten()}


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
    small = {"maxT": 3, "V": 5, "Vp": 7, "L": 3, "NH": 2, "C": 4}
    save("block", {
        "fourth": tensor_case("qkvw", 0, seed=1, **small),
        "later": tensor_case("fcb", 2, seed=2, **small),
        "middle": tensor_case("attprojw", 1, seed=3, **small),
        "last": tensor_case("lnfb", 0, seed=4, **small),
    })  # fmt: skip
    save("block-forward", {
        "one_layer": forward_case(seed=5, B=2, T=3, maxT=4, V=6, Vp=8, L=1, NH=2, C=4),
        "three_layers": forward_case(seed=6, B=1, T=4, maxT=5, V=7, Vp=8, L=3, NH=3, C=6),
    })  # fmt: skip
