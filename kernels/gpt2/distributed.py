"""Goes on in PyTorch, on as many processes as torchrun starts, with a run that was begun here.

    torchrun --nproc_per_node 2 kernels/gpt2/distributed.py RUN.safetensors [--steps N] [--save MODEL.pt] [--backend gloo]

RUN is a checkpoint that `npm run train` or the site has written: weights, m and v, the text, the place in it, the schedule.
Every process has the whole model and takes an equal part of each step's windows; DistributedDataParallel takes the mean of their
gradients, so that each step is the one that a single process would have made.
"""

import argparse
import json
import math
import os
import pathlib
import re
import sys

import numpy as np
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

sys.path.append(str(pathlib.Path(__file__).parent))
from generator import hashes, open_stream
from gpt2 import GPT2, NAMES, make_optimiser, mean_loss, parameters

FIRST_STREAM = 2000  # of the order of the data: see kernels/formats/loader.ts
LLMC_SEED = 42


def read_checkpoint(path):
    """What the run is, and its tensors by name."""
    raw = np.memmap(path, dtype=np.uint8, mode="r")
    length = int.from_bytes(raw[:8].tobytes(), "little")
    header = json.loads(raw[8 : 8 + length].tobytes())
    metadata = header.pop("__metadata__", {})
    if metadata.get("format") != "llm.ts checkpoint 1":
        sys.exit(f"distributed.py: {path} is no checkpoint of llm.ts; `npm run train -- --save` writes one")
    kinds = {"F32": np.float32, "I32": np.int32}
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + at for at in entry["data_offsets"])
        tensors[name] = raw[begin:end].view(kinds[entry["dtype"]]).reshape(entry["shape"])
    return json.loads(metadata["progress"]), tensors


def config_of(settings):
    """The sizes of the model: its own, or those of its preset in config.ts."""
    if "sizes" in settings:
        return settings["sizes"]
    text = pathlib.Path(__file__).with_name("config.ts").read_text()
    line = re.search(rf'^ +"?{settings["preset"]}"?: {{(.+)}}', text, re.MULTILINE)
    return {name: int(size.replace("_", "")) for name, size in re.findall(r"(\w+): ([\d_]+)", line[1])}


def windows_of(tokens, settings):
    """Gives the start of the window at a position of the run, as kernels/formats/loader.ts deals them."""
    B, T = settings["B"], settings["T"]
    order = settings.get("order", "shuffled")
    # In llm.c's orders B windows in a row belong together, and what is left over at the end is not read.
    unit = 1 if order == "shuffled" else B
    units = (len(tokens) - 1) // (unit * T)
    orders = {}
    twister = np.random.RandomState(LLMC_SEED)

    def numbers(epoch):
        """The random number for each place that is shuffled, from the last on."""
        if order == "shuffled":
            return hashes(open_stream(settings["seed"], FIRST_STREAM + epoch), np.arange(units))[:0:-1]
        return twister.randint(0, 2**32, size=units - 1, dtype=np.uint32)

    def shuffled(epoch):
        if order == "text":
            return range(units)
        for each in range(len(orders), epoch + 1):  # llm.c's generator goes through all epochs
            numbered = list(range(units))
            for i, number in zip(range(units - 1, 0, -1), numbers(each)):
                j = int(number) % (i + 1)
                numbered[i], numbered[j] = numbered[j], numbered[i]
            orders[each] = numbered
        return orders[epoch]

    def start(position):
        place, within = divmod(position, unit)
        return (shuffled(place // units)[place % units] * unit + within) * T

    return start


def learning_rate(settings, step):
    """As kernels/model/schedule.ts."""
    lr, warmup, steps = settings["learningRate"], settings["warmup"], settings["steps"]
    floor = lr * settings["finalRate"]
    if step <= warmup:
        return lr * step / warmup
    if step > steps:
        return floor
    return floor + (lr - floor) * (1 + math.cos(math.pi * (step - 1 - warmup) / (steps - warmup))) / 2


def restore(model, optimiser, tensors, step):
    """Copies weights, m and v of the checkpoint into the model and the optimiser."""
    for name in NAMES:
        stacked = "{}" in NAMES[name]
        for l, parameter in enumerate(parameters(model, name)):

            def part(group):
                tensor = tensors[f"{group}.{name}"]
                part = tensor[l] if stacked else tensor[: len(parameter)]  # wte is padded with rows of 0
                return torch.from_numpy(part.copy()).view_as(parameter)

            with torch.no_grad():
                parameter.copy_(part("parameters"))
            if step > 0:
                optimiser.state[parameter] = {
                    "step": torch.tensor(float(step)),
                    "exp_avg": part("m"),
                    "exp_avg_sq": part("v"),
                }


def main():
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("run")
    command.add_argument("--steps", type=int, help="how many more; without it, as many as the run has left")
    command.add_argument("--save", help="writes model and optimiser here at the end, with torch.save")
    command.add_argument("--backend", default="nccl" if torch.cuda.is_available() else "gloo")
    options = command.parse_args()

    dist.init_process_group(options.backend)
    rank, world = dist.get_rank(), dist.get_world_size()
    device = torch.device("cpu")
    if options.backend == "nccl":
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)

    progress, tensors = read_checkpoint(options.run)
    settings, step, position = progress["settings"], progress["step"], progress["position"]
    batch = settings["B"] * settings["accumulation"]  # windows of a step
    if batch % world != 0:
        sys.exit(f"distributed.py: a step has {batch} windows, which {world} processes cannot share evenly")
    model = GPT2(**config_of(settings)).to(device)
    beta2 = settings.get("beta2", 0.95)
    optimiser = make_optimiser(model, settings["learningRate"], 0.9, beta2, 1e-8, settings["weightDecay"])
    restore(model, optimiser, tensors, step)
    # The masks are the same everywhere, and gloo does not send booleans.
    masks = [name for name, _ in model.named_buffers()]
    DistributedDataParallel._set_params_and_buffers_to_ignore_for_model(model, masks)
    replica = DistributedDataParallel(model)

    T, tokens = settings["T"], tensors["text.train"]
    start = windows_of(tokens, settings)
    share = batch // world
    last = settings["steps"] if options.steps is None else step + options.steps
    while step < last:
        step += 1
        starts = [start(position + i) for i in range(rank * share, (rank + 1) * share)]
        position += batch
        rows = torch.from_numpy(np.stack([tokens[s : s + T + 1] for s in starts]).astype(np.int64)).to(device)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(settings, step)
        optimiser.zero_grad()
        _, loss = mean_loss(replica, rows[:, :-1], rows[:, 1:])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), settings.get("maxNorm", 1) or math.inf)
        optimiser.step()
        mean = loss.detach()
        dist.all_reduce(mean)
        if rank == 0:
            print(f"step {step}: train loss {mean.item() / world:.6f}", flush=True)

    if options.save and rank == 0:
        torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step}, options.save)
    dist.destroy_process_group()


main()
