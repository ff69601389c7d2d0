"""Finding the first value of a function that is not finite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Variable, gradients, ops, stage
from keras_core.staging.watch import Watch, active_watch

if TYPE_CHECKING:
    from collections.abc import Sequence


def finite(tensors: Sequence[Any]) -> Any:
    return ops.cast(ops.all(ops.isfinite(tensors[0])), "float32") if tensors else None


def noted(fn: Any) -> dict[str, float]:
    """What a watch of `fn` noted, in order, run as a program."""
    names: list[str] = []

    def run() -> Any:
        with Watch(finite) as watch:
            fn()
        names[:] = watch.names
        return ops.stack(watch.flags)

    flags = ops.convert_to_numpy(stage(run, [])())
    assert active_watch() is None
    return dict(zip(names, flags.tolist(), strict=True))


def test_layers_note_what_they_get_and_give() -> None:
    layer = Affine(2, name="wide")
    layer.build((1, 3))
    layer.set_weights([np.array([[1, 2], [3, 4], [5, np.inf]]), np.zeros(2)])
    assert noted(lambda: layer(ops.ones((1, 3)))) == {
        "the input of layer 'wide'": 1.0,
        "the output of layer 'wide' (Affine)": 0.0,
    }


@pytest.mark.needs_train  # what runs loops in Python notes every turn
def test_nothing_is_noted_of_the_body_of_a_loop() -> None:
    layer = Affine(3, name="cell")
    layer.build((1, 3))

    def loop() -> None:
        ops.while_loop(lambda i, x: i < 2, lambda i, x: (i + 1, layer(x)), (0, ops.ones((1, 3))))
        active = active_watch()
        assert active is not None
        active.record("the end", [ops.ones(())])

    assert noted(loop) == {"the end": 1.0}


@pytest.mark.needs_train
def test_gradients_are_noted_after_what_they_are_of() -> None:
    a, b = Variable(0.0, name="a"), Variable(4.0, name="b")
    layer = Affine(1, name="one")
    layer.build((1, 1))

    def differentiate() -> None:
        gradients(lambda: ops.sum(layer(ops.reshape(ops.sqrt(a) + b, (1, 1)))), [a, b])

    found = noted(differentiate)
    layers = ["the input of layer 'one'", "the output of layer 'one' (Affine)", "the loss"]
    assert list(found) == [*layers, "the gradient by variable 'b'", "the gradient by variable 'a'"]
    assert list(found.values()) == [1.0, 1.0, 1.0, 1.0, 0.0]
