import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf.ops import creation


def test_full_spreads_a_value_over_a_shape_that_is_known_later() -> None:
    @tf.function(autograph=False, input_signature=[tf.TensorSpec((None, 3))])
    def f(x: tf.Tensor) -> tf.Tensor:
        return creation.full((tf.shape(x)[0], 3), tf.constant([1.0, 2.0, 3.0]), "int32")

    np.testing.assert_array_equal(f(tf.ones((2, 3))), [[1, 2, 3]] * 2)


def test_zeros_like_in_another_dtype() -> None:
    found = creation.zeros_like(tf.ones(2), "int8")
    assert found.dtype == tf.int8 and found.numpy().tolist() == [0, 0]


@pytest.mark.parametrize("dtype", ["int32", "float32", "uint8", "float16"])
def test_sequences_of_numbers_and_of_tensors(dtype: str) -> None:
    for limits in ((1, 10, 3), (tf.constant(1), tf.constant(10), tf.constant(3))):
        found = creation.sequence(*limits, dtype)
        assert found.dtype.name == dtype
        np.testing.assert_array_equal(tf.cast(found, "int32"), [1, 4, 7])
