"""Recurrent layers over whole sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import ops

from keras_export.from_onnx.sizes import Size, is_sizes

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_export.from_onnx.node import Node

    Rule = Callable[[Node], Any]
_LAYERS = {"LSTM": "LSTM", "GRU": "GRU", "RNN": "SimpleRNN"}
_GATES = {"LSTM": [0, 2, 3, 1], "GRU": [0, 1, 2], "RNN": [0]}  # i o f c -> i f c o
_ACTIVATIONS = {
    **{"tanh": "tanh", "sigmoid": "sigmoid", "relu": "relu", "softsign": "softsign", "softplus": "softplus"},
    **{"hardsigmoid": "hard_sigmoid", "elu": "elu"},
}
_DEFAULTS = {"LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"], "RNN": ["Tanh"]}


def _activations(n: Node, way: int) -> dict[str, Any]:
    default = _DEFAULTS[n.op]
    given = n.get("activations") or default * 2
    mine = [str(name).lower() for name in given[way * len(default) : (way + 1) * len(default)]]
    if len(mine) != len(default) or any(name not in _ACTIVATIONS for name in mine):
        raise ValueError(f"activations={given} are not read")
    if n.op == "LSTM" and mine[1] != mine[2]:
        raise ValueError(f"activations={given} differ for cell and output")
    if "hardsigmoid" in mine:
        _check_hard(n, way * len(default) + mine.index("hardsigmoid"), len(given))
    if any(name == "elu" for name in mine) and set(n.get("activation_alpha", [1.0])) - {0.0, 1.0}:
        raise ValueError("activation_alpha is not read, but for that of Keras")
    if n.op == "RNN":
        return {"activation": _ACTIVATIONS[mine[0]]}
    return {"recurrent_activation": _ACTIVATIONS[mine[0]], "activation": _ACTIVATIONS[mine[1]]}


def _check_hard(n: Node, place: int, count: int) -> None:
    """Refuse a hard sigmoid of another slope than that of Keras."""
    for name, wanted, default in (("activation_alpha", 1 / 6, 0.2), ("activation_beta", 0.5, 0.5)):
        given = n.get(name) or []
        value = given[place] if len(given) == count else given[0] if given else default
        if abs(value - wanted) > 1e-6:
            raise ValueError(f"{name}={value} of HardSigmoid is not read, but for {wanted}")


def _reordered(array: np.ndarray, op: str) -> np.ndarray:
    parts = np.split(array, len(_GATES[op]))
    return np.concatenate([parts[k] for k in _GATES[op]])


def _weights(n: Node, way: int, units: int) -> list[np.ndarray]:
    kernel, recurrent = (_reordered(n.array(k)[way], n.op).T.copy() for k in (1, 2))
    if not n.has(3):
        return [kernel, recurrent]
    both = n.array(3)[way]
    rows = [_reordered(row, n.op) for row in np.split(both, 2)]
    if n.op == "GRU" and n.get("linear_before_reset", 0):
        return [kernel, recurrent, np.stack(rows)]
    return [kernel, recurrent, rows[0] + rows[1]]


def _mask(n: Node, x: Any, steps: Any) -> Any:
    """Which steps of a batch are within the lengths of its sequences, (batch, steps); None where all are."""
    if not n.has(4):
        return None
    value = n.value(4)
    if isinstance(value, np.ndarray) and not is_sizes(value) and not isinstance(steps, Size) and (value >= steps).all():
        return None
    places = n.scope.sized("arange", x, [0, steps], [steps], f"{n.title}_steps")
    ends = ops.expand_dims(ops.cast(n.scope.tensor(n.names[4]), "int64"), 1)
    return ops.less(places, ends)


def _recurrent(n: Node) -> Any:
    n.refuse(input_forget=0, clip=None)
    if n.has(7):
        raise ValueError("peepholes are not read")
    first = n.get("layout", 0) == 1
    direction = n.get("direction", "forward")
    ways = {"forward": [False], "reverse": [True], "bidirectional": [False, True]}.get(direction)
    shape = n.array(2).shape
    if ways is None or len(shape) != 3 or shape[0] != len(ways):
        raise ValueError(f"direction={direction!r} does not fit weights of shape {shape}")
    units = shape[2]
    own = n.lengths()
    batch, steps = (own[0], own[1]) if first else (own[1], own[0])
    x = n.x()
    x = x if first else n.call(ops.transpose, x, [1, 0, 2])
    n.scope.note(x, [batch, steps, own[2]])
    states = [n.scope.tensor(n.names[k], whole=True) for k in (5, 6) if n.has(k) and (k == 5 or n.op == "LSTM")]
    mask = _mask(n, x, steps)
    given = {} if mask is None else {"mask": mask}
    results = []
    for way, backwards in enumerate(ways):
        config = {
            **_activations(n, way), "units": units, "return_sequences": True, "return_state": True,
            "go_backwards": backwards, "use_bias": n.has(3),
        }  # fmt: skip
        if n.op == "GRU":
            config["reset_after"] = bool(n.get("linear_before_reset", 0))
        call = n.layer(_LAYERS[n.op], config, _weights(n, way, units), 1, 2, 3)
        at = (slice(None), way) if first else (way,)
        begin = {"initial_state": [one[at] for one in states]} if states else {}
        sequence, *last = list(call(x, **begin, **given))
        sequence = n.call(ops.flip, sequence, 1) if backwards else sequence
        if mask is not None:
            sequence = n.call(ops.where, n.call(ops.expand_dims, mask, -1), sequence, 0.0)
        results.append([sequence, *last])
    together = [n.call(ops.stack, [one[0] for one in results], 2 if first else 1)]
    together += [n.call(ops.stack, list(one), 1 if first else 0) for one in list(zip(*results, strict=True))[1:]]
    if not first:
        together[0] = n.call(ops.transpose, together[0], [2, 1, 0, 3])
    count = len(ways)
    lengths = [batch, steps, count, units] if first else [steps, count, batch, units]
    n.scope.note(together[0], lengths)
    for one in together[1:]:
        n.scope.note(one, [batch, count, units] if first else [count, batch, units])
    return together


RULES: dict[str, Rule] = {"LSTM": _recurrent, "GRU": _recurrent, "RNN": _recurrent}
