"""Masks of outputs follow from those of inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import Input, Layer, Model, backend, ops
from keras_core.layers.call_context import CallContext, mask_of


def host(tensor: Any) -> np.ndarray:
    return backend.to_numpy(tensor)


class Masker(Layer):
    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return ops.greater(inputs[..., 0], 0.5)

    def call(self, x: Any) -> Any:
        return x


class Through(Layer):
    supports_masking = True

    def call(self, x: Any) -> Any:
        return x + 1.0


class Masked(Layer):
    def call(self, x: Any, mask: Any = None) -> Any:
        return ops.sum(x * ops.expand_dims(ops.cast(mask, "float32"), -1), axis=1)


def test_masks_flow_through_a_graph_and_a_call() -> None:
    value = np.arange(8, dtype="float32").reshape(1, 4, 2)
    expected = (value[:, 1:] + 1).sum(1)
    x = Input((4, 2))
    model = Model(x, Masked()(Through()(Masker()(x))))
    np.testing.assert_allclose(host(model(value)), expected)

    class Chain(Layer):
        def __init__(self) -> None:
            super().__init__()
            self.steps = [Masker(), Through(), Masked()]

        def call(self, x: Any) -> Any:
            for step in self.steps:
                x = step(x)
            return x

    np.testing.assert_allclose(host(Chain()(value)), expected)


def test_a_mask_given_by_hand_wins() -> None:
    value = np.ones((1, 3, 2), "float32")
    out = Masked()(value, mask=np.array([[True, False, False]]))
    np.testing.assert_allclose(host(out), [[1, 1]])


def test_a_layer_with_several_outputs_gives_a_mask_to_each() -> None:
    class Split(Layer):
        def call(self, x: Any) -> Any:
            return [x[:, :1], x[:, 1:]]

        def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
            return [None, ops.ones((1, 1), "bool")]

    with CallContext():
        first, second = Split()(np.ones((1, 2, 2), "float32"))
        assert mask_of(first) is None and mask_of(second) is not None


def test_a_layer_that_does_not_support_masks_ends_them() -> None:
    class Plain(Layer):
        def call(self, x: Any) -> Any:
            return x * 1.0

    assert Through()(Masker()(Input((4, 2))))._keras_mask is not None
    assert Plain()(Masker()(Input((4, 2))))._keras_mask is None


def test_the_first_mask_of_several_inputs_passes_on() -> None:
    class Join(Layer):
        supports_masking = True

        def call(self, xs: Any) -> Any:
            return xs[0] + xs[1]

    x = Input((4, 2))
    assert Join()([x, Masker()(x)])._keras_mask is not None
    assert Join()([x, x])._keras_mask is None


def test_masks_of_outputs_in_a_dict() -> None:
    class Named(Layer):
        supports_masking = True

        def call(self, x: Any) -> Any:
            return {"b": x, "a": x + 1.0}

    class ByName(Named):
        def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
            return {"a": mask, "missing": mask}

    x = Masker()(Input((4, 2)))
    first, named = Named()(x), ByName()(x)
    assert first["b"]._keras_mask is not None and first["a"]._keras_mask is None  # the first that call() returned
    assert named["b"]._keras_mask is None and named["a"]._keras_mask is not None


def test_masks_in_lists_of_lists_are_those_of_the_outputs_in_order() -> None:
    class Pair(Layer):
        supports_masking = True

        def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
            return [[mask, None], mask]  # one more than there are outputs

        def call(self, x: Any) -> Any:
            return [x, x + 1.0]

    x = Input((4, 2))
    masked = Masker()(x)
    first, second = Pair()(masked)
    assert mask_of(first) is mask_of(masked) and mask_of(second) is None
    assert Model(x, [first, second])(np.ones((1, 4, 2), "float32"))[0].shape == (1, 4, 2)
