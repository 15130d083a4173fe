"""GPT-2 in the layout of Hugging Face's model.safetensors, written and read by PyTorch.

    huggingface.py                   writes public/reference/huggingface.safetensors, a small model in that layout, and
                                     huggingface-loss.safetensors, a batch with its logits and its loss
    huggingface.py make FILE SIZES   writes a model of random weights, prints a batch and its loss; SIZES is JSON
    huggingface.py loss FILE BATCH   loads a file and prints the loss on the batch; BATCH is the JSON that make prints
"""

import json
import pathlib
import struct
import sys

import numpy as np
import torch
import torch.nn as nn

sys.path.append(str(pathlib.Path(__file__).parents[1]))
sys.path.append(str(pathlib.Path(__file__).parent))
from gpt2 import GPT2, mean_loss
from reference import folder, save


class Conv1D(nn.Module):
    """A linear layer whose matrix is stored as (in, out)."""

    def __init__(self, C, OC):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(C, OC))
        self.bias = nn.Parameter(torch.zeros(OC))

    def forward(self, x):
        return x @ self.weight + self.bias


def hugging_face(config):
    """The GPT-2 of gpt2.py with the names and the shapes of the parameters that Hugging Face's has."""
    model = GPT2(**config)
    C = config["C"]
    for block in model.h:
        block.attn.c_attn = Conv1D(C, 3 * C)
        block.attn.c_proj = Conv1D(C, C)
        block.mlp.c_fc = Conv1D(C, 4 * C)
        block.mlp.c_proj = Conv1D(4 * C, C)
    return model


def published(model):
    """What the published file holds, by name: no lm_head, which is wte once more, but the causal mask of every layer."""
    tensors = {name: tensor for name, tensor in model.state_dict().items() if name != "lm_head.weight"}
    for l, block in enumerate(model.h):
        maxT = len(block.attn.mask)
        tensors[f"h.{l}.attn.bias"] = block.attn.mask.float().view(1, 1, maxT, maxT)
    return dict(sorted(tensors.items()))


def write(path, tensors, **metadata):
    """Tensor by tensor. As in the published file the header is not padded, so that the data begins at an odd place."""
    header = {"__metadata__": {"format": "pt", **metadata}}
    offset = 0
    for name, tensor in tensors.items():
        size = 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header, separators=(",", ":")).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(tensor.detach().contiguous().numpy().data)


def read(path):
    """All tensors of a float32 file, and its metadata."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        start = file.tell()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", f"{name} is {entry['dtype']}"
        begin, end = entry["data_offsets"]
        values = np.fromfile(path, dtype="<f4", count=(end - begin) // 4, offset=start + begin)
        tensors[name] = torch.from_numpy(values).view(entry["shape"])
    return tensors, metadata


def load(path):
    """The model of a file. Fails where a tensor is missing, unknown or of another shape."""
    tensors, metadata = read(path)
    tensors = {name: tensor for name, tensor in tensors.items() if not name.endswith(".attn.bias")}
    (V, C), (maxT, _) = tensors["wte.weight"].shape, tensors["wpe.weight"].shape
    L = sum(name.endswith("ln_1.weight") for name in tensors)
    model = hugging_face({"maxT": maxT, "V": V, "L": L, "NH": int(metadata.get("n_head", C // 64)), "C": C})
    model.load_state_dict({**tensors, "lm_head.weight": tensors["wte.weight"]})
    return model


def make(config, B, T, seed, spread):
    """A model whose every parameter is moved away from where training begins, so that none is 0 or 1; and a batch."""
    torch.manual_seed(seed)
    model = hugging_face(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.normal_(1.0 if ".ln_" in f".{name}" and name.endswith("weight") else 0.0, spread)
    tokens = torch.randint(config["V"], (B, T + 1))
    return model, tokens[:, :-1], tokens[:, 1:]


@torch.no_grad()
def loss_of(model, batch):
    return mean_loss(model, torch.tensor(batch["inputs"]), torch.tensor(batch["targets"]))[1].item()


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        sizes = json.loads(sys.argv[3])
        model, inputs, targets = make(**sizes)
        write(sys.argv[2], published(model))
        batch = {"inputs": inputs.tolist(), "targets": targets.tolist()}
        print(json.dumps({**batch, "loss": loss_of(model, batch)}))
    elif sys.argv[1:2] == ["loss"]:
        print(loss_of(load(sys.argv[2]), json.loads(sys.argv[3])))
    else:
        # The published file does not say how many heads it has: C / 64. A model as small as this one must.
        config = {"maxT": 13, "V": 37, "L": 3, "NH": 3, "C": 24}
        model, inputs, targets = make(config, B=2, T=11, seed=3, spread=0.3)
        write(folder() / "huggingface.safetensors", published(model), n_head="3", torch=torch.__version__)
        logits, loss = mean_loss(model, inputs, targets)
        tensors = {"inputs": inputs.int(), "targets": targets.int(), "logits": logits, "loss": loss.view(1)}
        save("huggingface-loss", {"small": ({**config, "B": 2, "T": 11}, tensors)})
