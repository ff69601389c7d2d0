"""UpSampling2D, and what all upsampling layers share.

Covers: base_up_sampling.py
"""

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import UpSampling2D


class TestUpSampling2D(LayerContract):
    layer = UpSampling2D
    masks = False
    cases = [
        Case((2, 4, 5, 2)),
        Case((2, 2, 4, 5), {"size": (2, 3), "data_format": "channels_first"}),
        Case((2, 4, 5, 2), {"size": (2, 3)}),
    ]

    def reference(self, inputs, weights, size=2, data_format="channels_last"):
        factors = (size,) * 2 if isinstance(size, int) else size
        first = 1 if data_format == "channels_last" else 2
        for axis, factor in enumerate(factors, start=first):
            inputs = np.repeat(inputs, factor, axis=axis)
        return inputs


def test_bilinear_interpolation_aligns_centres():
    x = np.arange(4, dtype="float32").reshape(1, 2, 2, 1)
    rows = np.asarray(UpSampling2D(2, interpolation="bilinear")(x))[0, ..., 0]
    np.testing.assert_allclose(rows[0], [0, 0.25, 0.75, 1], rtol=1e-6)
    np.testing.assert_allclose(rows[:, 0], [0, 0.5, 1.5, 2], rtol=1e-6)


def test_an_unknown_interpolation_is_refused():
    with pytest.raises(ValueError, match="interpolation must be one of 'nearest', 'bilinear', 'bicubic'"):
        UpSampling2D(interpolation="cubic")
