"""Llama and its relatives as PyTorch defines them: its modules, its autograd, its AdamW.

    llama.py               writes public/reference/llama.safetensors
    llama.py train FILE    trains on the batches of FILE and prints the loss of every step; scripts/curve.ts calls it
    llama.py step FILE FOLDER
                           takes one step on the first batch of FILE, writes every gradient and every weight after it into
                           FOLDER, and prints the loss before it, and after it on the second batch; tests/large calls it
"""

import json
import math
import pathlib
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

kernels = pathlib.Path(__file__).parents[1]
for folder in (kernels, kernels / "gpt2", kernels / "rope"):
    sys.path.append(str(folder))
from generator import normal, open_stream
from gpt2 import make_optimiser, mean_loss, train_step
from reference import save
from rope import angles, halves, neighbours


class RMSNorm(nn.Module):
    """torch.nn.RMSNorm, which is in PyTorch from 2.4 on."""

    def __init__(self, C, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


def make_norm(config):
    return nn.LayerNorm(config["C"]) if config["norm"] == "layernorm" else RMSNorm(config["C"], config["eps"])


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        C, NH, NKV, hs = (config[name] for name in ("C", "NH", "NKV", "hs"))
        self.config = config
        self.q_proj = nn.Linear(C, NH * hs, bias=False)
        self.k_proj = nn.Linear(C, NKV * hs, bias=False)
        self.v_proj = nn.Linear(C, NKV * hs, bias=False)
        self.o_proj = nn.Linear(NH * hs, C, bias=False)

    def forward(self, x):
        B, T, _ = x.shape
        NH, NKV, hs, scaling = (self.config[name] for name in ("NH", "NKV", "hs", "scaling"))
        q, k, v = (part(x).view(B, T, -1, hs) for part in (self.q_proj, self.k_proj, self.v_proj))
        if self.config["positions"] == "rope":
            turn = halves if self.config["pairs"] == "halves" else neighbours
            angle = angles(T, hs, self.config["base"], scaling and [scaling[n] for n in ("factor", "low", "high", "before")])
            q, k = turn(q, angle), turn(k, angle)
        q, k, v = (part.transpose(1, 2) for part in (q, k, v))  # (B, heads, T, hs)
        k, v = (part.repeat_interleave(NH // NKV, dim=1) for part in (k, v))  # each serves NH / NKV neighbours
        att = q @ k.transpose(-2, -1) / math.sqrt(hs)  # (B, NH, T, T)
        behind = torch.arange(T)[:, None] - torch.arange(T)  # how far a key is behind its query
        seen = (behind >= 0) & (behind < (self.config["windowSize"] or T))
        y = F.softmax(att.masked_fill(~seen, -math.inf), dim=-1) @ v  # (B, NH, T, hs)
        return self.o_proj(y.transpose(1, 2).reshape(B, T, NH * hs))


class MLP(nn.Module):
    def __init__(self, config):
        super().__init__()
        C, width, self.mlp = config["C"], config["F"], config["mlp"]
        if self.mlp != "gelu":
            self.gate_proj = nn.Linear(C, width, bias=False)
        self.up_proj = nn.Linear(C, width, bias=False)
        self.down_proj = nn.Linear(width, C, bias=False)

    def forward(self, x):
        if self.mlp == "gelu":
            return self.down_proj(F.gelu(self.up_proj(x), approximate="tanh"))
        gate = self.gate_proj(x)
        bent = F.silu(gate) if self.mlp == "swiglu" else F.gelu(gate, approximate="tanh")
        return self.down_proj(bent * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.input_layernorm = make_norm(config)
        self.self_attn = Attention(config)
        self.post_attention_layernorm = make_norm(config)
        self.mlp = MLP(config)

    def forward(self, x):
        x = x + self.self_attn(self.input_layernorm(x))
        return x + self.mlp(self.post_attention_layernorm(x))


class Llama(nn.Module):
    """V rows of embeddings: unlike the other tiers PyTorch has no use for padding."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config["V"], config["C"])
        if config["positions"] == "learned":
            self.embed_positions = nn.Embedding(config["maxT"], config["C"])
        self.layers = nn.ModuleList(Block(config) for _ in range(config["L"]))
        self.norm = make_norm(config)
        self.lm_head = nn.Linear(config["C"], config["V"], bias=False)
        if config["tied"]:
            self.lm_head.weight = self.embed_tokens.weight

    def forward(self, inputs):
        """(B, T) token ids -> (B, T, V) logits"""
        x = self.embed_tokens(inputs)
        if self.config["scaled"]:
            x = x * math.sqrt(self.config["C"])
        if self.config["positions"] == "learned":
            x = x + self.embed_positions(torch.arange(inputs.shape[1]))
        for block in self.layers:
            x = block(x)
        return self.lm_head(self.norm(x))


# Our name, in our order, and PyTorch's: those of a layer are stacked along a first dimension, and where there are several in a
# layer their rows follow one another.
NAMES = {
    "wte": ["embed_tokens.weight"],
    "wpe": ["embed_positions.weight"],
    "ln1w": ["layers.{}.input_layernorm.weight"],
    "ln1b": ["layers.{}.input_layernorm.bias"],
    "qkvw": [f"layers.{{}}.self_attn.{part}_proj.weight" for part in "qkv"],
    "attprojw": ["layers.{}.self_attn.o_proj.weight"],
    "ln2w": ["layers.{}.post_attention_layernorm.weight"],
    "ln2b": ["layers.{}.post_attention_layernorm.bias"],
    "fcw": ["layers.{}.mlp.gate_proj.weight", "layers.{}.mlp.up_proj.weight"],
    "fcprojw": ["layers.{}.mlp.down_proj.weight"],
    "lnfw": ["norm.weight"],
    "lnfb": ["norm.bias"],
    "headw": ["lm_head.weight"],
}


def parameters(model):
    """{our name: for each layer the parameters that it consists of}, of those that this model has."""
    named = dict(model.named_parameters())  # a head that is tied is not named a second time
    found = {}
    for name, keys in NAMES.items():
        layers = range(model.config["L"]) if "{}" in keys[0] else [0]
        parts = [[named[key.format(l)] for key in keys if key.format(l) in named] for l in layers]
        if parts[0]:
            found[name] = parts
    return found


def initialise(model, seed):
    """The initial values that llama/parameters.ts gives for this seed."""
    for k, (name, layers) in enumerate(parameters(model).items()):
        stream = open_stream(seed, k)
        scale = 0.02 / math.sqrt(2 * model.config["L"]) if name in ("attprojw", "fcprojw") else 0.02
        start = 0
        for parameter in (parameter for layer in layers for parameter in layer):
            with torch.no_grad():
                if parameter.dim() == 2:
                    values = normal(stream, np.arange(start, start + parameter.numel())) * scale
                    parameter.copy_(torch.from_numpy(values.astype(np.float32)).view_as(parameter))
                else:
                    parameter.fill_(1 if name.endswith("w") else 0)
            start += parameter.numel()


def stacked(model, name, gradient=False):
    """The parameter, or its gradient, as the other tiers keep it: layers stacked, rows of tokens padded with rows of 0."""
    layers = [torch.cat([p.grad if gradient else p.detach() for p in layer]) for layer in parameters(model)[name]]
    tensor = torch.stack(layers) if "{}" in NAMES[name][0] else layers[0]
    if name in ("wte", "headw"):
        tensor = F.pad(tensor, (0, 0, 0, model.config["Vp"] - len(tensor)))
    return tensor.clone()


def case(config, B, T, seed, spread, settings):
    """spread: how far every parameter is moved from its initial value, so that none is 0 or 1."""
    steps = 10
    model = Llama(config)
    initialise(model, seed)
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape) * spread)
    # Some tokens come up more often than others, so that there is something to learn.
    tokens = (torch.rand(steps, B, T + 1) ** 2 * config["V"]).long()
    inputs, targets = tokens[..., :-1], tokens[..., 1:]

    names = list(parameters(model))
    tensors = {"inputs": inputs.int(), "targets": targets.int()}  # (steps, B, T)
    for name in names:
        tensors[name] = stacked(model, name)
    logits, loss = mean_loss(model, inputs[0], targets[0])
    loss.backward()
    tensors |= {"logits": logits, "loss": loss.view(1)}
    for name in names:
        tensors["d" + name] = stacked(model, name, gradient=True)

    optimiser = make_optimiser(model, **settings)
    losses = [train_step(model, optimiser, inputs[i], targets[i], settings["maxNorm"]) for i in range(steps)]
    tensors["losses"] = torch.tensor(losses)
    for name in names:
        tensors["trained." + name] = stacked(model, name)
    return {**config, "B": B, "T": T, "seed": seed, "steps": steps, "optimiser": settings}, tensors


def begin(path):
    """The run that the JSON header of the file describes. Its batches follow: (steps, 2, B, T) int32, inputs and targets."""
    with open(path, "rb") as file:
        run = json.loads(file.readline())
        batches = np.frombuffer(file.read(), dtype=np.int32)
    batches = torch.from_numpy(batches.reshape(-1, 2, run["B"], run["T"]).astype(np.int64))
    model = Llama(run["config"])
    initialise(model, run["seed"])
    return model, make_optimiser(model, **run["optimiser"]), run["optimiser"]["maxNorm"], batches


def train(path):
    model, optimiser, maxNorm, batches = begin(path)
    for inputs, targets in batches:
        print(train_step(model, optimiser, inputs, targets, maxNorm), flush=True)


def step(path, folder):
    """Writes float32: gradients, before they are clipped, as d<name>.bin, weights after the step as <name>.bin."""
    model, optimiser, maxNorm, (first, second) = begin(path)
    write = lambda name, tensor: tensor.numpy().tofile(pathlib.Path(folder) / f"{name}.bin")
    _, loss = mean_loss(model, *first)
    loss.backward()
    for name in parameters(model):
        write("d" + name, stacked(model, name, gradient=True))
    nn.utils.clip_grad_norm_(model.parameters(), maxNorm)
    optimiser.step()
    for name in parameters(model):
        write(name, stacked(model, name))
    with torch.no_grad():
        _, after = mean_loss(model, *second)
    print(loss.item(), after.item(), sep="\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["train"]:
        train(sys.argv[2])
    elif sys.argv[1:2] == ["step"]:
        step(*sys.argv[2:4])
    else:
        adamw = {"beta1": 0.9, "beta2": 0.95, "eps": 1e-8, "weightDecay": 0.1, "maxNorm": 1.0}
        sizes = {"maxT": 9, "V": 19, "Vp": 128, "L": 2, "C": 12, "NH": 4, "NKV": 2, "hs": 6, "F": 20}
        llama2 = {"norm": "rmsnorm", "positions": "rope", "mlp": "swiglu", "tied": False, "scaled": False, "eps": 1e-5,
                  "base": 10000, "pairs": "halves", "scaling": None, "windowSize": None}
        stretched = {"factor": 8, "low": 1, "high": 4, "before": 32}  # within few places, so that every speed is among them
        gpt2 = {"norm": "layernorm", "positions": "learned", "mlp": "gelu", "tied": True}
        gemma = {"mlp": "geglu", "tied": True, "scaled": True, "eps": 1e-6}
        save("llama", {
            # From the generator's own weights, as training begins.
            "initial": case({**sizes, **llama2}, B=3, T=8, seed=1, spread=0, settings={"lr": 1e-3, **adamw}),
            # Weights from everywhere: no scale is 1, attention is not even, the gradient is clipped hard.
            "llama3": case({**sizes, **llama2, "base": 500, "scaling": stretched}, B=2, T=9, seed=2,
                           spread=0.3, settings={"lr": 3e-3, **adamw}),
            "mistral": case({**sizes, **llama2, "pairs": "neighbours", "windowSize": 3}, B=2, T=9, seed=3,
                            spread=0.3, settings={"lr": 3e-3, **adamw}),
            "gemma": case({**sizes, **llama2, **gemma, "NKV": 1, "hs": 8}, B=2, T=7, seed=4,
                          spread=0.3, settings={"lr": 3e-3, **adamw}),
            "gpt2": case({**sizes, **llama2, **gpt2, "NKV": 4, "hs": 3}, B=2, T=7, seed=5,
                         spread=0.3, settings={"lr": 3e-3, **adamw}),
        })
