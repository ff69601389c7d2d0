"""Arithmetic of sizes."""

import numpy as np
import pytest
from keras_core import Input, KerasTensor
from keras_legacy import backend as K
from keras_legacy.backend.shape_tensor import ShapeTensor


def test_known_sizes_stay_ints():
    sizes = ShapeTensor((2, 3, 5))
    assert sizes[1:3] * 32 == (96, 160)
    assert (2 * sizes[::-1], sizes + 1, 1 + sizes, sizes - [1, 1, 1], 9 - sizes) == (
        (10, 6, 4),
        (3, 4, 6),
        (3, 4, 6),
        (1, 2, 4),
        (7, 6, 4),
    )
    assert (sizes // 2, sizes % 2) == ((1, 1, 2), (0, 1, 1))
    np.testing.assert_allclose(sizes / 2, [1, 1.5, 2.5])
    np.testing.assert_allclose(30 / sizes, [15, 10, 6])
    first, *rest = sizes
    assert (first, rest) == (2, [3, 5])


def test_values():
    x = K.constant(np.ones((2, 3, 5)))
    assert K.eval(K.shape(x)).tolist() == [2, 3, 5]
    assert K.eval(K.shape(x)[1:3] * 32).tolist() == [96, 160]
    assert K.eval(K.cast(K.shape(x)[::-1], "float32") / 2.0).tolist() == [2.5, 1.5, 1.0]
    assert float(K.eval(K.prod(K.shape(x)))) == 30
    assert K.int_shape(K.reshape(x, K.shape(x)[:1] + [28])) == (30,)


@pytest.mark.parametrize("change", [lambda s: s * 2, lambda s: 2 * s, lambda s: s - 1 + 1, lambda s: s / 1])
def test_unknown_sizes_are_tensors(change):
    x = Input((3,))
    found = change(K.shape(x))
    assert isinstance(found, KerasTensor)
    assert found.shape == (2,)
    value = K.function([x], [found])([np.ones((4, 3))])[0]
    np.testing.assert_allclose(value, change(np.array([4, 3])))
