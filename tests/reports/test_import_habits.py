"""Imports as scripts of Keras 2 write them."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import backend as K  # noqa: E402
from keras.layers.merge import _Merge  # noqa: E402


def test_a_merge_of_one_s_own():
    class Between(_Merge):
        def _merge_function(self, inputs):
            share = K.random_uniform((K.shape(inputs[0])[0], 1))
            return share * inputs[0] + (1 - share) * inputs[1]

    a, b = keras.Input((3,)), keras.Input((3,))
    outputs = keras.Model([a, b], Between()([a, b])).predict([np.zeros((5, 3)), np.ones((5, 3))], verbose=0)
    assert outputs.shape == (5, 3) and np.ptp(outputs[:, 0]) > 0
    assert ((outputs >= 0) & (outputs <= 1)).all()
    np.testing.assert_allclose(outputs, outputs[:, :1].repeat(3, 1))
    with pytest.raises(ValueError, match="list of inputs"):
        Between()(a)


@pytest.mark.parametrize("name", ["Average", "Add", "Maximum"])
def test_built_in_merges_go_by_the_same_method(name):
    class Doubled(getattr(keras.layers, name)):
        def _merge_function(self, inputs):
            return 2 * super()._merge_function(inputs)

    x = [np.array([[1.0, 2.0]], "float32"), np.array([[3.0, 6.0]], "float32")]
    combined = {"Average": [[2, 4]], "Add": [[4, 8]], "Maximum": [[3, 6]]}[name]
    np.testing.assert_allclose(K.eval(Doubled()(x)), 2 * np.array(combined))


def test_modules_of_keras_2_are_attributes():
    assert keras.engine.base_layer.Layer is keras.engine.topology.Layer is keras.layers.Layer
    assert keras.engine.training.Model is keras.engine.network.Network is keras.Model
    assert keras.layers.convolutional_recurrent.Dense is keras.layers.wrappers.Dense is keras.layers.Dense
    assert keras.utils.np_utils.to_categorical is keras.utils.generic_utils.to_categorical
    assert keras.backend.tensorflow_backend.dot is K.dot
    assert isinstance(keras.Input((2,)).node, keras.engine.base_layer.Node)


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("callbacks", "K Callback CallbackList"),
        ("models", "K Input InputLayer Model Sequential load_model"),
        ("layers", "K Input InputSpec Layer Conv2D LeakyReLU activations initializers regularizers constraints"),
        ("layers.core", "K Dense InputSpec Layer"),
        ("optimizers", "K Adam SGD"),
        ("engine.topology", "K Input Layer InputSpec Container Node"),
        ("losses", "K mean_squared_error"),
        ("metrics", "K binary_accuracy"),
        ("initializers", "K Zeros"),
        ("regularizers", "K l2"),
        ("constraints", "K max_norm"),
        ("activations", "K relu"),
    ],
)
def test_star_imports_bring_what_they_brought(module, names):
    found = {}
    exec(f"from keras.{module} import *", found)
    assert set(names.split()) <= set(found)
    assert found["K"].dot is K.dot
