"""Llama, Mistral and Gemma in the layout of Hugging Face's folders, written by PyTorch.

Writes public/reference/huggingface-llama.safetensors, and likewise -mistral and -gemma: a small model of each, with the names and
shapes of published files; and huggingface-families.safetensors: for each a batch with its logits and its loss, and the config.json
that belongs beside it, as a note.
"""

import json
import pathlib
import sys

import torch

kernels = pathlib.Path(__file__).parents[1]
for name in ("", "rope", "llama", "gpt2"):
    sys.path.insert(0, str(kernels / name))  # before this file's own folder, as one of GPT-2's files has the same name
from gpt2 import mean_loss
from huggingface import write
from llama import Llama
from reference import folder, save

SIZES = {"maxT": 9, "V": 19, "Vp": 128, "L": 2, "C": 12, "NH": 4, "NKV": 2, "hs": 6, "F": 20}
PARTS = {"norm": "rmsnorm", "positions": "rope", "mlp": "swiglu", "tied": False, "scaled": False, "eps": 1e-5,
         "base": 10000, "pairs": "halves", "scaling": None, "windowSize": None}
MODELS = {
    "llama": {**SIZES, **PARTS, "base": 500000, "scaling": {"factor": 8, "low": 1, "high": 4, "before": 32}},
    "mistral": {**SIZES, **PARTS, "tied": True, "windowSize": 3},
    "gemma": {**SIZES, **PARTS, "mlp": "geglu", "tied": True, "scaled": True, "eps": 1e-6, "NKV": 1, "hs": 8},
}


def described(kind, config):
    """The fields of config.json, by the names that transformers gives them."""
    bend = "silu" if config["mlp"] == "swiglu" else "gelu_pytorch_tanh"
    fields = {
        "architectures": [f"{kind.capitalize()}ForCausalLM"], "attention_bias": False, "attention_dropout": 0.0,
        "bos_token_id": 1, "eos_token_id": 2, "head_dim": config["hs"], "hidden_act": bend, "hidden_size": config["C"],
        "initializer_range": 0.02, "intermediate_size": config["F"], "max_position_embeddings": config["maxT"],
        "model_type": kind, "num_attention_heads": config["NH"], "num_hidden_layers": config["L"],
        "num_key_value_heads": config["NKV"], "rms_norm_eps": config["eps"], "rope_theta": config["base"],
        "tie_word_embeddings": config["tied"], "torch_dtype": "float32", "use_cache": True, "vocab_size": config["V"],
    }
    if kind == "llama":
        scaling = config["scaling"]
        fields["rope_scaling"] = {
            "factor": scaling["factor"], "low_freq_factor": scaling["low"], "high_freq_factor": scaling["high"],
            "original_max_position_embeddings": scaling["before"], "rope_type": "llama3",
        }
    if kind == "mistral":
        fields["sliding_window"] = config["windowSize"]
    return fields


def published(kind, model):
    """What the file holds, by name: the head only where it is not tied, and of Gemma's norms what they are over 1."""
    tensors = {}
    for name, tensor in sorted(model.state_dict().items()):
        if name == "lm_head.weight":
            if not model.config["tied"]:
                tensors[name] = tensor
            continue
        tensors[f"model.{name}"] = tensor - 1 if kind == "gemma" and "norm" in name else tensor
    return tensors


def make(kind, config, seed, B=2, T=8):
    torch.manual_seed(seed)
    model = Llama(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.normal_(1.0 if "norm" in name else 0.0, 0.3)
    if kind == "gemma":
        # The file has float32 of what is over 1, so the model has 1 more than that, rounded.
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if "norm" in name:
                    parameter.copy_(parameter - 1 + 1)
    write(folder() / f"huggingface-{kind}.safetensors", published(kind, model))
    tokens = torch.randint(config["V"], (B, T + 1))
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    logits, loss = mean_loss(model, inputs, targets)
    return {**config, "B": B, "T": T}, {"inputs": inputs.int(), "targets": targets.int(), "logits": logits, "loss": loss.view(1)}


cases = {kind: make(kind, config, seed=7 + i) for i, (kind, config) in enumerate(MODELS.items())}
save("huggingface-families", cases, **{kind: json.dumps(described(kind, config)) for kind, config in MODELS.items()})
