"""Weights of classes as weights of samples."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from keras_core import config
from keras_core.backend import discovery as backends
from keras_core.typing import Tensor, TensorTree


def class_weights_to_samples(y: TensorTree, class_weight: Mapping[int, float], sample_weight: TensorTree) -> Tensor:
    """A weight for each sample from the weights of classes, times its own weight.

    Raises:
        ValueError: for several outputs, or a class without weight.
    """
    if isinstance(y, (list, tuple, dict)):
        if isinstance(y, (list, tuple)) and len(y) == 1:
            y = y[0]
        else:
            raise ValueError("class_weight works for models with one output. Give sample_weight for several.")
    labels = backends.to_numpy(y)
    if labels.ndim > 1 and labels.shape[-1] > 1:
        labels = labels.argmax(-1)
    elif labels.ndim > 1:
        labels = labels[..., 0]
    labels = labels.astype("int64")
    present = np.unique(labels)
    missing = [int(c) for c in present if int(c) not in class_weight]
    if missing:
        raise ValueError(
            f"class_weight has no entry for the classes {missing} found in y; it has {sorted(class_weight)}."
        )
    table = np.zeros(int(present.max()) + 1, config.floatx())
    for label in present:
        table[int(label)] = class_weight[int(label)]
    weights = table[labels]
    if sample_weight is None:
        return weights
    own = backends.to_numpy(sample_weight)
    return weights * own.reshape(own.shape + (1,) * (weights.ndim - own.ndim))
