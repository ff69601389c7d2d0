"""What the layers of one call share: the training flag and masks."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import Input, Layer
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
