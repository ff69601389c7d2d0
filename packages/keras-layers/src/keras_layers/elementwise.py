"""Base of layers whose output has the shape of their input."""

from __future__ import annotations

from typing import Any

from keras_core import Layer


class Elementwise(Layer):
    """A layer that keeps the shape and the mask of its input."""

    supports_masking = True

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape
