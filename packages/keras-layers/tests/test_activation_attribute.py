"""Activations that are assigned to a layer after it was made."""

import numpy as np
import pytest
from keras_core import Input, Model, activations, ops
from keras_layers import GRU, LSTM, Activation, Conv2D, Dense, EinsumDense, LSTMCell, SeparableConv2D, SimpleRNN

X = np.linspace(-2, 2, 8, dtype="float32").reshape(2, 4)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Dense(3, activation="relu"), (4,)),
        (EinsumDense("ab,bc->ac", 3, activation="relu"), (4,)),
        (Conv2D(2, 1, activation="relu"), (2, 2, 1)),
        (SeparableConv2D(2, 1, activation="relu"), (2, 2, 1)),
        (Activation("relu"), (4,)),
    ],
    ids=lambda one: type(one).__name__,
)
def test_none_removes_an_activation(layer, shape):
    x = np.linspace(-2, 2, 2 * int(np.prod(shape)), dtype="float32").reshape(2, *shape)
    inputs = Input(shape)
    model = Model(inputs, layer(inputs))
    model.set_weights([np.ones_like(weight) for weight in model.get_weights()])
    clipped = model.predict(x, verbose=0)
    layer.activation = None
    plain = model.predict(x, verbose=0)
    assert (plain < 0).any()
    np.testing.assert_allclose(clipped, np.maximum(plain, 0), atol=1e-6)
    assert activations.get(layer.get_config()["activation"]) is activations.linear


def test_an_activation_may_be_assigned_by_its_name_or_as_a_function():
    dense = Dense(3, kernel_initializer="ones", use_bias=False)
    total = X.sum(1, keepdims=True) * np.ones(3)
    for given, expected in (("relu", np.maximum(total, 0)), (ops.square, total**2)):
        dense.activation = given
        np.testing.assert_allclose(ops.convert_to_numpy(dense(X)), expected, rtol=1e-5)
    with pytest.raises(ValueError, match="sgmoid"):
        dense.activation = "sgmoid"


def test_a_layer_without_the_attribute_says_so():
    assert not hasattr(Dense.__new__(Dense, 3), "activation")


@pytest.mark.parametrize("kind", [SimpleRNN, LSTM, GRU])
def test_recurrent_layers_hand_their_cells_options_on(kind):
    layer = kind(2)
    x = np.ones((1, 3, 4), "float32") * 9
    layer(x)
    layer.activation = "relu"
    layer.dropout = 0.5
    assert layer.cell.activation is activations.relu and layer.get_config()["dropout"] == 0.5
    layer.set_weights([np.ones_like(w) for w in layer.get_weights()])
    assert ops.convert_to_numpy(layer(x, training=False)).max() > 1 or kind is GRU


def test_gates():
    cell = LSTMCell(2)
    cell.recurrent_activation = None
    assert cell.recurrent_activation is activations.linear
