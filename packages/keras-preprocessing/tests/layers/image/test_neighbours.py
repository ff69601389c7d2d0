import numpy as np
from color_layer_contract import arrays
from keras_preprocessing.layers.image.neighbours import neighbours
from scipy import ndimage


def test_weighted_sums_along_an_axis():
    x = np.random.default_rng(0).normal(size=(2, 5, 4, 3)).astype("float32")
    for axis, weights in ((-3, [2, 0.5]), (-1, [1, 1]), (-2, [2, 3, 1])):
        whole = [*weights[:0:-1], *weights]
        expected = ndimage.correlate1d(x.astype("float64"), whole, axis=axis, mode="constant")
        np.testing.assert_allclose(arrays(neighbours(x, axis, weights)), expected, rtol=1e-4, atol=1e-5)


def test_weights_of_each_picture():
    x = np.ones((2, 3, 1, 1), "float32")
    weight = np.array([1, 10], "float32").reshape(2, 1, 1, 1)
    assert arrays(neighbours(x, -3, [1, weight])).ravel().tolist() == [2, 3, 2, 11, 21, 11]
