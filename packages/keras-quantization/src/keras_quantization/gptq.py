"""GPTQ: inputs are rounded one after the other, and those left make up for the error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keras_quantization.group_rounding import Rounded, group_scale, rounded

if TYPE_CHECKING:
    from keras_quantization.calibration import Statistics
    from keras_quantization.gptq_config import GPTQConfig


def gptq(matrix: np.ndarray, statistics: Statistics, config: GPTQConfig) -> Rounded:
    """A matrix rounded so that its products with inputs like those that were seen change little.

    Args:
        matrix: (inputs, outputs).
        statistics: of the inputs.
        config: bits, groups and the rest.

    Reference: Frantar et al., 2022, https://arxiv.org/abs/2210.17323
    """
    left = matrix.astype(np.float64).copy()
    hessian = statistics.hessian.copy()
    unseen = np.diag(hessian) == 0
    hessian[unseen, unseen] = 1
    left[unseen] = 0
    order = np.argsort(-np.diag(hessian), kind="stable") if config.activation_order else np.arange(len(left))
    left, hessian = left[order], hessian[order][:, order]
    hessian[np.diag_indices_from(hessian)] += config.hessian_damping * np.diag(hessian).mean() + 1e-12
    # Row i of the factor says how the error of input i is made up for by those behind it.
    factor = np.linalg.cholesky(np.linalg.inv(hessian)).T
    size = len(left) if config.group_size < 1 else config.group_size
    integers = np.empty_like(left)
    scales, zeros = [], []
    for index in range(len(left)):
        if index % size == 0:
            group = left[index : index + size]
            scale, zero = group_scale(group, config.weight_bits, config.symmetric, config.per_channel)
            scales.append(scale)
            zeros.append(zero)
        integers[index] = rounded(left[index], scale, zero, config.weight_bits)
        error = (left[index] - (integers[index] - zero) * scale) / factor[index, index]
        left[index + 1 :] -= np.outer(factor[index, index + 1 :], error)
    back = np.argsort(order)
    return Rounded(integers[back], np.stack(scales), np.stack(zeros), (np.arange(len(left)) // size)[back])
