"""PyTorch on the processor: `matmul THREADS B C OC` or `step THREADS L NH C V T B`, then one run for each line on standard
input; or `about`, which says what it is."""

import re
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

kind, *sizes = sys.argv[1:]


def about():
    """Its version, and what it multiplies with: its own library, or the system's, which may be a very slow one."""
    torch.ones(64, 64) @ torch.ones(64, 64)
    maps = Path("/proc/self/maps")  # Linux has it
    loaded = re.findall(r"/\S*blas\S*\.so\S*", maps.read_text()) if maps.exists() else []
    own = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    with_what = loaded[0] if loaded else own[1] if own else "a library that it does not name"
    hint = ""
    if "/blas/libblas" in with_what:
        hint = ", the slow reference library (a fast one on Debian: apt-get install libopenblas0)"
    return f"PyTorch {torch.__version__}, which multiplies with {with_what}{hint}"


if kind == "about":
    print(about())
    sys.exit()

threads, *sizes = [int(size) for size in sizes]
torch.set_num_threads(threads)
torch.manual_seed(0)


def matmul(rows, C, OC):
    inp = torch.randn(rows, C)
    weight = torch.randn(OC, C)
    dout = torch.randn(rows, OC)
    runs = {
        "forward": lambda: inp @ weight.T,
        "dinp": lambda: dout @ weight,
        "dweight": lambda: dout.T @ inp,
    }
    return lambda product: runs[product]()


def attention(q, k, v):
    if hasattr(F, "scaled_dot_product_attention"):  # from PyTorch 2.0 on
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    T, hs = q.shape[-2:]
    later = torch.ones(T, T, dtype=torch.bool).triu(1)
    scores = (q @ k.transpose(-2, -1) / hs**0.5).masked_fill(later, -float("inf"))
    return scores.softmax(-1) @ v


class Block(torch.nn.Module):
    def __init__(self, C, NH):
        super().__init__()
        self.ln_1, self.ln_2 = torch.nn.LayerNorm(C), torch.nn.LayerNorm(C)
        self.c_attn, self.c_proj = torch.nn.Linear(C, 3 * C), torch.nn.Linear(C, C)
        self.c_fc, self.mlp_proj = torch.nn.Linear(C, 4 * C), torch.nn.Linear(4 * C, C)
        self.NH = NH

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = (
            each.view(B, T, self.NH, C // self.NH).transpose(1, 2)
            for each in self.c_attn(self.ln_1(x)).split(C, dim=2)
        )
        y = attention(q, k, v)
        x = x + self.c_proj(y.transpose(1, 2).reshape(B, T, C))
        return x + self.mlp_proj(F.gelu(self.c_fc(self.ln_2(x)), approximate="tanh"))


class Model(torch.nn.Module):
    def __init__(self, L, NH, C, V, T):
        super().__init__()
        self.wte, self.wpe = torch.nn.Embedding(V, C), torch.nn.Embedding(T, C)
        self.blocks = torch.nn.ModuleList([Block(C, NH) for _ in range(L)])
        self.ln_f = torch.nn.LayerNorm(C)

    def forward(self, ids):
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.ln_f(x) @ self.wte.weight.T


def step(L, NH, C, V, T, B):
    model = Model(L, NH, C, V, T)
    update = torch.optim.AdamW(model.parameters(), lr=1e-4)
    ids = torch.randint(V, (B, T + 1))

    def run(_):
        logits = model(ids[:, :-1])
        loss = F.cross_entropy(logits.reshape(B * T, V), ids[:, 1:].reshape(B * T))
        update.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        update.step()

    return run


run = {"matmul": matmul, "step": step}[kind](*sizes)
print("ready", flush=True)
for line in sys.stdin:
    began = time.perf_counter()
    run(line.strip())
    print(time.perf_counter() - began, flush=True)
