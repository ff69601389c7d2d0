import numpy as np
import pytest
from keras_core import Input, Model
from keras_layers import LocallyConnected1D, LocallyConnected2D
from keras_layers.locally_connected.base_locally_connected import connections


def test_connections_by_hand():
    assert connections(5, 3, 2, "valid").astype(int).T.tolist() == [[1, 1, 1, 0, 0], [0, 0, 1, 1, 1]]
    assert connections(4, 3, 1, "same").astype(int).T.tolist() == [
        [1, 1, 0, 0],
        [1, 1, 1, 0],
        [0, 1, 1, 1],
        [0, 0, 1, 1],
    ]
    assert connections(2, 3, 1, "valid").shape == (2, 0)


def test_weights_have_the_shapes_of_keras_2():
    shapes = {}
    for implementation in (1, 2, 3):
        layer = LocallyConnected2D(4, (3, 2), implementation=implementation, data_format="channels_last")
        layer.build((None, 6, 5, 2))
        shapes[implementation] = [tuple(w.shape) for w in layer.weights]
    assert shapes == {
        1: [(16, 12, 4), (4, 4, 4)],
        2: [(6, 5, 2, 4, 4, 4), (4, 4, 4)],
        3: [(16 * 12 * 4,), (4, 4, 4)],
    }


def test_the_implementations_compute_the_same():
    x = np.random.default_rng(0).normal(size=(2, 6, 3)).astype("float32")
    layers = [LocallyConnected1D(2, 3, strides=2, implementation=i, data_format="channels_last") for i in (1, 2, 3)]
    for layer in layers:
        layer.build(x.shape)
    kernel = layers[0].kernel.numpy()
    matrix = np.zeros((6, 3, 2, 2), "float32")
    for place in range(2):
        matrix[2 * place : 2 * place + 3, :, place] = kernel[place].reshape(3, 3, 2)
    layers[1].kernel.assign(matrix)
    flat = matrix.reshape(18, 4).T
    layers[2].kernel.assign(flat[flat != 0])
    results = [np.asarray(layer(x)) for layer in layers]
    np.testing.assert_allclose(results[1], results[0], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(results[2], results[0], rtol=1e-4, atol=1e-5)


def test_what_does_not_fit_is_said():
    with pytest.raises(ValueError, match="padding='same' needs implementation 2 or 3"):
        LocallyConnected1D(2, 3, padding="same")
    with pytest.raises(ValueError, match="implementation must be one of 1, 2, 3, got 4"):
        LocallyConnected1D(2, 3, implementation=4)
    with pytest.raises(ValueError, match=r"a spatial size .* must be known"):
        LocallyConnected1D(2, 3)(Input((None, 3)))
    with pytest.raises(ValueError, match=r"no window of \(3,\) fits"):
        LocallyConnected1D(2, 3)(Input((2, 3)))


def test_it_stands_in_a_model():
    inputs = Input((6, 3))
    model = Model(inputs, LocallyConnected1D(2, 3)(inputs))
    assert model.output_shape == (None, 4, 2)
    again = Model.from_config(model.get_config())
    assert again.layers[1].implementation == 1
