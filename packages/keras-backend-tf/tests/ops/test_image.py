"""Pictures resized by TensorFlow's kernel are what other ops make of them, and so are gradients of any order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_tf.framework import tf
from keras_core import ops
from keras_core.ops.op import force_bodies

IMAGES = np.random.default_rng(0).uniform(0, 255, (2, 7, 9, 3)).astype("float32")


def resized(images: Any, size: Any = (5, 12), **options: Any) -> Any:
    return ops.resize(images, size, data_format="channels_last", **options)


def kernels(function: Any) -> set[str]:
    """Names of the kernels in the graph of a function of pictures."""
    graph = tf.function(function, autograph=False).get_concrete_function(tf.TensorSpec(IMAGES.shape)).graph
    return {node.op for node in graph.as_graph_def().node}


@pytest.mark.parametrize("size", [(3, 4), (7, 9), (20, 11)])
@pytest.mark.parametrize("options", [{}, {"antialias": True}, {"crop_to_aspect_ratio": True}])
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
def test_resized(size: Any, options: Any, dtype: str) -> None:
    images = IMAGES.astype(dtype)
    found = resized(images, size, **options)
    with force_bodies():
        expected = resized(images, size, **options)
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-4, atol=1e-3)


def test_a_graph_that_nothing_differentiates_has_the_kernel() -> None:
    assert "ResizeBilinear" in kernels(resized)
    assert "ResizeBilinear" not in kernels(lambda images: resized(tf.cast(images, tf.uint8)))


@pytest.mark.parametrize("graph", [False, True])
def test_gradients_of_gradients(graph: bool) -> None:
    call = tf.function(resized, autograph=False) if graph else resized
    images = tf.constant(IMAGES)
    if graph:
        call(images)  # traced outside of any tape
    found = []
    for one in (call, lambda images: tf.linalg.matvec(_matrix(), tf.reshape(images, (-1,)))):
        with tf.GradientTape() as outer:
            outer.watch(images)
            with tf.GradientTape() as inner:
                inner.watch(images)
                total = tf.reduce_sum(one(images) ** 3)
            first = inner.gradient(total, images)
            square = tf.reduce_sum(first**2)
        found += [first, outer.gradient(square, images)]
    for one, expected in zip(found[:2], found[2:], strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-3)


def _matrix() -> np.ndarray:
    """What resizing does, as the matrix of a linear map: a picture with a single 1 for each column."""
    ones = np.eye(IMAGES.size, dtype="float32").reshape(-1, *IMAGES.shape[1:])
    with force_bodies():
        columns = [resized(one) for one in ones.reshape(IMAGES.size, *IMAGES.shape)]
    return np.stack([column.numpy().ravel() for column in columns], axis=1)
