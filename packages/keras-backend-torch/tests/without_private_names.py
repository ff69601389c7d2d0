"""Trains with some private names of PyTorch hidden, and prints the results as JSON.

``python without_private_names.py HIDDEN`` where HIDDEN is "nothing", "what is faster" (everything that recording can do
without) or "everything". A process of its own, since the package looks the names up when it is imported.
"""

from __future__ import annotations

import json
import os
import pkgutil
import sys
from typing import Any

NEEDED_TO_RECORD = ("torch._subclasses", "torch.utils._python_dispatch")

hidden: list[str] = []
_resolve = pkgutil.resolve_name


def hide(which: str) -> None:
    """Make the lookup of private names fail, as in a release of PyTorch that does not have them."""

    def resolve(path: str) -> Any:
        if which == "everything" or (which == "what is faster" and not path.startswith(NEEDED_TO_RECORD)):
            hidden.append(path)
            raise AttributeError(path)
        return _resolve(path)

    pkgutil.resolve_name = resolve


hide(sys.argv[1])
os.environ["KERAS_BACKEND"] = "torch"

import numpy as np  # noqa: E402
from keras_backend_torch.backend import BACKEND  # noqa: E402
from keras_core import Spec, Variable, gradients, ops, stage  # noqa: E402

pkgutil.resolve_name = _resolve
RANDOM = np.random.default_rng(0)


def drawn(*shape: int) -> np.ndarray:
    return RANDOM.normal(size=shape).astype("float32")


def trained(many: bool) -> list[float]:
    """Weights after four steps of Adam on a regression."""
    x, y = drawn(8, 3), drawn(8, 2)
    w, b = Variable(drawn(3, 2)), Variable(np.zeros(2, "float32"))
    slots = [(Variable(np.zeros_like(v.numpy())), Variable(np.zeros_like(v.numpy()))) for v in (w, b)]
    rate = Variable(np.float32(0.1))

    def step(x: Any, y: Any) -> list[Any]:
        loss, found = gradients(lambda: ops.mean((ops.matmul(x, w) + b - y) ** 2), [w, b])
        for variable, (m, v), g in zip((w, b), slots, found, strict=True):
            m.assign(m + (g - m) * 0.1)
            v.assign(v + (g * g - v) * 0.01)
            variable.assign(variable - m * rate.value / (ops.sqrt(v) + 1e-3))
        return [loss]

    variables = [w, b, rate, *(one for pair in slots for one in pair)]
    signature = [Spec((4, 3), "float32"), Spec((4, 2), "float32")]
    if many:
        rows = np.arange(16).reshape(4, 4) % 8
        (loss,) = BACKEND.stage_steps(step, variables, signature)(rows, BACKEND.tensor(x), BACKEND.tensor(y))
    else:
        program = BACKEND.stage(step, variables, signature)
        for k in range(4):
            rows = np.arange(4 * k, 4 * k + 4) % 8
            (loss,) = program(BACKEND.tensor(x[rows]), BACKEND.tensor(y[rows]))
    return [float(loss), *w.numpy().ravel().tolist(), *b.numpy().tolist()]


def predicted() -> list[float]:
    """An LSTM, twice with weights that change in between."""
    x, kernel, recurrent = drawn(2, 5, 16), Variable(drawn(16, 64)), Variable(drawn(16, 64))
    zeros = np.zeros((2, 16), "float32")
    program = stage(lambda x: ops.lstm(x, zeros, zeros, kernel, recurrent)[1], [kernel, recurrent])
    first = ops.convert_to_numpy(program(x))
    kernel.value.data.mul_(0.5)
    return [*first.ravel().tolist(), *ops.convert_to_numpy(program(x)).ravel().tolist()]


def tracked() -> list[float]:
    """Gradients that ``backward()`` leaves."""
    w = Variable(drawn(3, 2))
    program = stage(lambda x: ops.tanh(ops.matmul(x, w)), [w])
    program(drawn(2, 3)).sum().backward()
    return list(w.value.grad.ravel().tolist())


def shapes() -> list[Any]:
    """Specs of results, and control flow in them."""

    def fn(x: Any, i: Any) -> list[Any]:
        chosen = ops.cond(ops.sum(x) > 0, lambda: x, lambda: -x)
        count, total = ops.while_loop(lambda k, _: k < 3, lambda k, t: (k + 1, t + chosen), (ops.zeros((), "int32"), x))
        return [ops.reshape(total, (-1,)), ops.take(x, i, 0), count]

    specs = BACKEND.abstract(fn, [Spec((None, 4), "float32"), Spec((None,), "int32")])
    return [value for spec in specs for value in (*(-1.0 if n is None else float(n) for n in spec.shape),)]


runs: list[int] = []
count = stage(lambda x: (runs.append(1), x * 2)[1], [])
for _ in range(3):
    count(np.float32(1))
print(
    json.dumps(
        {
            "hidden": hidden,
            "recorded": len(runs) == 1,
            "one step a call": trained(many=False),
            "many steps a call": trained(many=True),
            "LSTM": predicted(),
            "gradients": tracked(),
            "shapes": shapes(),
        }
    )
)
