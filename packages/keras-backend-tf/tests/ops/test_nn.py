from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf import BACKEND
from keras_core import Spec, gradients, ops


@pytest.mark.parametrize(
    ("shape", "axis"), [((4, 10), -1), ((4, 300), 1), ((4, 10), 0), ((2, 3, 4), (1, 2)), ((5,), -1)]
)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax(name: str, shape: tuple[int, ...], axis: Any) -> None:
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    powers = np.exp(x)
    expected = powers / powers.sum(axis, keepdims=True)
    found = getattr(ops, name)(tf.constant(x), axis=axis)
    np.testing.assert_allclose(found, expected if name == "softmax" else np.log(expected), rtol=1e-5, atol=1e-6)


def _loss_and_slope(loss: Any, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    def fn(x: Any) -> list[Any]:
        value, (slope,) = gradients(lambda given: ops.sum(loss(given)), [x])
        return [value, slope]

    value, slope = BACKEND.stage(fn, [], [Spec(logits.shape)])(tf.constant(logits))
    return value.numpy(), slope.numpy()


@pytest.mark.parametrize("classes", [3, 200])
@pytest.mark.parametrize("sparse", [False, True])
def test_a_staged_loss_of_a_softmax_is_exact_far_out(classes: int, sparse: bool) -> None:
    """Computed from the probabilities it would stop at -log(epsilon) with no slope."""
    logits = np.zeros((1, classes), "float32")
    logits[0, 0] = 100

    def loss(x: Any) -> Any:
        p = ops.softmax(x)
        if sparse:
            return ops.sparse_categorical_crossentropy(tf.constant([1]), p)
        return ops.categorical_crossentropy(tf.one_hot([1], classes), p)

    value, slope = _loss_and_slope(loss, logits)
    np.testing.assert_allclose(value, 100, rtol=1e-6)
    np.testing.assert_allclose(slope[0, :2], [1, -1], atol=1e-6)


def test_a_staged_loss_of_a_sigmoid_is_exact_far_out() -> None:
    value, slope = _loss_and_slope(
        lambda x: ops.binary_crossentropy(tf.zeros((1, 1)), ops.sigmoid(x)), np.array([[60.0]], "float32")
    )
    np.testing.assert_allclose(value, 60, rtol=1e-6)
    np.testing.assert_allclose(slope, [[1]], rtol=1e-6)


def test_a_loss_of_other_probabilities_is_not_touched() -> None:
    """The last op before the loss is no softmax here."""
    probabilities = np.array([[0.2, 0.8]], "float32")
    value, _ = _loss_and_slope(
        lambda p: ops.categorical_crossentropy(tf.constant([[1.0, 0.0]]), p * 1.0), probabilities
    )
    np.testing.assert_allclose(value, -np.log(0.2), rtol=1e-6)


def test_one_hot_of_classes_outside_is_zero() -> None:
    np.testing.assert_array_equal(ops.one_hot(tf.constant([1, 5, -1]), 2), [[0, 1], [0, 0], [0, 0]])


@pytest.mark.parametrize("shape", [(6, 4), (3, 5, 4), (2, 3, 3, 4), (1, 4)])
@pytest.mark.parametrize("affine", [True, False])
def test_normalize_batch_is_one_kernel(shape: tuple[int, ...], affine: bool) -> None:
    """With the values and gradients of the op's body; the variance is that of all rows, not of a sample."""
    random = np.random.default_rng(0)
    x, weights = (tf.constant(random.normal(size=shape), "float32") for _ in range(2))
    vectors = [tf.constant(random.normal(size=4), "float32") for _ in range(2)] if affine else [None, None]

    def results(function: Any) -> list[np.ndarray]:
        given = [one for one in (x, *vectors) if one is not None]
        with tf.GradientTape() as tape:
            tape.watch(given)
            found = function(x, -1, *vectors, 0.01)
            loss = tf.reduce_sum(found[0] * weights)
        return [np.asarray(one) for one in (*found, *tape.gradient(loss, given))]

    for got, expected in zip(
        results(BACKEND.ops["normalize_batch"]), results(ops.normalize_batch.op.body), strict=True
    ):
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)
    kernels = {
        op.type
        for op in tf.function(BACKEND.ops["normalize_batch"]).get_concrete_function(x, -1).graph.get_operations()
    }
    assert "FusedBatchNormV3" in kernels
