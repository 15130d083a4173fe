"""GPT-2 as PyTorch defines it: its modules, its autograd, its AdamW.

    gpt2.py               writes public/reference/gpt2.safetensors, gpt2-half.safetensors and gpt2-random.safetensors
    gpt2.py train FILE    trains on the batches of FILE and prints the loss of every step; scripts/curve.ts calls it
"""

import functools
import json
import math
import pathlib
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[1]))
sys.path.append(str(pathlib.Path(__file__).parent))
from generator import hashes, normal, open_stream, uniform
from reference import save


class Attention(nn.Module):
    def __init__(self, maxT, NH, C):
        super().__init__()
        self.NH = NH
        self.c_attn = nn.Linear(C, 3 * C)
        self.c_proj = nn.Linear(C, C)
        self.register_buffer("mask", torch.ones(maxT, maxT).tril().bool(), persistent=False)

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = (part.view(B, T, self.NH, -1).transpose(1, 2) for part in self.c_attn(x).split(C, dim=2))
        att = q @ k.transpose(-2, -1) / math.sqrt(C // self.NH)  # (B, NH, T, T)
        att = att.masked_fill(~self.mask[:T, :T], -math.inf)  # no token reads a later one
        y = F.softmax(att, dim=-1) @ v  # (B, NH, T, hs)
        return self.c_proj(y.transpose(1, 2).reshape(B, T, C))


class MLP(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.c_fc = nn.Linear(C, 4 * C)
        self.c_proj = nn.Linear(4 * C, C)

    def forward(self, x):
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))


class Block(nn.Module):
    def __init__(self, maxT, NH, C):
        super().__init__()
        self.ln_1 = nn.LayerNorm(C)
        self.attn = Attention(maxT, NH, C)
        self.ln_2 = nn.LayerNorm(C)
        self.mlp = MLP(C)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class GPT2(nn.Module):
    """V rows of embeddings: unlike the other tiers PyTorch has no use for padding."""

    def __init__(self, maxT, V, L, NH, C, **_):
        super().__init__()
        self.wte = nn.Embedding(V, C)
        self.wpe = nn.Embedding(maxT, C)
        self.h = nn.ModuleList(Block(maxT, NH, C) for _ in range(L))
        self.ln_f = nn.LayerNorm(C)
        self.lm_head = nn.Linear(C, V, bias=False)
        self.lm_head.weight = self.wte.weight  # one tensor, used at both ends

    def forward(self, inputs):
        """(B, T) token ids -> (B, T, V) logits"""
        x = self.wte(inputs) + self.wpe(torch.arange(inputs.shape[1]))
        for block in self.h:
            x = block(x)
        return self.lm_head(self.ln_f(x))


# llm.c's name, in llm.c's order, and PyTorch's. Those of a layer are stacked along a first dimension.
NAMES = {
    "wte": "wte.weight",
    "wpe": "wpe.weight",
    "ln1w": "h.{}.ln_1.weight",
    "ln1b": "h.{}.ln_1.bias",
    "qkvw": "h.{}.attn.c_attn.weight",
    "qkvb": "h.{}.attn.c_attn.bias",
    "attprojw": "h.{}.attn.c_proj.weight",
    "attprojb": "h.{}.attn.c_proj.bias",
    "ln2w": "h.{}.ln_2.weight",
    "ln2b": "h.{}.ln_2.bias",
    "fcw": "h.{}.mlp.c_fc.weight",
    "fcb": "h.{}.mlp.c_fc.bias",
    "fcprojw": "h.{}.mlp.c_proj.weight",
    "fcprojb": "h.{}.mlp.c_proj.bias",
    "lnfw": "ln_f.weight",
    "lnfb": "ln_f.bias",
}


def parameters(model, name):
    """The parameters of all layers that llm.c keeps in one tensor, first layer first."""
    named = dict(model.named_parameters())
    if "{}" not in NAMES[name]:
        return [named[NAMES[name]]]
    return [named[NAMES[name].format(l)] for l in range(len(model.h))]


def initialise(model, seed):
    """The initial values that gpt2/parameters.ts gives for this seed."""
    L = len(model.h)
    for k, name in enumerate(NAMES):
        stream = open_stream(seed, k)
        scale = 0.02 / math.sqrt(2 * L) if name in ("attprojw", "fcprojw") else 0.02
        start = 0
        for parameter in parameters(model, name):
            with torch.no_grad():
                if parameter.dim() == 2:
                    values = normal(stream, np.arange(start, start + parameter.numel())) * scale
                    parameter.copy_(torch.from_numpy(values.astype(np.float32)).view_as(parameter))
                elif name.startswith("ln") and name.endswith("w"):
                    parameter.fill_(1)
                else:
                    parameter.zero_()
            start += parameter.numel()


def stacked(model, name, Vp, gradient=False):
    """The parameter, or its gradient, as the other tiers keep it: layers stacked, wte padded with rows of 0."""
    tensors = [p.grad if gradient else p.detach() for p in parameters(model, name)]
    tensor = torch.stack(tensors) if "{}" in NAMES[name] else tensors[0]
    if name == "wte":
        tensor = F.pad(tensor, (0, 0, 0, Vp - len(tensor)))
    return tensor.clone()


