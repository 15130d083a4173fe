"""Writes reference tensors in the safetensors format: what <layer>.py computes with PyTorch, for everyone to agree with.

A file holds one or more cases. The tensor `inp` of the case `small` is named `small.inp`; the sizes of every case and
the version of PyTorch stand in the file's metadata.
Format: https://github.com/huggingface/safetensors (8 bytes header length, JSON header, then the bytes).
"""

import json
import os
import pathlib
import struct

import torch

DTYPES = {torch.float32: "F32", torch.int32: "I32"}


def folder():
    """Where reference files go: public/reference, or REFERENCE_DIR where that is set."""
    default = pathlib.Path(__file__).parents[1] / "public" / "reference"
    path = pathlib.Path(os.environ.get("REFERENCE_DIR", default))
    path.mkdir(parents=True, exist_ok=True)
    return path


def save(name, cases, **metadata):
    """Writes <folder>/<name>.safetensors.

    name:     stem of the file
    cases:    {case: (sizes, tensors)}, sizes a dict of numbers, tensors a dict of float32 or int32 tensors
    metadata: further numbers or strings about the whole file
    """
    header = {}
    blobs = []
    offset = 0
    for case, (_, tensors) in cases.items():
        for key, tensor in tensors.items():
            blob = tensor.detach().contiguous().numpy().tobytes()
            header[f"{case}.{key}"] = {
                "dtype": DTYPES[tensor.dtype],
                "shape": list(tensor.shape),
                "data_offsets": [offset, offset + len(blob)],
            }
            blobs.append(blob)
            offset += len(blob)
    header["__metadata__"] = {
        "torch": torch.__version__,
        "sizes": json.dumps({case: sizes for case, (sizes, _) in cases.items()}),
        **{key: str(value) for key, value in metadata.items()},
    }
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)

    path = folder() / f"{name}.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))
    print(f"{path.name}: {8 + len(text) + offset} bytes, PyTorch {torch.__version__}")
