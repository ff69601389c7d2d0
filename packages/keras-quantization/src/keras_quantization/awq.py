"""AWQ: weights of large inputs are made larger before they are rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keras_quantization.group_rounding import Rounded, to_nearest

if TYPE_CHECKING:
    from keras_quantization.awq_config import AWQConfig
    from keras_quantization.calibration import Statistics


def awq(matrix: np.ndarray, statistics: Statistics, config: AWQConfig) -> Rounded:
    """A matrix rounded after each input's weights were multiplied by a power of its mean magnitude.

    The power from 0 to 1 is taken with which products with inputs like those that were seen change least.

    Args:
        matrix: (inputs, outputs).
        statistics: of the inputs.
        config: groups, and how many powers are tried.

    Reference: Lin et al., 2023, https://arxiv.org/abs/2306.00978
    """
    matrix = matrix.astype(np.float64)
    mean = np.maximum(statistics.magnitudes / max(statistics.count, 1), 1e-8)
    best, least = None, np.inf
    for step in range(config.num_grid_points):
        scale = mean ** (step / config.num_grid_points)
        scale /= np.sqrt(np.max(scale) * np.min(scale))
        found = to_nearest(matrix * scale[:, None], config.weight_bits, config.group_size)._replace(input_scale=scale)
        error = found.matrix() - matrix
        loss = float((error * (statistics.hessian @ error)).sum())
        if best is None or loss < least:
            best, least = found, loss
    assert best is not None
    return best
