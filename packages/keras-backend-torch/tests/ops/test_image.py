"""Ops for images by PyTorch's kernels give what their bodies in other ops give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import ops
from keras_core.ops.op import force_bodies

IMAGES = np.random.default_rng(0).uniform(0, 255, (2, 7, 9, 3)).astype("float32")


@pytest.mark.parametrize("size", [(3, 4), (7, 9), (20, 11)])
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("options", [{}, {"antialias": True}, {"crop_to_aspect_ratio": True}])
def test_resized(size: Any, data_format: str, options: Any) -> None:
    images = IMAGES if data_format == "channels_last" else IMAGES.transpose(0, 3, 1, 2)
    found = ops.resize(images, size, data_format=data_format, **options)
    with force_bodies():
        expected = ops.resize(images, size, data_format=data_format, **options)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
def test_grey(dtype: str) -> None:
    images = IMAGES.astype(dtype)
    found = ops.rgb_to_grayscale(images, data_format="channels_last")
    with force_bodies():
        expected = ops.rgb_to_grayscale(images, data_format="channels_last")
    assert found.dtype is expected.dtype
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-5)
