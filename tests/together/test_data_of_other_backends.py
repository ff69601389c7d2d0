"""Layers that prepare data follow the data: tensors of whatever backend give tensors of that backend."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")


def test_pictures_of_each_backend_in_a_layer_of_another(trainers):
    pictures = np.arange(2 * 4 * 4 * 3, dtype="float32").reshape(2, 4, 4, 3)
    for home in trainers:
        with keras.use_backend(home):
            layer = keras.layers.Rescaling(0.5)
        for other in trainers:
            with keras.use_backend(other):
                given = keras.ops.convert_to_tensor(pictures)
            if isinstance(given, np.ndarray):  # Theano's, which is anybody's
                continue
            with keras.use_backend(home):
                found = layer(given)
            assert type(found) is type(given), f"{home}: a {type(given).__name__} gave a {type(found).__name__}"
            with keras.use_backend(other):
                np.testing.assert_array_equal(keras.ops.convert_to_numpy(found), pictures * 0.5)
