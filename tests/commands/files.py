"""Writes the files that the tests of the commands read, in the layout of llm.c's train_gpt2.py: tests/commands/odd/.

    python3 tests/commands/files.py

A GPT-2 of odd sizes, the debug state of one batch, and the losses of ten AdamW steps on it; token files, and the losses of
training on them. All computed by PyTorch.
"""

import copy
import json
import math
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

here = pathlib.Path(__file__).parent
sys.path.append(str(here.parents[1] / "kernels" / "gpt2"))
sys.dont_write_bytecode = True
from gpt2 import NAMES, GPT2, make_optimiser, mean_loss, stacked

sizes = {"maxT": 11, "V": 261, "L": 3, "NH": 3, "C": 15}
B, T, steps = 2, 7, 10
Vp = (sizes["V"] + 127) // 128 * 128

torch.manual_seed(9)
model = GPT2(**sizes)
with torch.no_grad():
    for parameter in model.parameters():
        parameter.add_(torch.randn(parameter.shape) * 0.2)  # no bias is 0, no scale is 1
inputs, targets = torch.randint(0, sizes["V"], (2, B, T))


def header(*values):
    return np.array(values + (0,) * (256 - len(values)), dtype="<i4").tobytes()


def floats(tensor):
    return tensor.detach().numpy().astype("<f4").tobytes()


folder = here / "odd"
folder.mkdir(exist_ok=True)
with open(folder / "model.bin", "wb") as file:
    file.write(header(20240326, 3, sizes["maxT"], sizes["V"], sizes["L"], sizes["NH"], sizes["C"], Vp))
    for name in NAMES:
        file.write(floats(stacked(model, name, Vp)))

untrained = copy.deepcopy(model)
optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
losses = []
for step in range(steps):
    optimiser.zero_grad()
    logits, loss = mean_loss(model, inputs, targets)
    loss.backward()
    losses.append(loss.item())
    if step == 0:
        with open(folder / "state.bin", "wb") as file:
            file.write(header(20240327, 2, B, T))
            file.write(inputs.numpy().astype("<i4").tobytes())
            file.write(targets.numpy().astype("<i4").tobytes())
            file.write(floats(logits))
            file.write(floats(loss))
            for name in NAMES:
                file.write(floats(stacked(model, name, Vp, gradient=True)))
    optimiser.step()
(folder / "losses.txt").write_text("".join(f"{loss:.9f}\n" for loss in losses))


# Token files, and training on them in the orders of llm.c: of today, which shuffles batches, and of before.
train_tokens = torch.randint(0, sizes["V"], (9 * B * T + 6,))  # 9 batches, and some tokens that are never read
val_tokens = torch.randint(0, sizes["V"], (4 * B * T + 1,))
for name, tokens in {"train": train_tokens, "val": val_tokens}.items():
    with open(folder / f"{name}.bin", "wb") as file:
        file.write(header(20240520, 1, len(tokens)))
        file.write(tokens.numpy().astype("<u2").tobytes())


def batch(tokens, i):
    part = tokens[i * B * T : (i + 1) * B * T + 1]
    return part[:-1].view(B, T), part[1:].view(B, T)


def shuffled_batches(batches, epochs):
    """llm.c's order: Fisher and Yates from the end, by the Mersenne Twister of seed 42. Here it is NumPy's."""
    twister = np.random.MT19937()
    twister._legacy_seeding(42)
    for _ in range(epochs):
        order = list(range(batches))
        for i in range(batches - 1, 0, -1):
            j = int(twister.random_raw()) % (i + 1)
            order[i], order[j] = order[j], order[i]
        yield from order


def val_loss(model, batches):
    with torch.no_grad():
        return float(np.mean([mean_loss(model, *batch(val_tokens, i))[1].item() for i in range(batches)]))


def train(order, steps, lr, validate=5, accumulation=1, maxNorm=math.inf, **settings):
    model = copy.deepcopy(untrained)
    optimiser = make_optimiser(model, lr=lr(1), beta1=0.9, eps=1e-8, **settings)
    losses, val_losses = [], []
    for step in range(steps):
        if step % validate == 0:
            val_losses.append(val_loss(model, 3))
        optimiser.zero_grad()
        total = 0
        for _ in range(accumulation):
            _, loss = mean_loss(model, *batch(train_tokens, next(order)))
            (loss / accumulation).backward()
            total += loss.item() / accumulation
        torch.nn.utils.clip_grad_norm_(model.parameters(), maxNorm)
        for group in optimiser.param_groups:
            group["lr"] = lr(step + 1)
        optimiser.step()
        losses.append(total)
    val_losses.append(val_loss(model, 3))
    return {"losses": losses, "val_losses": val_losses}


def cosine(step, highest=0.01, warmup=2, steps=6, floor=0.001):
    if step <= warmup:
        return highest * step / warmup
    return floor + (highest - floor) * (1 + math.cos(math.pi * (step - 1 - warmup) / (steps - warmup))) / 2


plain = {"lr": lambda step: 1e-4, "beta2": 0.999, "weightDecay": 0.0}
runs = {
    "llm.c": train(shuffled_batches(9, 3), 20, **plain),
    "text": train(iter([i % 9 for i in range(20)]), 20, **plain),
    "all": train(iter([i % 9 for i in range(20)]), 6, lr=cosine, accumulation=2, maxNorm=1.0, beta2=0.95, weightDecay=0.1),
}
(folder / "runs.json").write_text(json.dumps(runs, indent=1) + "\n")
