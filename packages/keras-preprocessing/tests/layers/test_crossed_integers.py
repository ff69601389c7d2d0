"""Integers crossed by ops give the buckets that they have on data, where Python computes with 64 bits."""

import numpy as np
import pytest
from keras_core import Input, Model, ops
from keras_preprocessing.layers import HashedCrossing, Hashing


@pytest.mark.parametrize("mode", ["int", "one_hot"])
def test_buckets_in_a_model(mode):
    rng = np.random.default_rng(0)
    first = rng.integers(-(2**31), 2**31 - 2, (200, 1)).astype("int32")
    second = rng.integers(-100, 100, (200, 1))
    first[0] = second[0] = 0
    a, b = Input((1,), dtype="int32"), Input((1,), dtype="int64")
    layer = HashedCrossing(1013 if mode == "int" else 7, output_mode=mode)
    model = Model([a, b], layer([a + 1, b]))
    np.testing.assert_array_equal(
        model.predict([first, second], verbose=0), ops.convert_to_numpy(layer([first + 1, second]))
    )


def test_wrong_features():
    a, b, c = Input((1,), dtype="int32"), Input((1,), dtype="int32"), Input((2,), dtype="int32")
    with pytest.raises(ValueError, match="num_bins must be at most 8388607 where integers are crossed in a model"):
        HashedCrossing(2**23)([a, b])
    with pytest.raises(ValueError, match=r"features that all have shape .* got \(None, 1\), \(None, 2\)"):
        HashedCrossing(5)([a, c])


def test_integers_are_hashed_before_the_step_and_used_in_it():
    number = Input((1,), dtype="int32")
    hashed = Hashing(4, output_mode="one_hot")
    model = Model(number, ops.concatenate([hashed(number), ops.cast(number * 2, "float32")], -1))
    data = np.array([10, 20, 30])
    expected = np.concatenate([ops.convert_to_numpy(hashed(data[:, None])), data[:, None] * 2], -1)
    np.testing.assert_allclose(model.predict(data, verbose=0), expected)
    for _ in range(3):  # compiled after the first
        np.testing.assert_allclose(ops.convert_to_numpy(model(data)), expected)
    with pytest.raises(TypeError, match="is computed in the model"):
        Model(number, Hashing(4)(number + 1)).predict(data, verbose=0)
