import keras_layers as layers
import numpy as np
import pytest
from keras_core import Model, Sequential, losses, ops
from keras_core.layers import Input
from keras_optimizers import SGD, Adam
from keras_sklearn._estimator import build, fresh_copy, fresh_optimizer
from keras_sklearn._models import gives_logits, loss_names, output_sizes


def test_fresh_copy():
    model = Sequential([Input((2,)), layers.Dense(3)])
    model.compile(SGD(0.25), lambda y, p: ops.mean((y - p) ** 2))
    copy = fresh_copy(model)
    assert copy is not model and copy.loss is model.loss and copy.optimizer is not model.optimizer
    assert (copy.get_weights()[0] != model.get_weights()[0]).any()
    np.testing.assert_allclose(float(copy.optimizer.learning_rate), 0.25)


def test_fresh_optimizer():
    assert type(fresh_optimizer(SGD, {"learning_rate": 0.5})) is SGD
    old = Adam(0.25, beta_1=0.5)
    new = fresh_optimizer(old, {"beta_2": 0.75})
    assert new is not old and (new.beta_1, new.beta_2) == (0.5, 0.75)
    assert type(fresh_optimizer("adam", {})) is Adam
    with pytest.raises(ValueError, match="needs an optimizer"):
        fresh_optimizer(None, {})


def test_sizes_of_outputs():
    model = Sequential([layers.Dense(3)])
    assert output_sizes(model) == [None]
    build(model, np.zeros((5, 2)))
    assert output_sizes(model) == [3]
    inputs = Input((2,))
    assert output_sizes(Model(inputs, [layers.Dense(4)(inputs), layers.Flatten()(inputs)])) == [4, 2]


@pytest.mark.parametrize(
    ("loss", "names"),
    [
        ("MSE", ["mse"]),
        (losses.SparseCategoricalCrossentropy(), ["sparsecategoricalcrossentropy"]),
        (losses.binary_crossentropy, ["binary_crossentropy"]),
    ],
)
def test_names_of_losses(loss, names):
    model = Sequential([Input((2,)), layers.Dense(1)])
    model.compile("sgd", loss)
    assert loss_names(model) == names and not gives_logits(model)


def test_logits():
    model = Sequential([Input((2,)), layers.Dense(1)])
    model.compile("sgd", losses.BinaryCrossentropy(from_logits=True))
    assert gives_logits(model)
