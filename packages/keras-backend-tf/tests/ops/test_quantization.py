import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf.ops.quantization import int8_matmul

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("rows", [(), (0,), (1,), (2, 5), (2, 3, 3)])
def test_products_of_integers_are_exact_in_graphs_of_any_height(rows: tuple[int, ...]) -> None:
    x, y = (RNG.integers(-127, 128, shape).astype("int8") for shape in ((*rows, 1100), (1100, 5)))
    expected = x.astype("int32") @ y.astype("int32")
    spec = tf.TensorSpec((*(None for _ in rows), 1100), tf.int8)
    program = tf.function(lambda given: int8_matmul(given, tf.constant(y)), input_signature=[spec])
    for found in (program(x), int8_matmul(tf.constant(x), tf.constant(y))):
        assert found.dtype == tf.int32
        np.testing.assert_array_equal(found, expected)
