"""Clipping of gradients, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import ops
from keras_core.optimizers.gradients import clip_by_global_norm, clip_by_norm, clip_by_value

GRADIENTS = [np.array([3.0, -4.0], "float32"), np.array([[0.5]], "float32")]


def arrays(found: Any) -> list[np.ndarray]:
    return [ops.convert_to_numpy(one) for one in found]


def test_by_value() -> None:
    first, second = arrays(clip_by_value(GRADIENTS, 1.0))
    assert (first.tolist(), second.tolist()) == ([1.0, -1.0], [[0.5]])


def test_by_the_norm_of_each() -> None:
    first, second = arrays(clip_by_norm(GRADIENTS, 1.0))
    np.testing.assert_allclose(first, [0.6, -0.8], rtol=1e-6)
    np.testing.assert_allclose(second, [[0.5]], rtol=1e-6)


def test_by_the_norm_of_all() -> None:
    norm = np.sqrt(3.0**2 + 4.0**2 + 0.5**2)
    for limit, scale in ((1.0, 1 / norm), (10.0, 1.0)):
        for found, given in zip(arrays(clip_by_global_norm(GRADIENTS, limit)), GRADIENTS, strict=True):
            np.testing.assert_allclose(found, given * scale, rtol=1e-6)
    assert clip_by_global_norm([], 1.0) == []


def test_gradients_of_zeros_stay() -> None:
    zeros = [np.zeros(2, "float32")]
    for clip in (clip_by_value, clip_by_norm, clip_by_global_norm):
        assert arrays(clip(zeros, 1.0))[0].tolist() == [0.0, 0.0]
