"""Inputs and outputs of a layer's calls on symbolic tensors."""

from __future__ import annotations

import pytest
from keras_conformance import Affine
from keras_core import Input, Layer


def test_symbolic_calls_record_nodes() -> None:
    layer = Affine(2)
    a, b = layer(Input((3,))), layer(Input((3,)))
    assert a.shape == b.shape == (None, 2)
    assert len(layer.inbound_nodes) == 2 and layer.get_output_at(1) is b
    with pytest.raises(AttributeError, match=r"ambiguous"):
        _ = layer.output


def test_inputs_outputs_and_masks_of_a_call() -> None:
    layer, x = Affine(2, name="aff"), Input((3,))
    with pytest.raises(AttributeError, match="'aff' has not been called on a symbolic input, so it has no input"):
        _ = layer.input
    y = layer(x)
    assert layer.input is x and layer.output is y
    assert (layer.input_shape, layer.output_shape) == ((None, 3), (None, 2))
    assert layer.input_mask is None and layer.output_mask is None
    assert (layer.get_input_at(0), layer.get_output_shape_at(0)) == (x, (None, 2))
    with pytest.raises(ValueError, match="was called 1 times, asked for call 3"):
        layer.get_output_at(3)


def test_an_output_that_is_no_tensor_has_no_shape() -> None:
    class Optional(Layer):
        def call(self, x):
            return x, None

    layer = Optional()
    layer(Input((3,)))
    assert (layer.output_shape, layer.output_mask) == (((None, 3), None), (None, None))
