import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import Input, Sequential, ops
from keras_core.saving import load_model
from keras_layers import Normalization

RNG = np.random.default_rng(0)


class TestNormalization(LayerContract):
    layer = Normalization
    masks = True
    cases = [
        Case((2, 3), {"mean": [1.0, 2.0, 3.0], "variance": [4.0, 0.25, 1.0]}),
        Case((2, 3), {"mean": 1.0, "variance": 4.0, "axis": None}),
        Case((2, 3, 4), {"axis": 1, "mean": [1.0, 2.0, 3.0], "variance": [4.0, 0.25, 1.0], "invert": True}),
    ]

    def reference(self, inputs, weights, axis=-1, mean=0, variance=1, invert=False):
        shape = [-1 if axis is not None and i == axis % inputs.ndim else 1 for i in range(inputs.ndim)]
        mean, deviation = np.reshape(mean, shape), np.sqrt(np.reshape(variance, shape))
        return inputs * deviation + mean if invert else (inputs - mean) / deviation


@pytest.mark.parametrize("axis", [-1, 1, None, (1, 2)])
@pytest.mark.parametrize("batches", [False, True])
def test_adapted_data_have_mean_zero_and_variance_one(axis, batches):
    x = RNG.normal(1000, 3, (50, 4, 5)).astype("float64")
    layer = Normalization(axis)
    layer.adapt(iter([x[:7], x[7:40], x[40:]]) if batches else x)
    found = ops.convert_to_numpy(layer(x))
    kept = () if axis is None else tuple(np.atleast_1d(axis) % 3)
    others = tuple(i for i in range(3) if i not in kept)
    np.testing.assert_allclose(found.mean(others), 0, atol=1e-3)
    np.testing.assert_allclose(found.std(others), 1, rtol=1e-3)
    assert [w.name for w in layer.weights] == ["mean", "variance", "count"] and not layer.trainable_weights
    np.testing.assert_allclose(layer.weights[0].numpy(), x.mean(others), rtol=1e-6)
    back = Normalization(axis, invert=True)
    back.adapt(x)
    np.testing.assert_allclose(ops.convert_to_numpy(back(found)), x, rtol=1e-4)


def test_adapting_again_forgets():
    layer = Normalization()
    layer.adapt(np.full((3, 2), 7.0))
    layer.adapt(np.array([[0.0, 1.0], [2.0, 1.0]]))
    assert layer.weights[0].numpy().tolist() == [1, 1] and layer.weights[1].numpy().tolist() == [1, 0]


def test_a_feature_without_variance_stays_finite():
    layer = Normalization()
    layer.adapt(np.ones((3, 1)))
    assert ops.convert_to_numpy(layer(np.ones((1, 1), "float32"))).tolist() == [[0]]


def test_in_a_saved_model(tmp_path):
    layer = Normalization()
    layer.adapt(RNG.normal(5, 2, (20, 3)))
    model = Sequential([Input((3,)), layer])
    x = RNG.normal(5, 2, (4, 3)).astype("float32")
    expected = ops.convert_to_numpy(layer(x))
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-5)
    model.save(tmp_path / "m.keras")
    loaded = load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Normalization(mean=1.0), "mean and variance are given together"),
        (lambda: Normalization(mean=1.0, variance=2.0).adapt([[1.0]]), "there is nothing to adapt"),
        (lambda: Normalization().adapt(np.zeros((0, 2))), "was given no data"),
        (lambda: Normalization(axis=3).build((None, 2)), "axis 3 is none of an input with 2 axes"),
        (lambda: Normalization(axis=0).build((None, 2)), "axis 0 is that of the batch"),
        (lambda: Normalization().build((None, None)), "a kept axis"),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()
