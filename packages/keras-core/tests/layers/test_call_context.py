"""What the layers of one call share: the training flag and masks."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import Input, Layer, Sequential
from keras_core.layers.call_context import CallContext, active_context, mask_of, set_mask

ONES = np.ones((2, 3), "float32")


def test_the_training_flag_reaches_inner_layers() -> None:
    seen: list[Any] = []

    class Inner(Layer):
        def call(self, x: Any, training: Any = None) -> Any:
            seen.append(training)
            return x

    class Outer(Layer):
        def __init__(self) -> None:
            super().__init__()
            self.inner = Inner()

        def call(self, x: Any) -> Any:
            return self.inner(x)

    Outer()(ONES, training=True)
    Outer()(ONES)
    assert seen == [True, None]


class Mode(Layer):
    """Adds 1 in training, to what the layer inside makes of its input."""

    def __init__(self, inner: Layer | None = None) -> None:
        super().__init__()
        self.inner = inner

    def call(self, x: Any, training: Any = None) -> Any:
        y = x if self.inner is None else self.inner(x)
        return y + 1 if training else y


def test_a_default_of_training_yields_to_what_a_call_is_told() -> None:
    inner = Mode()
    outer = Mode(inner)

    def total(**told: Any) -> float:
        return float(np.asarray(outer(np.zeros(1, "float32"), **told))[0])

    assert total() == 0
    outer.default_training = True
    assert total() == 2  # the layer inside follows the call around it
    inner.default_training = False
    assert (total(), total(training=True), total(training=False)) == (1, 2, 0)
    outer.default_training, inner.default_training = None, True
    assert (total(), total(training=False)) == (1, 0)
    assert outer(Input((1,))).node.kwargs.get("training") is None


def test_a_graph_called_again_and_again_has_the_modes_of_its_layers() -> None:
    model = Sequential([Input((1,)), Mode(), Mode()])
    x = np.zeros((1, 1), "float32")
    model.layers[0].default_training = True
    assert [float(np.asarray(model(x))[0, 0]) for _ in range(3)] == [1, 1, 1]
    for layer in model.flatten_layers():
        layer.default_training = True
    assert [float(np.asarray(model(x))[0, 0]) for _ in range(3)] == [2, 2, 2]
    model.layers[1].default_training = False
    assert float(np.asarray(model(x))[0, 0]) == 1
    assert model.predict(x, verbose=0)[0, 0] == 0


def test_masks_belong_to_one_call() -> None:
    value, mask = np.ones(2), np.array([True, False])
    set_mask(value, mask)
    assert mask_of(value) is None and active_context() is None
    with CallContext(training=True) as context:
        set_mask(value, mask)
        assert active_context() is context and mask_of(value) is mask and mask_of(mask) is None
        with CallContext():
            assert mask_of(value) is None
    assert active_context() is None


def test_a_symbolic_tensor_carries_its_mask() -> None:
    x, mask = Input((3,)), Input((3,))
    set_mask(x, mask)
    assert mask_of(x) is mask
