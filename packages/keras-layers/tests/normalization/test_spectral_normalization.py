import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import Sequential
from keras_layers import Activation, Conv2D, Dense, Embedding, SpectralNormalization
from layer_references import convolve


class TestSpectralNormalization(LayerContract):
    layer = SpectralNormalization
    computes = False
    cases = [
        Case((3, 4), lambda: {"layer": Dense(2)}),
        Case((2, 4, 4, 2), lambda: {"layer": Conv2D(3, 2), "power_iterations": 2}),
    ]

    def reference(self, inputs, weights, layer, power_iterations=1):
        kernel, bias = weights[1], weights[2]
        return inputs @ kernel + bias if kernel.ndim == 2 else convolve(inputs, kernel) + bias


@pytest.mark.parametrize(("inner", "shape"), [(lambda: Dense(5), (2, 4)), (lambda: Conv2D(5, 2), (2, 3, 3, 4))])
def test_one_step_of_power_iteration_by_hand(inner, shape):
    layer = SpectralNormalization(inner())
    layer.build((None, *shape[1:]))
    kernel, u = layer.layer.kernel.numpy(), layer.vector_u.numpy()
    matrix = kernel.reshape(-1, kernel.shape[-1])
    v = u @ matrix.T
    v /= np.linalg.norm(v)
    u = v @ matrix
    u /= np.linalg.norm(u)
    sigma = (v @ matrix @ u.T).item()
    layer(np.zeros(shape, "float32"))
    np.testing.assert_array_equal(layer.layer.kernel.numpy(), kernel)
    layer(np.zeros(shape, "float32"), training=True)
    np.testing.assert_allclose(layer.vector_u.numpy(), u, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(layer.layer.kernel.numpy(), kernel / sigma, rtol=1e-4, atol=1e-6)


def test_an_embedding_comes_to_a_largest_singular_value_of_one():
    layer = SpectralNormalization(Embedding(7, 3), power_iterations=100)
    layer(np.array([[1, 2]]), training=True)
    np.testing.assert_allclose(np.linalg.norm(layer.layer.embeddings.numpy(), 2), 1.0, rtol=1e-4)


def test_files_have_the_kernel_before_the_vector():
    """As upstream's, where the kernel is the inner layer's and the wrapper's."""
    layer, other = SpectralNormalization(Dense(2)), SpectralNormalization(Dense(2))
    store = {}
    for one in (layer, other):
        one.build((None, 3))
    layer.save_own_variables(store)
    assert [store[key].shape for key in sorted(store)] == [(3, 2), (1, 2)]
    np.testing.assert_array_equal(store["0"], layer.layer.kernel.numpy())
    before = other.layer.kernel.numpy()
    other.load_own_variables(store)
    np.testing.assert_array_equal(other.vector_u.numpy(), layer.vector_u.numpy())
    np.testing.assert_array_equal(other.layer.kernel.numpy(), before)
    with pytest.raises(ValueError, match="has 1 weights, the file has 3"):
        other.load_own_variables({**store, "2": store["1"]})


@pytest.mark.needs_train
def test_it_trains():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(64, 4)).astype("float32"), rng.normal(size=(64, 1)).astype("float32")
    model = Sequential([SpectralNormalization(Dense(8)), Dense(1)])
    model.compile("sgd", "mse")
    losses = model.fit(x, y, epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_what_has_no_kernel_is_refused():
    with pytest.raises(ValueError, match="has no weight 'kernel' or 'embeddings'"):
        SpectralNormalization(Activation("relu")).build((None, 3))
    with pytest.raises(ValueError, match="power_iterations must be a positive integer, got 0"):
        SpectralNormalization(Dense(1), power_iterations=0)
