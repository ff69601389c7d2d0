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


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint32", "int64", "uint64"])
def test_tensors_have_the_buckets_of_the_same_numbers_on_data(dtype):
    tensor = ops.convert_to_tensor(np.array([0, 7, np.iinfo(dtype).max], dtype))
    numbers = ops.convert_to_numpy(tensor)  # a backend may hold fewer bits
    layer = HashedCrossing(8191)
    found = ops.convert_to_numpy(layer([tensor, tensor]))
    np.testing.assert_array_equal(found, ops.convert_to_numpy(layer([numbers, numbers])))


def test_tensors_are_checked_as_data_are():
    first, second = (ops.convert_to_tensor(np.array(values, "int32")) for values in ([1, 2, 3], [4, 5, 6]))
    with pytest.raises(ValueError, match="takes a list of two or more features"):
        HashedCrossing(5)([first])
    with pytest.raises(ValueError, match=r"features that all have shape .* got \(3,\), \(1,\)"):
        HashedCrossing(5)([first, second[:1]])
    with pytest.raises(TypeError, match="masks"):
        HashedCrossing(5)([first, second], masks=None)
    many = HashedCrossing(2**40)
    on_data = many([np.array([1, 2, 3]), np.array([4, 5, 6])])
    np.testing.assert_array_equal(ops.convert_to_numpy(many([first, second])), ops.convert_to_numpy(on_data))
    pytest.importorskip("scipy")
    sparse = HashedCrossing(5, "one_hot", sparse=True)([first, second])
    dense = HashedCrossing(5, "one_hot")([first, second])
    np.testing.assert_array_equal(sparse.toarray(), ops.convert_to_numpy(dense))


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
