"""What the exercises' tapes compute, with the gradients from autograd, and a look at autograd's own record.
Running this file writes public/reference/tape.safetensors and tape-leaf.safetensors."""

import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[2] / "kernels"))
from reference import save


def drawn(R, C):
    return [torch.randn(shape).requires_grad_() for shape in ((R, C), (C,), (R, C))]


def gradients(R, C, loss, x, g, w):
    loss.backward()
    return {"R": R, "C": C}, {"x": x, "g": g, "w": w, "dx": x.grad, "dg": g.grad, "dw": w.grad}


def twice(R, C, seed):
    """x and y are both used twice, and g for all rows"""
    torch.manual_seed(seed)
    x, g, w = drawn(R, C)
    y = x * g
    loss = (torch.tanh(y * x + y) * w).sum()
    return gradients(R, C, loss, x, g, w)


def leaf(R, C, seed):
    """x is used twice, past tanh and through it"""
    torch.manual_seed(seed)
    x, g, w = drawn(R, C)
    loss = ((x + torch.tanh(x * g)) * w).sum()
    sizes, tensors = gradients(R, C, loss, x, g, w)
    after = {f"{name} after": tensors[name] for name in ("dx", "dg", "dw")}
    before = {name: torch.randn_like(tensors[name]) for name in ("dx", "dg", "dw")}  # left from the last step
    return sizes, tensors | after | before


def graph():
    """Autograd's record of y = tanh(a * b + a): from the last node, each names the nodes that it hands gradients to."""
    a, b = (torch.tensor(x, requires_grad=True) for x in (0.5, -2.0))
    y = torch.tanh(a * b + a)
    node = y.grad_fn  # TanhBackward0
    names = [type(node).__name__]
    while node.next_functions and node.next_functions[0][0]:
        node = node.next_functions[0][0]
        names.append(type(node).__name__)
    y.backward()
    return names, a.grad, b.grad


def refused(again):
    """What PyTorch says where it will not walk."""
    try:
        again()
    except RuntimeError as error:
        return str(error)
    raise AssertionError("PyTorch walked")


def facts():
    """What the lesson says of PyTorch."""
    F = torch.nn.functional
    names, da, db = graph()
    assert names == ["TanhBackward0", "AddBackward0", "MulBackward0", "AccumulateGrad"]
    assert (round(da.item(), 4), round(db.item(), 4)) == (-0.7864, 0.3932)
    x = torch.randn(2, 3, requires_grad=True)
    assert type(F.layer_norm(x, (3,)).grad_fn).__name__ == "NativeLayerNormBackward0"
    assert type(F.gelu(x, approximate="tanh").grad_fn).__name__ == "GeluBackward0"
    loss = x.exp().sum()
    loss.backward(retain_graph=True)
    once = x.grad.clone()
    loss.backward()  # the second time, and the graph is let go
    assert torch.equal(x.grad, 2 * once)
    assert "retain_graph=True" in refused(loss.backward)
    saved = x.exp()
    saved.add_(1)
    assert "modified by an inplace operation" in refused(saved.sum().backward)
    with torch.no_grad():
        assert x.exp().grad_fn is None


if __name__ == "__main__":
    facts()
    save("tape", {
        "lesson": twice(R=3, C=4, seed=1),
        "row": twice(R=1, C=5, seed=2),
        "column": twice(R=6, C=1, seed=3),
    })  # fmt: skip
    save("tape-leaf", {
        "lesson": leaf(R=3, C=4, seed=4),
        "row": leaf(R=1, C=5, seed=5),
    })  # fmt: skip
