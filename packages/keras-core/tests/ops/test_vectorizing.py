"""Functions of elements as functions of tensors, against np.vectorize."""

import numpy as np
import pytest
from keras_core import ops


def numbers(tensor):
    return ops.convert_to_numpy(tensor)


def test_scalars_broadcast():
    x, y = np.arange(6, dtype="float32").reshape(2, 3), np.array([1.0, 2.0, 4.0], "float32")
    larger = ops.vectorize(lambda a, b: ops.where(ops.greater(a, b), ops.subtract(a, b), ops.add(a, b)))
    expected = np.vectorize(lambda a, b: a - b if a > b else a + b)(x, y)
    np.testing.assert_array_equal(numbers(larger(x, y)), expected)
    np.testing.assert_array_equal(numbers(larger(x, b=y)), expected)
    assert numbers(larger(3.0, 1.0)) == 2


def test_signature_and_excluded():
    x, m = np.arange(12, dtype="float32").reshape(2, 2, 3), np.ones((3, 2), "float32")
    product = ops.vectorize(lambda v, w, scale: ops.multiply(ops.matmul(v, w), scale), {2}, "(n),(n,m)->(m)")
    np.testing.assert_array_equal(numbers(product(x, m, 2)), (x @ m) * 2)
    both = ops.vectorize(lambda v: (ops.sum(v), ops.max(v)), signature="(n)->(),()")
    total, most = both(x)
    np.testing.assert_array_equal(numbers(total), x.sum(-1))
    np.testing.assert_array_equal(numbers(most), x.max(-1))


def test_errors():
    with pytest.raises(ValueError, match="expected one such as"):
        ops.vectorize(ops.add, signature="(n)")
    dot = ops.vectorize(ops.dot, signature="(n),(n)->()")
    with pytest.raises(ValueError, match="n is 2, 3"):
        dot(np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match="got 1 arguments"):
        dot(np.zeros(2))
    with pytest.raises(ValueError, match=r"shape \(\) for \(n\)"):
        dot(np.float32(0), np.zeros(3))
