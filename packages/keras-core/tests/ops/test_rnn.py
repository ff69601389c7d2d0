"""Recurrent ops, against loops in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, ops

BATCH, STEPS, FEATURES, UNITS = 3, 4, 2, 5


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def looped(cell: Any, x: Any, states: list[Any], mask: Any, go_backwards: bool) -> tuple[Any, list[Any]]:
    """Outputs in the order computed, and the last states; masked steps repeat."""
    order = range(STEPS)[::-1] if go_backwards else range(STEPS)
    output, outputs = np.zeros_like(states[0]), []
    for t in order:
        new = cell(x[:, t], states)
        keep = np.ones((BATCH, 1), bool) if mask is None else mask[:, t, None]
        output = np.where(keep, new[0], output)
        states = [np.where(keep, a, b) for a, b in zip(new, states)]
        outputs.append(output)
    return np.stack(outputs, 1), states


@pytest.fixture
def weights(rng: np.random.Generator) -> Any:
    def make(gates: int, bias_rows: int | None = None) -> dict[str, Any]:
        width = gates * UNITS
        shape = (width,) if bias_rows is None else (bias_rows, width)
        shapes = {"inputs": (BATCH, STEPS, FEATURES), "h": (BATCH, UNITS), "c": (BATCH, UNITS),
                  "kernel": (FEATURES, width), "recurrent": (UNITS, width), "bias": shape}  # fmt: skip
        return {name: (0.5 * rng.standard_normal(s)).astype("float32") for name, s in shapes.items()}

    return make


MASK = np.array([[1, 1, 0, 1], [0, 0, 1, 1], [1, 0, 0, 0]], bool)
SETTINGS = pytest.mark.parametrize(
    ("mask", "go_backwards"), [(None, False), (None, True), (MASK, False), (MASK, True)], ids=str
)


@SETTINGS
def test_simple_rnn(mask: Any, go_backwards: bool, weights: Any, check: Any) -> None:
    w = weights(1)

    def cell(x: Any, states: Any) -> Any:
        return [np.tanh(x @ w["kernel"] + w["bias"] + states[0] @ w["recurrent"])]

    outputs, (h,) = looped(cell, w["inputs"], [w["h"]], mask, go_backwards)
    arguments = [w["inputs"], w["h"], w["kernel"], w["recurrent"], w["bias"], mask]
    check("simple_rnn", *arguments, go_backwards=go_backwards, expect=(outputs, h))


@SETTINGS
def test_lstm(mask: Any, go_backwards: bool, weights: Any, check: Any) -> None:
    w = weights(4)

    def cell(x: Any, states: Any) -> Any:
        h, c = states
        i, f, g, o = np.split(x @ w["kernel"] + h @ w["recurrent"] + w["bias"], 4, -1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return [sigmoid(o) * np.tanh(c), c]

    outputs, (h, c) = looped(cell, w["inputs"], [w["h"], w["c"]], mask, go_backwards)
    arguments = [w["inputs"], w["h"], w["c"], w["kernel"], w["recurrent"], w["bias"], mask]
    check("lstm", *arguments, go_backwards=go_backwards, expect=(outputs, h, c))


@SETTINGS
@pytest.mark.parametrize("reset_after", [True, False])
def test_gru(mask: Any, go_backwards: bool, reset_after: bool, weights: Any, check: Any) -> None:
    w = weights(3, 2 if reset_after else None)
    bias, inner = w["bias"] if reset_after else (w["bias"], np.zeros(3 * UNITS, "float32"))

    def cell(x: Any, states: Any) -> Any:
        (h,) = states
        xz, xr, xh = np.split(x @ w["kernel"] + bias, 3, -1)
        hz, hr, hh = np.split(h @ w["recurrent"] + inner, 3, -1)
        z, r = sigmoid(xz + hz), sigmoid(xr + hr)
        candidate = xh + r * hh if reset_after else xh + (r * h) @ w["recurrent"][:, 2 * UNITS :]
        return [z * h + (1 - z) * np.tanh(candidate)]

    outputs, (h,) = looped(cell, w["inputs"], [w["h"]], mask, go_backwards)
    arguments = [w["inputs"], w["h"], w["kernel"], w["recurrent"], w["bias"], reset_after, mask]
    check("gru", *arguments, go_backwards=go_backwards, expect=(outputs, h))


def test_without_bias_and_with_other_activations(weights: Any, check: Any) -> None:
    w = weights(1)

    def cell(x: Any, states: Any) -> Any:
        return [np.maximum(x @ w["kernel"] + states[0] @ w["recurrent"], 0)]

    outputs, (h,) = looped(cell, w["inputs"], [w["h"]], None, False)
    for activation in ("relu", ops.relu):
        check(
            "simple_rnn", w["inputs"], w["h"], w["kernel"], w["recurrent"], activation=activation, expect=(outputs, h)
        )
    with pytest.raises(ValueError, match="Unknown activation 'wavy'"):
        ops.simple_rnn(w["inputs"], w["h"], w["kernel"], w["recurrent"], activation="wavy")


def test_unrolled_gives_the_same(weights: Any) -> None:
    w = weights(4)
    arguments = [w["inputs"], w["h"], w["c"], w["kernel"], w["recurrent"], w["bias"], MASK]
    for a, b in zip(ops.lstm(*arguments), ops.lstm(*arguments, unroll=True)):
        np.testing.assert_allclose(backend.to_numpy(a), backend.to_numpy(b), 1e-6, 1e-6)


def test_unknown_batch_and_length() -> None:
    x, h = KerasTensor((None, None, 2)), KerasTensor((None, 5))
    kernel, recurrent = KerasTensor((2, 20)), KerasTensor((5, 20))
    mask = KerasTensor((None, None), "bool")
    outputs = ops.lstm(x, h, h, kernel, recurrent, KerasTensor((20,)), mask)
    assert [t.shape for t in outputs] == [(None, None, 5), (None, 5), (None, 5)]
