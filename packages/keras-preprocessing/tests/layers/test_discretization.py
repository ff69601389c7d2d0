import numpy as np
import pytest
from keras_core import Input, Sequential, ops
from keras_core.saving import load_model
from keras_preprocessing.layers import Discretization

RNG = np.random.default_rng(0)


def test_given_boundaries():
    x = np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]])
    layer = Discretization([0.0, 1.0, 2.0])
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(x)), [[0, 2, 3, 1], [1, 3, 2, 1]])
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(x)), np.digitize(x, [0, 1, 2]))


def test_modes():
    x = np.array([[0.5, 2.5, 2.5]])
    for mode, expected in (("one_hot", np.eye(3)[[[1, 2, 2]]]), ("multi_hot", [[0, 1, 1]]), ("count", [[0, 1, 2]])):
        layer = Discretization([0.0, 1.0], output_mode=mode)
        found = ops.convert_to_numpy(layer(x))
        np.testing.assert_array_equal(found, np.array(expected, "float32"), strict=True)
        assert layer.compute_output_shape((None, 3)) == (None, *found.shape[1:])


def test_the_documented_example():
    x = np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]])
    layer = Discretization(num_bins=4, epsilon=0.01)
    layer.adapt(x)
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(x)), [[0, 2, 3, 2], [1, 3, 3, 1]])


@pytest.mark.parametrize("batches", [False, True])
def test_bins_are_quantiles(batches):
    x = RNG.normal(size=(20000,))
    layer = Discretization(num_bins=5, epsilon=0.005)
    layer.adapt(np.array_split(x, 7) and iter(np.array_split(x, 7)) if batches else x)
    np.testing.assert_allclose(layer.bin_boundaries, np.quantile(x, [0.2, 0.4, 0.6, 0.8]), atol=0.03)
    counts = np.bincount(ops.convert_to_numpy(layer(x)))
    np.testing.assert_allclose(counts / len(x), 0.2, atol=0.01)


def test_few_values():
    layer = Discretization(num_bins=10)
    layer.adapt(np.array([3.0, 1.0, np.nan, 3.0]))
    assert layer.bin_boundaries == [1, 3]


def test_bins_travel_in_files(tmp_path):
    layer = Discretization(num_bins=4)
    x = RNG.normal(size=(100, 2)).astype("float32")
    layer.adapt(x)
    model = Sequential([Input((2,)), layer])
    model.save(tmp_path / "m.keras")
    loaded = load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), ops.convert_to_numpy(layer(x)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (Discretization, "needs bin_boundaries, or num_bins"),
        (lambda: Discretization([2.0, 1.0]), "must ascend"),
        (lambda: Discretization([1.0, 2.0], num_bins=2), "num_bins=2 does not fit"),
        (lambda: Discretization(num_bins=2, epsilon=2), "epsilon must be between 0 and 1"),
        (lambda: Discretization([1.0]).adapt([1.0]), r"adapt\(\) needs num_bins"),
        (lambda: Discretization(num_bins=2).adapt(np.zeros(0)), "was given no data"),
        (lambda: Discretization(num_bins=2)(np.zeros(1)), "has no bins yet"),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()