def mean_loss(model, inputs, targets):
    logits = model(inputs)
    return logits, F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def make_optimiser(model, lr, beta1, beta2, eps, weightDecay, **_):
    matrices = [p for p in model.parameters() if p.dim() == 2]
    vectors = [p for p in model.parameters() if p.dim() != 2]
    groups = [{"params": matrices, "weight_decay": weightDecay}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=lr, betas=(beta1, beta2), eps=eps)


def train_step(model, optimiser, inputs, targets, maxNorm):
    """The loss before the step."""
    optimiser.zero_grad()
    _, loss = mean_loss(model, inputs, targets)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), maxNorm)
    optimiser.step()
    return loss.item()


def round_weights(model, dtype):
    """From here on every linear layer multiplies by its weight rounded to dtype. The gradient goes to the weight itself, as if it
    had not been rounded."""

    def linear(layer, x):
        rounded = layer.weight.to(dtype).to(torch.float32)
        return F.linear(x, layer.weight + (rounded - layer.weight).detach(), layer.bias)  # rounded, exactly

    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            layer.forward = functools.partial(linear, layer)


def case(config, B, T, seed, spread, settings, dtype=None):
    """spread: how far every parameter is moved from its initial value, so that none is 0 or 1."""
    steps = 10
    model = GPT2(**config)
    if dtype is not None:
        round_weights(model, dtype)
    initialise(model, seed)
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape) * spread)
    # Some tokens come up more often than others, so that there is something to learn.
    tokens = (torch.rand(steps, B, T + 1) ** 2 * config["V"]).long()
    inputs, targets = tokens[..., :-1], tokens[..., 1:]

    tensors = {"inputs": inputs.int(), "targets": targets.int()}  # (steps, B, T)
    for name in NAMES:
        tensors[name] = stacked(model, name, config["Vp"])
    logits, loss = mean_loss(model, inputs[0], targets[0])
    loss.backward()
    tensors |= {"logits": logits, "loss": loss.view(1)}
    for name in NAMES:
        tensors["d" + name] = stacked(model, name, config["Vp"], gradient=True)

    optimiser = make_optimiser(model, **settings)
    losses = [train_step(model, optimiser, inputs[i], targets[i], settings["maxNorm"]) for i in range(steps)]
    tensors["losses"] = torch.tensor(losses)
    # Two that decay and two that do not. Not qkvb: a key's bias has the gradient 0, so AdamW blows rounding up to a step.
    for name in ("wte", "attprojw", "fcprojb", "lnfw"):
        tensors["trained." + name] = stacked(model, name, config["Vp"])
    return {**config, "B": B, "T": T, "seed": seed, "steps": steps, **settings}, tensors


def random_case(seed, stream):
    """The generator itself: bits as int32, the float64 numbers rounded to float32."""
    indices = np.concatenate([np.arange(1000), 2**30 - 2 + np.arange(4), 2**32 - 4 + np.arange(4)])
    keys = open_stream(seed, stream)
    return {"seed": seed, "stream": stream}, {
        "indices": torch.from_numpy(indices.astype(np.uint32).view(np.int32)),
        "bits": torch.from_numpy(hashes(keys, indices).view(np.int32)),
        "uniform": torch.from_numpy(uniform(keys, indices).astype(np.float32)),
        "normal": torch.from_numpy(normal(keys, indices).astype(np.float32)),
    }


def train(path):
    """Trains as the JSON header of the file says. The batches follow it: (steps, 2, B, T) int32, inputs and targets."""
    with open(path, "rb") as file:
        run = json.loads(file.readline())
        batches = np.frombuffer(file.read(), dtype=np.int32)
    batches = torch.from_numpy(batches.reshape(-1, 2, run["B"], run["T"]).astype(np.int64))
    model = GPT2(**run["config"])
    initialise(model, run["seed"])
    optimiser = make_optimiser(model, **run["optimiser"])
    for inputs, targets in batches:
        print(train_step(model, optimiser, inputs, targets, run["optimiser"]["maxNorm"]), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["train"]:
        train(sys.argv[2])
    else:
        settings = {"beta1": 0.9, "beta2": 0.95, "eps": 1e-8, "weightDecay": 0.1, "maxNorm": 1.0}
        cases = {
            # From the generator's own weights, as training begins.
            "initial": dict(config={"maxT": 16, "V": 50, "Vp": 128, "L": 2, "NH": 2, "C": 32}, B=3, T=11, seed=1,
                            spread=0, settings={"lr": 1e-3, **settings}),
            # Weights from everywhere: no bias is 0, no scale 1, attention is not even, the gradient is clipped hard.
            "spread": dict(config={"maxT": 13, "V": 37, "Vp": 128, "L": 3, "NH": 3, "C": 24}, B=2, T=13, seed=2,
                           spread=0.3, settings={"lr": 3e-3, **settings}),
        }  # fmt: skip
        save("gpt2", {name: case(**each) for name, each in cases.items()})
        # The same from the same weights, where linear layers round them: what comes out.
        halves = {}
        for kind, dtype in (("bfloat16", torch.bfloat16), ("float16", torch.float16)):
            for name, each in cases.items():
                sizes, tensors = case(**each, dtype=dtype)
                results = {key: tensors[key] for key in ("logits", "losses", *("d" + name for name in NAMES))}
                halves[f"{name}_{kind}"] = sizes, results
        save("gpt2-half", halves)
        save("gpt2-random", {"zero": random_case(0, 0), "large": random_case(4000000000, 1000)})
