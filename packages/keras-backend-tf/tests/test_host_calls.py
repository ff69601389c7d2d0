"""Functions of NumPy in graphs of TensorFlow."""

import numpy as np
import pytest
from keras_backend_tf.backend import BACKEND
from keras_backend_tf.framework import tf
from keras_core import Spec, backend


def test_numbers_and_text_go_through_a_function_of_numpy():
    assert isinstance(BACKEND, backend.CallsHost)

    @tf.function
    def graph(x, words):
        specs = [Spec((None,), "float16"), Spec((2,), "string")]
        return BACKEND.host_call(lambda x, words: [x + 1, [word.decode() + "é" for word in words]], [x, words], specs)

    numbers, texts = graph(tf.constant([1.0, 2.0]), tf.constant(["a", "b"]))
    assert numbers.numpy().tolist() == [2, 3] and numbers.dtype == tf.float16
    assert [one.decode() for one in texts.numpy()] == ["aé", "bé"]


def test_ragged_and_sparse_tensors():
    rows = BACKEND.ragged(tf.constant([1, 2, 3]), tf.constant([2, 0, 1]))
    assert rows.to_list() == [[1, 2], [], [3]]
    matrix = BACKEND.sparse(tf.constant([[0, 1]], tf.int64), tf.constant([5.0]), tf.constant([1, 2], tf.int64))
    np.testing.assert_array_equal(tf.sparse.to_dense(matrix).numpy(), [[0, 5]])


def test_what_a_function_raises_is_told():
    def refuses(_):
        raise ValueError("no such word")

    with pytest.raises(tf.errors.OpError, match="no such word"):
        tf.function(lambda x: BACKEND.host_call(refuses, [x], [Spec((), "int64")]))(tf.constant(1))
