"""Which calls of layers a `RematScope` has computed again, and what of them is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Input, Layer, Model, RematScope, Sequential, backend, ops
from keras_core.layers import remat_call
from keras_core.layers.call_context import set_mask

X = np.ones((2, 3), "float32")


class Sine(Layer):
    """The sine of its input, by its attribute `activation` if it is told so."""

    def __init__(self, activation: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activation

    def call(self, x: Any) -> Any:
        return ops.sin(x) if self.activation is None else self.activation(x)


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was computed again: a function, its first argument's shape and the threshold."""
    found: list[Any] = []
    usual = remat_call.rematerialized

    def noted(fn: Any, args: Any, kwargs: Any, more_than: Any = None) -> Any:
        found.append((fn, tuple(args[0].shape), more_than))
        return usual(fn, args, kwargs, more_than)

    monkeypatch.setattr(remat_call, "rematerialized", noted)
    return found


def test_a_layer_as_a_whole_but_not_a_model(again: list[Any]) -> None:
    with RematScope():
        model = Sequential([Input((3,)), Sine()])
    again.clear()
    np.testing.assert_allclose(backend.to_numpy(model(X)), np.sin(X), rtol=1e-6)
    assert [shape for _, shape, _ in again] == [(2, 3)]
    assert Sine()(X) is not None and len(again) == 1  # made outside


def test_only_named_layers(again: list[Any]) -> None:
    with RematScope("list_of_layers", layer_names=["this"]):
        this, other = Sine(name="this"), Sine(name="other")
        model = Sequential([Input((3,)), Sine()], name="this")
    again.clear()
    other(X)
    assert not again
    this(X)
    model(X)
    assert len(again) == 2


def test_only_the_activation(again: list[Any]) -> None:
    with RematScope("activations"):
        layer, plain = Sine(ops.tanh), Sine()
    found = layer(X)
    plain(X)
    np.testing.assert_allclose(backend.to_numpy(found), np.tanh(X), rtol=1e-5)
    assert [fn for fn, _, _ in again] == [ops.tanh] and layer.activation is ops.tanh


def test_the_threshold_is_handed_on(again: list[Any]) -> None:
    with RematScope("larger_than", output_size_threshold=7):
        layer = Sine()
    layer(X)
    assert [limit for _, _, limit in again] == [7]


def test_masks_of_layers_inside_come_out() -> None:
    class Masking(Layer):
        def call(self, x: Any) -> Any:
            x = ops.sin(x)
            set_mask(x, x > 0)
            return x

    class Sees(Layer):
        def call(self, x: Any, mask: Any = None) -> Any:
            return ops.cast(mask, "float32")

    with RematScope():
        outer = Masking()
    x = Input((3,))
    model = Model(x, Sees()(outer(x)))
    assert backend.to_numpy(model(np.array([[1, -1, 2]], "float32"))).tolist() == [[1, 0, 1]]
