import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf.ops.shapes import as_shape, sizes_of, wrapped


def test_sizes_are_ints_where_known() -> None:
    @tf.function(autograph=False, input_signature=[tf.TensorSpec((None, 3))])
    def f(x: tf.Tensor) -> tf.Tensor:
        rows, columns = sizes_of(x)
        assert columns == 3 and tf.is_tensor(rows)
        out = tf.reshape(x, as_shape((rows, 1, columns)))
        assert out.shape.as_list() == [None, 1, 3]
        return out

    assert f(tf.ones((2, 3))).shape == (2, 1, 3)


@pytest.mark.parametrize(("shape", "expected"), [(3, [3]), ((2, np.int64(3)), [2, 3]), ((), [])])
def test_shapes_of_numbers(shape: object, expected: list[int]) -> None:
    assert np.array(as_shape(shape)).tolist() == expected


@pytest.mark.parametrize("dtype", ["int32", "int64", "int8", "uint8"])
def test_negative_indices_are_wrapped(dtype: str) -> None:
    values = [0, 2] if dtype.startswith("u") else [0, -1]
    assert wrapped(tf.constant(values, dtype), 3).numpy().tolist() == [0, 2]
