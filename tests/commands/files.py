"""Writes the files that the tests of the commands read, in the layout of llm.c's train_gpt2.py: tests/commands/odd/.

    python3 tests/commands/files.py

A GPT-2 of odd sizes, the debug state of one batch, and the losses of ten AdamW steps on it. All computed by PyTorch.
"""

import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

here = pathlib.Path(__file__).parent
sys.path.append(str(here.parents[1] / "kernels" / "gpt2"))
sys.dont_write_bytecode = True
from gpt2 import NAMES, GPT2, mean_loss, stacked

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
