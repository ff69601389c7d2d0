"""Keras 2's arguments that give the input shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import backend
from keras_core.layers.input_arguments import batch_shape_of

ONES = np.ones((2, 3), "float32")


def host(tensor: Any) -> np.ndarray:
    return backend.to_numpy(tensor)


def test_keras_2_arguments_give_the_input_shape() -> None:
    assert Affine(2, input_dim=4).batch_input_shape == (None, 4)
    assert Affine(2, input_shape=(5, 4)).batch_input_shape == (None, 5, 4)
    assert Affine(2, batch_input_shape=(8, 4)).batch_input_shape == (8, 4)
    weights = [np.ones((3, 2)), np.ones(2)]
    layer = Affine(2, weights=weights)
    np.testing.assert_array_equal(host(layer(ONES)), np.full((2, 2), 4.0))


@pytest.mark.parametrize(
    ("given", "shape"),
    [
        ({}, None),
        ({"batch_size": 4}, None),
        ({"input_shape": 3}, (None, 3)),
        ({"input_shape": [5, 4], "batch_size": 2}, (2, 5, 4)),
        ({"input_dim": 4, "input_length": 7}, (None, 7, 4)),
        ({"batch_shape": [2, 3]}, (2, 3)),
    ],
)
def test_the_shape_that_they_describe(given: dict[str, Any], shape: Any) -> None:
    assert batch_shape_of(given) == shape
